"""Who has the published keys and no secret finds whatever was changed since something was signed, by whomever."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc import jws
from joserfc.jwk import OctKey

from kpi import tables
from kpi.errors import StoreUnavailable, UserError
from kpi.model.viewer import SYSTEM
from kpi.services.audit_losses import acknowledge_lost_secret, rotate_secret
from kpi.services.audit_trail import audit_key, entry_mac
from kpi.services.enterprise.lock import receipt, receipt_certificate
from kpi.services.operation.backup import back_up
from kpi.services.operation.verification import verify_store
from kpi.services.signatures import published_keys, read_anchor, read_statement, sign_anchor, signed
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.cli.command_line import here
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, A
from tests.services.submitting import YEAR, locked

KEEPER = ADMINISTRATOR.actor


def note(store: Store, subject: str) -> None:
    with unit_of_work(store, SYSTEM, AT) as change:
        change.audit("signed_out", subject)


@pytest.fixture
def copy(store: Store, tmp_path: Path) -> tuple[Path, str, dict[str, Any]]:
    """A copy for an auditor: without the secret, with what was signed of it, and the keys as they are published."""
    back_up(store, tmp_path / "copy", KEEPER, with_secret=False, at=AT)
    return tmp_path / "copy", (tmp_path / "copy" / "backup.json").read_text(), published_keys(store.folder)


def findings(root: Path, text: str, keys: dict[str, Any]) -> list[str]:
    with Store.open_to_read(root, any_version=True) as opened:  # a folder, whatever the store is
        return [finding.code for finding in verify_store(opened, signed=read_anchor(text, keys)).findings]


def test_a_copy_is_proved_without_its_secret(copy: tuple[Path, str, dict[str, Any]]) -> None:
    root, text, keys = copy
    with Store.open_to_read(root, any_version=True) as opened:  # a folder, whatever the store is
        with pytest.raises(StoreUnavailable, match="secret_missing"):
            verify_store(opened)
        verified = verify_store(opened, signed=read_anchor(text, keys))
    assert verified.sound
    assert verified.signed
    assert (verified.signed.rows, verified.signed.secret, verified.signed.seq) == (True, False, verified.acts)
    assert verified.signed.key == keys["keys"][-1]["kid"]


CHANGES: dict[str, tuple[str, set[str]]] = {
    "a row": ("update account set display = 'another' where name = 'a'", {"rows_changed"}),
    "a row gone": ("delete from account_scope where account = 'a'", {"rows_changed"}),
    "a row put in": ("insert into mark select 'x', 'y'", {"rows_changed"}),
    "an act": ("update audit set subject = 'another' where seq = 2", {"trail_changed"}),
    "an act's time": ("update audit set done_at = done_at + interval 1 second where seq = 1", {"trail_changed"}),
    "the last act": ("delete from audit where seq = (select max(seq) from audit)", {"anchor_lost"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_changed_in_a_copy_is_found(copy: tuple[Path, str, dict[str, Any]], change: str) -> None:
    root, text, keys = copy
    statement, expected = CHANGES[change]
    with duckdb.connect(str(root / "duibiao.duckdb")) as connection:
        connection.execute(statement)
    assert expected <= set(findings(root, text, keys))


def test_who_has_the_secret_and_writes_another_history_is_found_by_an_older_anchor(store: Store) -> None:
    note(store, "as it was")
    early, keys = sign_anchor(store, AT), published_keys(store.folder)
    note(store, "later")
    with store.cursor() as cursor:
        assert verify_store(store, signed=read_anchor(early, keys)).sound
        acts = tables.audit.audit_entries(cursor)
    # The operator has the secret: every act from there on is made again, with macs that fit.
    key, before, made = audit_key(store.folder), acts[1].mac, []
    for act in acts[2:]:
        other = replace(act, subject="otherwise", previous=before)
        other = replace(other, mac=entry_mac(other, key))
        made.append(other)
        before = other.mac
    with store.transaction() as cursor:
        cursor.execute("delete from audit where seq > 2")
        for act in made:
            tables.audit.add_audit_entry(cursor, act)
    store.folder.keep_head(made[-1].seq, made[-1].mac)
    assert not [found for found in verify_store(store).findings if found.code == "act_changed"]
    assert "anchor_lost" in {found.code for found in verify_store(store, signed=read_anchor(early, keys)).findings}


def test_keys_introduce_each_other_and_an_old_anchor_still_holds(store: Store) -> None:
    note(store, "one")
    early, first = sign_anchor(store, AT), published_keys(store.folder)
    rotate_secret(store, KEEPER, AT)
    keys = published_keys(store.folder)
    assert [key["kid"] for key in keys["keys"]][:1] == [key["kid"] for key in first["keys"]]
    assert read_anchor(early, keys).key == first["keys"][0]["kid"]
    assert read_anchor(sign_anchor(store, AT), keys).key == keys["keys"][1]["kid"]
    with pytest.raises(UserError, match="signature_invalid"):
        read_anchor(sign_anchor(store, AT), first)
    # A key of somebody else's in the place of the second one is introduced by nobody.
    keys["keys"][1]["x"] = base64.urlsafe_b64encode(bytes(range(32))).rstrip(b"=").decode()
    with pytest.raises(UserError, match="keys_invalid"):
        read_anchor(early, keys)
    keys = published_keys(store.folder)
    keys["keys"][1]["handover"] = "nonsense"
    with pytest.raises(UserError, match="keys_invalid"):
        read_anchor(early, keys)


def test_after_a_lost_secret_the_keys_begin_again(store: Store) -> None:
    note(store, "one")
    (store.folder.root / "secret").unlink()
    with store.cursor() as cursor:
        last = tables.audit.audit_head(cursor)
    assert last
    acknowledge_lost_secret(store, KEEPER, f"secret:1-{last.seq}", "lost", AT)
    keys = published_keys(store.folder)
    assert len(keys["keys"]) == 1
    assert verify_store(store, signed=read_anchor(sign_anchor(store, AT), keys)).signed


def test_the_published_keys_hold_nothing_secret_and_other_tools_read_them(store: Store) -> None:
    note(store, "one")
    keys, text = published_keys(store.folder), sign_anchor(store, AT)
    (key,) = keys["keys"]
    assert key.keys() == {"kty", "crv", "x", "kid", "use", "alg"}

    def plain(part: str) -> bytes:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

    head, body, signature = text.split(".")
    Ed25519PublicKey.from_public_bytes(plain(key["x"])).verify(plain(signature), f"{head}.{body}".encode())
    assert json.loads(plain(head)) == {"alg": "Ed25519", "kid": key["kid"], "typ": "duibiao-anchor"}


FORGERIES: dict[str, Callable[[Store, str], str]] = {
    "another kind": lambda store, _: signed(
        store.folder, "receipt", {"seq": 1, "mac": "0" * 64, "trail": "", "at": ""}
    ),
    "no signature": lambda _, text: text.rpartition(".")[0] + ".",
    "another payload": lambda _, text: text.replace(".", ".e", 1),
    "no algorithm": lambda _, text: "eyJhbGciOiJub25lIn0." + text.split(".")[1] + ".",
    "the public key as a shared secret": lambda store, text: jws.serialize_compact(
        {"alg": "HS256", "typ": "duibiao-anchor"},
        text.split(".")[1],
        OctKey.import_key(published_keys(store.folder)["keys"][0]["x"]),
    ),
    "nothing": lambda _, __: "",
    "a manifest without": lambda _, __: '{"format": 1}',
    "missing words": lambda store, _: signed(store.folder, "anchor", {"seq": 1}),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_no_key_signed_as_an_anchor_is_none(store: Store, forgery: str) -> None:
    note(store, "one")
    with pytest.raises(UserError, match="signature_invalid"):
        read_anchor(FORGERIES[forgery](store, sign_anchor(store, AT)), published_keys(store.folder))


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": [{"kty": "OKP"}]}, {"keys": 7}, []], ids=repr)
def test_what_holds_no_keys_is_said(store: Store, keys: Any) -> None:
    note(store, "one")
    with pytest.raises(UserError, match="keys_invalid"):
        read_anchor(sign_anchor(store, AT), keys)


def test_a_receipt_is_certified(store: Store) -> None:
    locked(store, A, CODE_A)
    text = receipt_certificate(store, A, CODE_A, YEAR)
    found = read_statement(text, published_keys(store.folder), "receipt")
    own = receipt(store, A, CODE_A, YEAR)
    assert found.claims == {
        "credit_code": CODE_A,
        "year": YEAR,
        "sha256": own.sha256,
        "locked_by": own.locked_by,
        "locked_at": own.locked_at.isoformat(),
    }


@pytest.mark.folder_store("the same by the command line of a store in a folder")
def test_an_auditor_walks_from_the_keys_to_the_copy(store: Store, tmp_path: Path) -> None:
    root = store.folder.root
    locked(store, A, CODE_A)
    record = receipt(store, A, CODE_A, YEAR).text
    (tmp_path / "receipt.json").write_text(record)
    (tmp_path / "receipt.jws").write_text(receipt_certificate(store, A, CODE_A, YEAR))
    store.close()
    keys, anchor, copy = tmp_path / "keys.json", tmp_path / "anchor.jws", tmp_path / "copy"
    keys.write_text(here("store", "keys", "--store", root).out)
    anchor.write_text(here("store", "anchor", "--signed", "--store", root).out)
    assert here("store", "backup", copy, "--without-secret", "--store", root).code == 0

    def verify(*words: Any) -> Any:
        return here("store", "verify", "--store", copy, "--lang", "en", *words)

    proved = verify("--signed", copy / "backup.json", "--keys", keys)
    assert (proved.code, "every row are as they were signed" in proved.out) == (0, True), proved.err
    assert "are not proved" in verify("--signed", anchor, "--keys", keys).out or proved.code == 0
    assert verify().code == 3
    alone = verify("--signed", anchor)
    assert (alone.code, "--keys" in alone.err) == (2, True)
    same = here(
        "certificate", tmp_path / "receipt.jws", "--keys", keys, "--of", tmp_path / "receipt.json", "--lang", "en"
    )
    assert (same.code, "is the file that it certifies" in same.out) == (0, True)
    other = here("certificate", tmp_path / "receipt.jws", "--keys", keys, "--of", keys, "--json")
    assert (other.code, json.loads(other.out)["same"]) == (1, False)
