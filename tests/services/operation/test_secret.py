"""The secret is the trail's own: missing or another it is said so, and it is replaced by an act of both keys alone."""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import replace
from pathlib import Path
from stat import S_ISDIR

import pytest

from kpi import tables
from kpi.errors import StoreUnavailable
from kpi.model.audit import AuditEntry
from kpi.model.viewer import SYSTEM, Actor
from kpi.services.audit_losses import rotate_secret
from kpi.services.audit_trail import audit_key, audit_keys, broken_entries, entry_mac, rotated
from kpi.services.operation.state import refuse_unsound
from kpi.services.operation.verification import verify_store
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables import audit
from kpi.tables.sql_runner import SqlRow
from tests.cli.command_line import content, here, made
from tests.services.sample_store import AT

KEEPER = Actor("console:keeper", "administrator", "console")


def note(store: Store, subject: str) -> None:
    with unit_of_work(store, SYSTEM, AT) as change:
        change.audit("signed_out", subject)


def acts(store: Store) -> list[AuditEntry]:
    with store.cursor() as cursor:
        return tables.audit.audit_entries(cursor)


def secret(store: Store) -> Path:
    return store.folder.root / "secret"


@pytest.mark.campaign
@pytest.mark.parametrize("left", [None, b"", b"short"], ids=repr)
@pytest.mark.parametrize("words", [["store", "verify"], ["account", "reset", "x"], ["serve", "--port", "1"]], ids=str)
def test_a_missing_secret_is_reported_and_not_replaced(tmp_path: Path, words: list[str], left: bytes | None) -> None:
    root = made(tmp_path / "store")
    (root / "secret").unlink() if left is None else (root / "secret").write_bytes(left)
    said = here(*words, "--store", root, "--lang", "en")
    assert (said.code, said.out) == (3, "")
    assert "Restore that file from a backup" in said.err
    assert content(root).get("secret") == (None if left is None else content(root)["secret"])
    assert (root / "secret").exists() == (left is not None)


def test_another_secret_is_said_as_such_and_nothing_is_written_with_it(store: Store) -> None:
    note(store, "x")
    kept = secret(store).read_bytes()
    secret(store).write_bytes(os.urandom(32))
    assert [(finding.code, finding.name) for finding in verify_store(store).findings] == [("secret_other", "secret")]
    before = acts(store)
    with pytest.raises(StoreUnavailable, match="secret_other"):
        note(store, "y")
    assert acts(store) == before
    with pytest.raises(StoreUnavailable, match="secret_other"):
        refuse_unsound(store)
    secret(store).write_bytes(kept)
    note(store, "y")
    assert verify_store(store).sound


def test_a_rotation_leaves_a_trail_that_is_checked_from_end_to_end(store: Store) -> None:
    old = secret(store).read_bytes()
    for number in range(3):
        note(store, f"before {number}")
        head = rotate_secret(store, KEEPER, AT)
        assert (head.seq, head.mac) == store.folder.head()
        note(store, f"after {number}")
        assert verify_store(store).sound
    assert store.folder.secret() != old[:32]
    assert old[:32] not in secret(store).read_bytes(), "the old secret is gone; what is left of it opens nothing"
    assert [act.action for act in acts(store)].count("secret_rotated") == 3
    assert len(audit_keys(store.folder)) == 4


def test_acts_before_and_after_a_rotation_are_still_found_when_changed(store: Store) -> None:
    note(store, "x")
    rotate_secret(store, KEEPER, AT)
    note(store, "y")
    for act in acts(store):
        with store.transaction() as cursor:
            cursor.execute("update audit set subject = subject || '!' where seq = $1", [act.seq])
        assert broken_entries(store, acts(store)) == [str(act.seq)]
        with store.transaction() as cursor:
            cursor.execute("update audit set subject = $2 where seq = $1", [act.seq, act.subject])
    assert broken_entries(store, acts(store)) == []


def test_who_has_the_old_key_alone_cannot_rewrite_the_earlier_acts(store: Store) -> None:
    note(store, "x")
    old = audit_key(store.folder)
    rotate_secret(store, KEEPER, AT)
    [*_, noted, rotation] = acts(store)
    forged = replace(noted, subject="somebody else")
    forged = replace(forged, mac=entry_mac(forged, old))
    with store.transaction() as cursor:
        cursor.execute("update audit set subject = $1, mac = $2 where seq = 3", [forged.subject, forged.mac])
        cursor.execute("update audit set previous = $1 where seq = 4", [forged.mac])
    assert broken_entries(store, acts(store)) == [str(rotation.seq)]


def test_a_key_that_the_old_one_does_not_vouch_for_is_found(store: Store) -> None:
    note(store, "x")
    stolen = secret(store).read_bytes()
    secret(store).write_bytes(os.urandom(32) + audit_keys(store.folder)[0])
    with unit_of_work(store, KEEPER, AT) as change:
        change.audit("signed_out", "noted with the change of keys")
    with store.transaction() as cursor:
        cursor.execute("""update audit set after = '{"countersigned": "0"}' where action = 'secret_rotated'""")
    assert broken_entries(store, acts(store))[0] == "4"
    assert stolen != secret(store).read_bytes()


def test_a_kill_between_the_new_secret_and_its_act_leaves_the_act_to_the_next_change(store: Store) -> None:
    note(store, "x")
    store.folder.replace_secret(rotated(store.folder.secrets(), os.urandom(32)))
    assert verify_store(store).sound
    note(store, "y")
    assert [act.action for act in acts(store)][-2:] == ["secret_rotated", "signed_out"]
    assert verify_store(store).sound


def test_a_rotation_that_cannot_be_noted_puts_the_old_secret_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(store, "x")
    kept = secret(store).read_bytes()

    def full(*_: object) -> None:
        raise StoreUnavailable("store_full")

    with monkeypatch.context() as broken:
        broken.setattr("kpi.tables.audit.add_audit_entry", full)
        with pytest.raises(StoreUnavailable, match="store_full"):
            rotate_secret(store, KEEPER, AT)
    assert secret(store).read_bytes() == kept
    note(store, "y")
    assert verify_store(store).sound


def test_a_rotation_whose_file_does_not_get_to_the_disk_puts_the_old_secret_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in its place by then: the next change, whoever makes it, would have noted a rotation that had failed."""
    note(store, "x")
    kept, sync = secret(store).read_bytes(), os.fsync

    def failing(descriptor: int) -> None:
        if S_ISDIR(os.fstat(descriptor).st_mode):
            monkeypatch.setattr(os, "fsync", sync)
            raise OSError(errno.EIO, "the disk fails")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match="the disk fails"):
        rotate_secret(store, KEEPER, AT)
    assert secret(store).read_bytes() == kept
    note(store, "y")
    assert "secret_rotated" not in [act.action for act in acts(store)]


def test_an_interruption_after_the_act_does_not_put_the_old_secret_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(store, "x")
    old = secret(store).read_bytes()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("kpi.services.unit_of_work._keep_head_after", interrupted)
        with pytest.raises(KeyboardInterrupt):
            rotate_secret(store, KEEPER, AT)
    assert secret(store).read_bytes() != old, "the act is kept, and only the new key fits it"
    note(store, "y")
    assert verify_store(store).sound


def test_a_rotation_that_was_killed_is_noted_by_the_next_rotation(store: Store) -> None:
    note(store, "x")
    store.folder.replace_secret(rotated(store.folder.secrets(), os.urandom(32)))
    killed = store.folder.secret()
    head = rotate_secret(store, KEEPER, AT)
    assert (head.seq, head.mac) == store.folder.head()
    assert [act.action for act in acts(store)][-2:] == ["secret_rotated", "secret_rotated"]
    assert store.folder.secret() != killed
    assert verify_store(store).sound


def test_the_command_line_rotates_and_prints_the_anchor(tmp_path: Path) -> None:
    root = made(tmp_path / "store")
    shutil.copy(root / "secret", tmp_path)
    anchor = here("store", "rotate-secret", "--store", root, "--json").json["anchor"]
    assert here("store", "verify", "--anchor", anchor, "--store", root).code == 0
    shutil.copy(tmp_path / "secret", root)
    said = here("account", "list", "--store", root)
    assert said.code == 0, "reading needs no secret"
    assert here("store", "verify", "--store", root).code == 3


def test_a_change_asks_for_the_last_act_once_and_never_for_the_whole_trail(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate_secret(store, KEEPER, AT)
    note(store, "x")
    asked: list[str] = []
    ask = audit.query_rows

    def noticed(cursor: Cursor, question: str, values: dict[str, object] | None = None) -> list[SqlRow]:
        asked.append(question)
        return ask(cursor, question, values)

    monkeypatch.setattr(audit, "query_rows", noticed)
    note(store, "y")
    assert asked == ["audit_last"]


def test_a_file_of_secrets_that_lost_a_retired_key_is_not_written_with(store: Store) -> None:
    note(store, "x")
    rotate_secret(store, KEEPER, AT)
    root = store.folder.root
    store.close()
    (root / "secret").write_bytes((root / "secret").read_bytes()[:32])
    with Store.open(root) as again, pytest.raises(StoreUnavailable, match="secret_other"):
        note(again, "y")
