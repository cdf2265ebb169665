"""Contacts whose years are over: gone from every place, on the day and not before, and what was sealed stays proved."""

from __future__ import annotations

import fcntl
import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kpi import tables
from kpi.access.roles import Scope
from kpi.benchmark.sealed_record import sealed_hash
from kpi.catalogue.catalogue import catalogue
from kpi.errors import StoreUnavailable
from kpi.model.application import load_application
from kpi.model.claims import ClaimKey
from kpi.model.times import now
from kpi.model.viewer import SYSTEM
from kpi.services.administrator.audit import read_audit
from kpi.services.administrator.awards import import_awards
from kpi.services.administrator.policy import draft_policy_change
from kpi.services.conditions import StatementInput, state_conditions
from kpi.services.enterprise import uploads
from kpi.services.enterprise.documents import attach_evidence, attach_self_assessment
from kpi.services.enterprise.lock import own_results, reopen_application
from kpi.services.enterprise.sheets import SheetEdit, edit_sheet, own_sheet
from kpi.services.enterprise.uploads import read_again, receive_file
from kpi.services.operation import contacts as contact_deletion
from kpi.services.operation.authentication import earlier_answer
from kpi.services.operation.backup import back_up
from kpi.services.operation.contacts import delete_contacts, due_contacts
from kpi.services.operation.unnamed_originals import unnamed_until
from kpi.services.operation.verification import verify_store
from kpi.services.statement_support import attach_statement_file
from kpi.services.unit_of_work import unit_of_work
from kpi.store.folder import StoreFolder, flocked
from kpi.store.store import Store
from tests.clock.sitecustomize import written_at
from tests.either_store import table_rows
from tests.services.administrator.test_policy_changes import lower_line
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, A, B, file_of
from tests.services.submitting import YEAR, accepted, lock_as_it_stands

pytestmark = pytest.mark.slow

OVER = datetime(YEAR + 3, 12, 31, 16, 0, tzinfo=UTC)
"""The first moment in Shanghai after three years from the end of the application's."""
PERSONAL = tuple(fact.code for fact in catalogue().facts if fact.person or fact.kind == "phone")
TYPED = "演示联系人改（虚构）"
LATER = 120.0
STATEMENT_FILE = b"statement file"


@pytest.fixture
def kept(store: Store) -> Store:
    """A's application: locked, reopened, locked again, with a report, evidence and a typed contact; B's is a draft."""
    accepted(store, A, CODE_A)
    attach_self_assessment(store, A, CODE_A, YEAR, "自评估（虚构）.pdf", b"%PDF-1.7\n%\n%%EOF\n", AT.date(), AT)
    state_conditions(store, A, CODE_A, YEAR, {"good_credit": StatementInput(False)}, AT)
    attach_statement_file(store, A, CODE_A, YEAR, "good_credit", ("信用报告（虚构）.pdf", STATEMENT_FILE), AT)
    lock_as_it_stands(store, A, CODE_A, YEAR, AT)
    attach_evidence(store, A, CODE_A, YEAR, ClaimKey("start", "K11"), "审核报告（虚构）第 1 号", ("x.pdf", b"x"), AT)
    reopen_application(store, A, CODE_A, YEAR, "改正联系人", AT + timedelta(hours=1))
    sheet = own_sheet(store, A, CODE_A, YEAR)
    edit_sheet(store, A, CODE_A, YEAR, sheet.version, [SheetEdit("contact", "value", TYPED)], "", AT)
    lock_as_it_stands(store, A, CODE_A, YEAR, AT + timedelta(hours=2))
    accepted(store, B, CODE_B)
    return store


def persons(store: Store) -> set[str]:
    """The names and telephones of the example file, and the typed one."""
    facts = load_application(kept_texts(store)[0]).facts
    return {str(facts[code]) for code in PERSONAL if code in facts} | {TYPED}


def kept_texts(store: Store) -> list[str]:
    with store.cursor() as cursor:
        return [application.text for application in tables.contacts.kept_applications(cursor, YEAR)]


def everything(store: Store) -> str:
    """Every text of every table but accounts, and every original."""
    rows = [table_row for table, table_row in table_rows(store).items() if table not in ("account", "observation")]
    files = [path.read_bytes() for path in store.folder.originals()]
    return "\n".join([*rows, *(data.decode("gb18030", "replace") for data in files)])


def test_nothing_is_due_a_second_too_early_and_asking_changes_nothing(kept: Store) -> None:
    before = everything(kept)
    assert due_contacts(kept, OVER - timedelta(seconds=1)).none
    due = due_contacts(kept, OVER)
    assert (due.year, len(due.applications)) == (YEAR, 3)
    assert delete_contacts(kept, at=OVER - timedelta(seconds=1)).none
    assert everything(kept) == before


def test_what_another_has_deleted_at_that_moment_is_not_deleted_again(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*asked: Any) -> AbstractContextManager[bool]:
        monkeypatch.setattr(contact_deletion, "flocked", flocked)
        delete_contacts(kept, at=OVER)
        return flocked(*asked)

    monkeypatch.setattr(contact_deletion, "flocked", meanwhile)
    assert delete_contacts(kept, at=OVER).none
    with kept.cursor() as cursor:
        acts = [act.action for act in tables.audit.audit_entries(cursor)]
    assert acts.count("old_contacts_deleted") == 1


def test_no_name_and_no_telephone_is_left_anywhere(kept: Store) -> None:
    names = persons(kept)
    assert len(names) >= 5
    held = everything(kept)
    assert all(name in held for name in names), "else the test shows nothing"
    delete_contacts(kept, at=OVER)
    held = everything(kept)
    assert {name for name in names if name in held} == set()
    assert due_contacts(kept, OVER).none
    left = [path.read_bytes() for path in kept.folder.originals()]
    assert {b"x", STATEMENT_FILE} <= set(left), "evidence of a claim or a statement is no form"
    assert own_results(kept, A)[0].answer.application.values["K08"].value == 45


def test_what_the_interface_answered_and_keeps_for_a_repetition_goes_too(kept: Store) -> None:
    """It quotes cells that have a fault: a telephone that does not look like one."""
    for key, year in (("of-the-year", YEAR), ("of-a-later", YEAR + 1)):
        body = json.dumps({"year": year, "problems": [{"code": "odd_phone", "value": "021-123"}]})
        with kept.transaction() as cursor:
            tables.api.keep_api_answer(cursor, A.account, key, "0" * 64, 201, body, OVER)
    delete_contacts(kept, at=OVER)
    assert earlier_answer(kept, A, "of-the-year") is None
    assert earlier_answer(kept, A, "of-a-later")


def test_what_was_sealed_is_still_proved_and_the_deletion_is_named(kept: Store) -> None:
    delete_contacts(kept, at=OVER)
    verified = verify_store(kept)
    assert verified.findings == ()
    assert {(note.name, note.day) for note in verified.contacts_deleted} == {
        (f"{code} {YEAR}", f"{YEAR + 4}-01-01") for code in (CODE_A, CODE_B)
    }


@pytest.mark.campaign
@pytest.mark.parametrize(
    "change",
    [
        "update release set application = replace(application, '\"value\": 45', '\"value\": 99')",
        "update release set application = replace(application, '演示', '另一')",
    ],
)
def test_after_a_deletion_a_changed_application_is_found_all_the_same(kept: Store, change: str) -> None:
    delete_contacts(kept, at=OVER)
    with kept.transaction() as cursor:
        before = cursor.execute("select application from release").fetchall()
        cursor.execute(change)
        assert cursor.execute("select application from release").fetchall() != before
    assert "record_changed" in {finding.code for finding in verify_store(kept).findings}


def test_contacts_taken_out_by_somebody_else_are_a_changed_record(kept: Store) -> None:
    with kept.transaction() as cursor:
        cursor.execute("update release set application = replace(application, $1, '')", [TYPED])
    assert "record_changed" in {finding.code for finding in verify_store(kept).findings}


def test_a_forged_act_of_deletion_is_found(kept: Store) -> None:
    delete_contacts(kept, at=OVER)
    with kept.transaction() as cursor:
        [(text,)] = cursor.execute("select application from release").fetchall()
        forged = text.replace('"value": 45', '"value": 99')
        cursor.execute("update release set application = $1", [forged])
        cursor.execute(
            "update audit set after = $1 where action = 'contacts_deleted' and after = $2",
            [json.dumps({"sha256": sealed_hash(forged)}), json.dumps({"sha256": sealed_hash(text)})],
        )
    assert "act_changed" in {finding.code for finding in verify_store(kept).findings}


@pytest.mark.campaign
def test_a_file_that_a_kill_left_is_deleted_by_the_next_call(kept: Store) -> None:
    due = due_contacts(kept, OVER)
    data = kept.folder.original(due.originals[0]).read_bytes()
    delete_contacts(kept, at=OVER)
    kept.folder.keep_original(data)
    assert due_contacts(kept, OVER).originals == due.originals[:1]
    delete_contacts(kept, at=OVER)
    assert not kept.folder.original(due.originals[0]).exists()
    assert verify_store(kept).sound


@pytest.mark.campaign
def test_files_that_are_deleted_while_the_store_is_verified_are_no_fault(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the trail was read; once more after they were listed, and before they are read."""
    due, listed = due_contacts(kept, OVER), StoreFolder.originals
    copies = [kept.folder.original(original).read_bytes() for original in due.originals]

    def meanwhile(folder: StoreFolder) -> list[Path]:
        found = listed(folder)
        with pytest.MonkeyPatch.context() as really:
            really.setattr(StoreFolder, "originals", listed)
            assert delete_contacts(kept, at=OVER).originals == due.originals
        return found

    monkeypatch.setattr(StoreFolder, "originals", meanwhile)
    assert verify_store(kept).findings == ()
    for data in copies:
        kept.folder.keep_original(data)
    assert verify_store(kept).findings == ()
    monkeypatch.undo()
    assert verify_store(kept).findings == ()
    kept.folder.originals()[0].unlink()
    assert [finding.code for finding in verify_store(kept).findings] == ["original_missing"]


@pytest.mark.campaign
def test_while_a_backup_is_being_made_nothing_is_deleted_nor_said_to_be(kept: Store, tmp_path: Path) -> None:
    due, before = due_contacts(kept, OVER), everything(kept)
    refused: list[str] = []

    def deleting(part: str, share: float) -> None:
        if part == "originals" and not refused:
            with pytest.raises(StoreUnavailable) as error:
                delete_contacts(kept, at=OVER)
            refused.append(error.value.code)
            assert everything(kept) == before

    back_up(kept, tmp_path / "backup", SYSTEM, at=AT + timedelta(days=1), report=deleting)
    assert refused == ["originals_held"]
    with Store.open_to_read(tmp_path / "backup", any_version=True) as copy:
        assert set(due.originals) <= {path.name for path in copy.folder.originals()}
        assert verify_store(copy).sound
    assert delete_contacts(kept, at=OVER).originals == due.originals
    assert set(due.originals).isdisjoint(path.name for path in kept.folder.originals())
    assert verify_store(kept).sound


def test_a_backup_waits_for_a_deletion_at_work(kept: Store, tmp_path: Path) -> None:
    begun, copying = threading.Event(), threading.Event()

    def report(part: str, _: float) -> None:
        (begun if part == "database" else copying).set()

    with ThreadPoolExecutor(1) as beside:
        with flocked(kept.folder.originals_lock, fcntl.LOCK_EX):
            made = beside.submit(back_up, kept, tmp_path / "backup", SYSTEM, report=report)
            assert begun.wait(LATER)
            assert not copying.wait(1)
        made.result(LATER)
    assert copying.is_set()


@pytest.mark.parametrize("while_", ["its sender waits for the lock", "its deletion has the files before it"])
def test_a_file_that_is_sent_again_at_that_moment_stays(
    kept: Store, monkeypatch: pytest.MonkeyPatch, while_: str
) -> None:
    data = kept.folder.original(due_contacts(kept, OVER).originals[0]).read_bytes()
    sent: list[str] = []
    if while_ == "its sender waits for the lock":

        def after_the_deletion(*what: Any) -> Any:
            monkeypatch.setattr(uploads, "unit_of_work", unit_of_work)
            delete_contacts(kept, at=OVER)
            return unit_of_work(*what)

        monkeypatch.setattr(uploads, "unit_of_work", after_the_deletion)
        sent.append(receive_file(kept, A, "again.csv", data, OVER).upload)
    else:
        delete_rows = contact_deletion._delete_rows

        def and_sent_again(*what: Any) -> Any:
            due = delete_rows(*what)
            sent.append(receive_file(kept, A, "again.csv", data, OVER).upload)
            return due

        monkeypatch.setattr(contact_deletion, "_delete_rows", and_sent_again)
        delete_contacts(kept, at=OVER)
    assert read_again(kept, A, sent[0]).reading.file.sha256 == hashlib.sha256(data).hexdigest()
    assert verify_store(kept).sound


def test_a_file_that_is_sent_again_for_a_later_year_stays(kept: Store) -> None:
    receive_file(kept, A, "a.csv", file_of(CODE_A), OVER + timedelta(days=31))
    due = due_contacts(kept, OVER)
    assert sealed_file(kept) not in due.originals


def sealed_file(store: Store) -> str:
    sha256 = hashlib.sha256(file_of(CODE_A)).hexdigest()
    assert store.folder.original(sha256).exists()
    return sha256


def test_the_trail_holds_hashes_and_no_person(kept: Store) -> None:
    names = persons(kept)
    delete_contacts(kept, ADMINISTRATOR.actor, OVER)
    acts = [act for act in read_audit(kept, ADMINISTRATOR, 50).acts if "deleted" in act.action]
    assert {act.action for act in acts} == {"contacts_deleted", "old_contacts_deleted", "originals_deleted"}
    assert not any(name in repr(acts) for name in names)


AWARDED = f"信用代码,工厂名称,等级,年度,来源\n{CODE_B},演示工厂（虚构）,先进级,2024,虚构\n".encode()
IN_THE_YEAR = datetime(YEAR, 6, 1, tzinfo=UTC)
LEFT_BY_A_KILL = "企业负责人，张三（虚构），13800000000\n".encode()


def left_by_a_kill(store: Store, at: datetime, data: bytes = LEFT_BY_A_KILL) -> Path:
    """A file that nothing names, last kept at that moment."""
    path = store.folder.original(store.folder.keep_original(data))
    written_at(path, at)
    return path


@pytest.mark.campaign
def test_an_original_that_nothing_names_goes_with_the_contacts_of_its_year(kept: Store) -> None:
    left, later = left_by_a_kill(kept, IN_THE_YEAR), left_by_a_kill(kept, OVER, b"of a later year")
    before = everything(kept)
    assert due_contacts(kept, OVER - timedelta(seconds=1)).none
    assert due_contacts(kept, OVER).unnamed == (left.name,)
    assert (verify_store(kept).findings, verify_store(kept).unnamed_originals) == ((), 1)
    assert everything(kept) == before, "asking changes nothing"
    delete_contacts(kept, at=OVER)
    assert (left.exists(), later.exists()) == (False, True)
    verified = verify_store(kept)
    assert (verified.findings, verified.unnamed_originals) == ((), 0)
    [act] = [
        audit_entry
        for audit_entry in read_audit(kept, ADMINISTRATOR, 50).acts
        if audit_entry.action == "unnamed_originals_deleted"
    ]
    assert json.loads(act.after or "") == {"files": [left.name]}


def test_where_only_such_a_file_is_due_nothing_is_said_of_contacts(store: Store) -> None:
    """Its deletion is killed before the file goes: the act that names it keeps it from nothing."""
    left = left_by_a_kill(store, IN_THE_YEAR)
    contact_deletion._delete_rows(store, SYSTEM, OVER)
    assert delete_contacts(store, at=OVER).unnamed == (left.name,)
    assert not left.exists()
    acts = [act.action for act in read_audit(store, ADMINISTRATOR, 50).acts if "deleted" in act.action]
    assert acts == ["unnamed_originals_deleted"] * 2
    assert due_contacts(store, OVER).none


def test_a_file_that_was_kept_a_moment_ago_is_nobodys_to_remove_although_its_year_is_over(store: Store) -> None:
    midnight = datetime(YEAR, 12, 31, 16, tzinfo=UTC)
    left_by_a_kill(store, midnight - timedelta(seconds=1))
    with store.cursor() as cursor:
        assert unnamed_until(store, cursor, YEAR, midnight + timedelta(seconds=1)) == ()
        assert len(unnamed_until(store, cursor, YEAR, midnight + timedelta(days=1))) == 1


@pytest.mark.parametrize("kept_again", ["before the files go", "while it is looked at"])
def test_a_file_that_another_process_keeps_again_stays_for_the_row_to_come(
    store: Store, monkeypatch: pytest.MonkeyPatch, kept_again: str
) -> None:
    left = left_by_a_kill(store, datetime(2020, 6, 1, tzinfo=UTC))
    delete_rows, replace = contact_deletion._delete_rows, Path.replace

    def and_kept_again(*what: Any) -> Any:
        due = delete_rows(*what)
        store.folder.keep_original(LEFT_BY_A_KILL)
        return due

    def as_it_is_kept_again(path: Path, to: Path) -> Path:
        if path == left:
            monkeypatch.setattr(Path, "replace", replace)
            written_at(path, now())
        return replace(path, to)

    if kept_again == "before the files go":
        monkeypatch.setattr(contact_deletion, "_delete_rows", and_kept_again)
    else:
        monkeypatch.setattr(Path, "replace", as_it_is_kept_again)
    assert delete_contacts(store, at=now()).unnamed == (left.name,)
    assert left.read_bytes() == LEFT_BY_A_KILL


def test_what_the_trail_or_a_record_names_is_never_taken_for_one_that_nothing_names(kept: Store) -> None:
    """A list of the awarded has no row of the uploads, nor has the file of a change of the policy."""
    import_awards(kept, ADMINISTRATOR, "list.csv", AWARDED, at=AT)
    draft_policy_change(kept, ADMINISTRATOR, "policy.toml", lower_line(), at=AT)
    for path in kept.folder.originals():
        written_at(path, IN_THE_YEAR)
    assert due_contacts(kept, OVER).unnamed == ()
    before = {path.name for path in kept.folder.originals()}
    gone = set(delete_contacts(kept, at=OVER).originals)
    assert {path.name for path in kept.folder.originals()} == before - gone


def test_other_pages_of_the_application_go_on(kept: Store) -> None:
    delete_contacts(kept, at=OVER)
    with kept.cursor() as cursor:
        [locked] = tables.applications.locked_applications(cursor, Scope(own=(CODE_A,)))
    assert locked.application.text("contact") is None
    assert locked.application.label
