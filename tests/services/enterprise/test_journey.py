"""The six steps follow what was done: what is done, what is open, and which step a blocked one waits for."""

from __future__ import annotations

from datetime import timedelta

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.services.conditions import StatementInput, state_conditions
from kpi.services.enterprise.documents import attach_report, check_document
from kpi.services.enterprise.journey import Journey, own_journeys
from kpi.services.enterprise.sheets import SheetEdit, edit_sheet
from kpi.services.enterprise.uploads import receive_file
from kpi.store.store import Store
from tests.annex4.documents import plain_document, saved
from tests.services.sample_store import AT, CODE_A, CODE_B, EXAMPLE, A
from tests.services.submitting import YEAR, accepted, lock_as_it_stands, locked


def only(store: Store) -> Journey:
    [found] = own_journeys(store, A)
    return found


def states(journey: Journey) -> dict[str, str]:
    return {step.step: step.state if step.blocked_by is None else f"after {step.blocked_by}" for step in journey.steps}


def test_before_the_first_upload_all_waits_for_it_but_the_report(store: Store) -> None:
    journey = only(store)
    assert states(journey) == {
        "upload": "open",
        "check": "after upload",
        "conditions": "after check",
        "report": "open",
        "submit": "after check",
        "result": "after check",
    }
    assert (journey.next.step, journey.key, journey.label) == ("upload", "", "")


def test_a_file_that_was_not_taken_over_is_said_so(store: Store) -> None:
    receive_file(store, A, "a.xlsx", b"no workbook", at=AT)
    upload = only(store).at("upload")
    assert (upload.state, upload.note, upload.params) == ("open", "not_read", {"count": 1})
    assert states(only(store))["check"] == "after upload"
    receive_file(store, A, EXAMPLE.name, EXAMPLE.read_bytes(), at=AT + timedelta(minutes=1))
    assert (only(store).at("upload").state, only(store).at("upload").note) == ("open", "not_taken")
    check_document(store, A, "report.docx", saved(plain_document()), at=AT + timedelta(minutes=2))
    assert only(store).at("upload").note == "not_taken"


def test_a_sheet_with_faults_blocks_until_they_are_fixed(store: Store) -> None:
    accepted(store, A, CODE_A)
    edit_sheet(store, A, CODE_A, YEAR, 1, [SheetEdit("K08", "value", "很高")], at=AT)
    journey = only(store)
    assert (journey.next.step, journey.next.params) == ("check", {"count": 1})
    assert states(journey)["submit"] == "after check"
    assert journey.label != ""
    edit_sheet(store, A, CODE_A, YEAR, 2, [SheetEdit("K08", "value", "44")], at=AT)
    assert states(only(store)) == {
        "upload": "done",
        "check": "done",
        "conditions": "open",
        "report": "open",
        "submit": "open",
        "result": "open",
    }


def test_conditions_are_done_once_each_is_stated_and_the_report_once_it_conforms(store: Store) -> None:
    accepted(store, A, CODE_A)
    of = len(catalogue().stated_conditions)
    assert only(store).at("conditions").params == {"stated": 0, "of": of, "missing": of}
    statements = {condition.code: StatementInput(True, "证明（虚构）") for condition in catalogue().stated_conditions}
    state_conditions(store, A, CODE_A, YEAR, statements, AT)
    assert (only(store).at("conditions").state, only(store).next.step) == ("done", "report")
    checked = check_document(store, A, "report.docx", saved(plain_document()), at=AT)
    assert (only(store).at("report").state, only(store).at("report").note) == ("open", "departs")
    with store.transaction() as cursor:  # one without faults has 54 MB of pictures
        tables.applications.add_upload(
            cursor, "fixed", "report.docx", "0" * 64, A.account, AT + timedelta(minutes=1), 0
        )
    assert (only(store).at("report").state, only(store).next.step) == ("done", "submit")
    attach_report(store, A, CODE_A, YEAR, checked.upload, AT + timedelta(minutes=2))
    assert only(store).at("report").note == "departs", "what is attached counts, not what was checked last"


def test_the_lock_ends_the_journey_at_the_result(store: Store) -> None:
    locked(store, A, CODE_A)
    journey = only(store)
    assert (journey.next.step, journey.at("submit").state, journey.at("result").note) == ("result", "done", "decided")
    assert journey.at("submit").params == {"date": "2026-03-02"}
    # What was never stated stays so: the lock closes it.
    assert (journey.at("conditions").state, journey.at("conditions").params["stated"]) == ("done", 0)
    assert journey.at("conditions").note == "stated_at_lock"


def test_what_is_to_be_worked_on_comes_before_what_is_locked(store: Store) -> None:
    both = A.__class__(A.account, A.name, A.role, (CODE_A, CODE_B))
    accepted(store, both, CODE_A)
    accepted(store, both, CODE_B)
    lock_as_it_stands(store, both, CODE_A, YEAR, AT)
    assert [own_journey.key for own_journey in own_journeys(store, both)] == [f"{CODE_B} {YEAR}", f"{CODE_A} {YEAR}"]


def test_each_step_has_one_before_and_one_after(store: Store) -> None:
    journey = only(store)
    assert journey.before("upload") is None
    assert journey.after("result") is None
    assert [journey.after(step.step) for step in journey.steps[:-1]] == list(journey.steps[1:])
    assert [journey.before(step.step) for step in journey.steps[1:]] == list(journey.steps[:-1])
