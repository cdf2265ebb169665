"""A store whose database was lost or put back is never called sound, and is not written in before somebody says why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kpi.errors import StoreUnavailable, UserError
from kpi.model.viewer import SYSTEM, Actor
from kpi.services.administrator.accounts import add_token
from kpi.services.audit_losses import acknowledge_loss, acknowledged_losses, rotate_secret, trail_anchor
from kpi.services.audit_trail import trail_loss
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.uploads import receive_file
from kpi.services.enterprise.what_if import what_if
from kpi.services.operation.authentication import sign_in, viewer_of_token
from kpi.services.operation.verification import verify_store
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from kpi.tables.audit import AuditHead
from tests.cli.command_line import content, here, made
from tests.either_store import copied_store
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, PASSWORD, A, file_of
from tests.services.service_calls import kept
from tests.services.submitting import accepted

KEEPER = Actor("console:keeper", "administrator", "console")


def note(store: Store, subject: str) -> None:
    with unit_of_work(store, SYSTEM, AT) as change:
        change.audit("signed_out", subject)


@pytest.fixture
def rolled_back(store: Store, tmp_path: Path) -> Store:
    """The database of two acts ago under the head of today."""
    root, earlier = store.folder.root, tmp_path / "earlier.duckdb"
    if store.shared:
        note(store, "one")
        note(store, "two")
        with store.transaction() as cursor:
            cursor.execute("delete from audit where seq > 2")
        return store
    store.close()
    shutil.copy(root / "duibiao.duckdb", earlier)
    with Store.open(root) as later:
        note(later, "one")
        note(later, "two")
    shutil.copy(earlier, root / "duibiao.duckdb")
    return Store.open(root)


WRITES: dict[str, Callable[[Store], object]] = {
    "sign-in": lambda store: sign_in(store, "a", PASSWORD, AT),
    "wrong password": lambda store: sign_in(store, "a", "wrong", AT),
    "upload": lambda store: receive_file(store, A, "a.csv", file_of(CODE_A)),
}


@pytest.mark.campaign
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_an_older_database_is_found_stays_found_and_is_not_written_in(
    rolled_back: Store, write: Callable[[Store], object]
) -> None:
    for _ in range(2):
        with pytest.raises(StoreUnavailable) as refused:
            write(rolled_back)
        assert (refused.value.code, refused.value.params["lost"]) == ("acts_lost", "3-4")
        assert [(finding.code, finding.name) for finding in verify_store(rolled_back).findings] == [
            ("act_changed", "end")
        ]


def test_a_token_is_read_and_its_use_not_noted_in_a_store_that_lost_acts(store: Store) -> None:
    new = add_token(store, ADMINISTRATOR, "a", 1, at=AT)
    before = kept(store)
    store.folder.keep_head(10_000, "0" * 64)
    assert viewer_of_token(store, new.token, at=AT) is not None
    assert kept(store) | {"head": None} == before | {"head": None}


def test_what_if_leaves_no_line_in_a_store_that_lost_acts(store: Store) -> None:
    accepted(store, A, CODE_A)
    [own] = own_results(store, A)
    store.folder.keep_head(10_000, "0" * 64)
    with pytest.raises(StoreUnavailable, match="acts_lost"):
        what_if(store, A, own.answer, {"K08": 44.125})


@pytest.mark.campaign
@pytest.mark.parametrize("head", [None, b"", b"seven x"], ids=repr)
def test_a_missing_or_damaged_head_is_found_and_not_replaced_by_the_next_change(
    store: Store, head: bytes | None
) -> None:
    path = store.folder.root / "audit-head"
    path.unlink() if head is None else path.write_bytes(head)
    for _ in range(2):
        with pytest.raises(StoreUnavailable) as refused:
            note(store, "x")
        assert refused.value.code == "head_missing"
        assert not verify_store(store).sound


def test_a_head_of_another_history_is_a_loss_too(store: Store) -> None:
    note(store, "x")
    store.folder.keep_head(2, "f" * 64)
    with store.cursor() as cursor:
        loss = trail_loss(store, cursor)
    assert loss is not None
    assert loss.name == "2"
    with pytest.raises(StoreUnavailable, match="acts_lost"):
        note(store, "y")


def test_a_loss_is_acknowledged_by_name_and_with_a_reason_and_stays_on_record(rolled_back: Store) -> None:
    for lost, reason, code in (
        ("3", "disk replaced", "other_loss"),
        ("head", "disk replaced", "other_loss"),
        ("3-4", "  ", "loss_reason_needed"),
    ):
        with pytest.raises(UserError) as refused:
            acknowledge_loss(rolled_back, KEEPER, lost, reason, AT)
        assert refused.value.code == code
    acknowledge_loss(rolled_back, KEEPER, "3-4", "disk  replaced", AT)
    assert verify_store(rolled_back).sound
    [act] = acknowledged_losses(rolled_back)
    assert (act.seq, act.actor, act.subject) == (3, "console:keeper", "3-4")
    assert json.loads(act.before or "")["head"]["seq"] == 4
    after = json.loads(act.after or "")
    assert (after["last"]["seq"], after["reason"]) == (2, "disk replaced")
    note(rolled_back, "goes on")
    assert verify_store(rolled_back).sound
    with pytest.raises(UserError, match="nothing_lost"):
        acknowledge_loss(rolled_back, KEEPER, "3-4", "again", AT)


def test_a_missing_head_is_acknowledged_too(store: Store) -> None:
    (store.folder.root / "audit-head").unlink()
    acknowledge_loss(store, KEEPER, "head", "deleted by mistake", AT + timedelta(hours=1))
    assert verify_store(store).sound
    assert [act.subject for act in acknowledged_losses(store)] == ["head"]


def test_an_anchor_kept_elsewhere_finds_what_the_head_beside_the_database_cannot(store: Store, tmp_path: Path) -> None:
    root, earlier = store.folder.root, tmp_path / "earlier"
    note(store, "one")
    early = trail_anchor(store)
    store.close()
    copied_store(root, earlier)
    with Store.open(root) as later:
        note(later, "two")
        late = trail_anchor(later)
    with Store.open(earlier) as whole_folder_put_back:
        assert verify_store(whole_folder_put_back).sound
        assert verify_store(whole_folder_put_back, early).sound
        found = verify_store(whole_folder_put_back, late).findings
        assert [(item.code, item.name) for item in found] == [("anchor_lost", "4")]
        assert not verify_store(whole_folder_put_back, AuditHead(early.seq, "0" * 64)).sound


def test_there_is_no_anchor_of_a_trail_that_lost_acts(rolled_back: Store) -> None:
    with pytest.raises(StoreUnavailable, match="acts_lost"):
        trail_anchor(rolled_back)


READING = {
    "verify": ["store", "verify"],
    "anchor": ["store", "anchor"],
    "list": ["baseline", "list"],
    "show": ["baseline", "show", "illustrative-2025"],
    "accounts": ["account", "list"],
}


@pytest.mark.parametrize("call", READING.values(), ids=READING)
def test_a_mistyped_path_is_reported_and_nothing_is_made(tmp_path: Path, call: list[str]) -> None:
    said = here(*call, "--store", tmp_path / "sotre", "--lang", "en")
    assert (said.code, said.out) == (3, "")
    assert "There is no store" in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.campaign
@pytest.mark.folder_store("its database is a file that can be missing")
@pytest.mark.parametrize("call", [*READING.values(), ["benchmark", "{sample}"]], ids=[*READING, "benchmark"])
@pytest.mark.parametrize("left", [["audit-head"], ["secret"], ["originals"]], ids=str)
def test_a_missing_database_is_a_loss_and_no_new_store_takes_its_place(
    tmp_path: Path, call: list[str], left: list[str]
) -> None:
    root = made(tmp_path / "store")
    for path in root.iterdir():
        if path.name not in left:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    before = content(root)
    sample = Path(__file__).resolve().parents[3] / "data" / "samples" / "example-application.csv"
    said = here(*(word.format(sample=sample) for word in call), "--store", root, "--lang", "en")
    assert (said.code, said.out) == (3, "")
    assert "restore a backup" in said.err
    assert content(root) == before


@pytest.mark.folder_store("its database is a file that can be missing")
def test_an_empty_database_in_place_of_the_lost_one_is_a_loss(tmp_path: Path) -> None:
    root = made(tmp_path / "store")
    (root / "duibiao.duckdb").unlink()
    Store.open(tmp_path / "fresh").close()
    shutil.copy(tmp_path / "fresh" / "duibiao.duckdb", root)
    said = here("store", "verify", "--store", root, "--json")
    assert said.code == 3
    assert {"code": "act_changed", "name": "end"} in said.json["findings"]
    assert here("account", "add", "chief", "--role", "administrator", "--display", "x", "--store", root).code == 3


@pytest.mark.campaign
@pytest.mark.parametrize("call", READING.values(), ids=READING)
def test_what_reads_changes_no_byte(tmp_path: Path, call: list[str]) -> None:
    root = made(tmp_path / "store")
    before = content(root)
    assert here(*call, "--store", root).code == 0
    assert content(root) == before


def test_the_command_line_names_the_loss_takes_note_of_it_and_says_so_from_then_on(rolled_back: Store) -> None:
    root = rolled_back.folder.root
    rolled_back.close()
    said = here("store", "verify", "--store", root, "--lang", "en")
    assert said.code == 3
    assert "--lost 3-4" in said.err
    acknowledgement = ["--lost", "3-4", "--reason", "the disk was replaced", "--store", root, "--lang", "en"]
    assert here("store", "acknowledge", *acknowledgement).code == 0
    said = here("store", "verify", "--store", root, "--lang", "en")
    assert (said.code, said.err) == (0, "")
    assert "Loss on record: 3-4" in said.out
    assert "the disk was replaced" in said.out
    anchor = here("store", "anchor", "--store", root).out.strip()
    assert here("store", "verify", "--anchor", anchor, "--store", root).code == 0
    assert here("store", "verify", "--anchor", f"2:{'0' * 64}", "--store", root).code == 3
    assert here("store", "verify", "--anchor", "2", "--store", root).code == 2


def test_a_change_while_the_store_is_being_verified_is_no_fault(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Making the baselines once more takes seconds, in which the served app goes on."""

    def meanwhile(*_: object) -> list[tuple[str, str]]:
        note(store, "one")
        note(store, "two")
        rotate_secret(store, KEEPER, AT)
        return []

    monkeypatch.setattr("kpi.services.operation.verification.changed_since_freeze", meanwhile)
    assert verify_store(store).findings == ()
    assert verify_store(store).findings == ()
