"""Visits and defences: who sets them, what is refused, who sees what of them, and the calendar file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from kpi.errors import NotFound, UserError
from kpi.model.lifecycle import ApplicationState
from kpi.model.timetable import Appointment, AppointmentKind
from kpi.model.viewer import Viewer
from kpi.reports.calendar import timetable_ics
from kpi.services.administrator.accounts import declare_conflict, set_scope
from kpi.services.administrator.stages import advance, steps_to_undo, undo_steps
from kpi.services.enterprise.lock import reopen_application
from kpi.services.operation.verification import verify_store
from kpi.services.timetable import AppointmentInput, TimetableBoard, own_timetable, set_appointments, timetable_board
from kpi.store.store import Store
from tests.services.sample_store import (
    ADMINISTRATOR,
    AT,
    CODE_A,
    CODE_B,
    LEADER,
    OTHER_LEADER,
    OTHER_REVIEWER,
    REVIEWER,
    A,
    B,
    account_by_now,
)
from tests.services.submitting import YEAR, lock_as_it_stands, locked

HOUR = timedelta(hours=1)
NINE = datetime(2026, 9, 1, 1, tzinfo=UTC)
PLACE, WHY = "本厂一号会议室（虚构）", "专家另有安排（虚构）"
VISIT = AppointmentInput(CODE_A, "visit", NINE, NINE + 2 * HOUR, PLACE, (REVIEWER.account,))


@pytest.fixture
def reviewed(store: Store) -> Store:
    """A's and B's applications are put forward."""
    for viewer, code in ((A, CODE_A), (B, CODE_B)):
        locked(store, viewer, code)
        advance(store, ADMINISTRATOR, code, YEAR, "put_forward", at=AT + HOUR)
    return store


def board(store: Store, viewer: Viewer = ADMINISTRATOR) -> TimetableBoard:
    found = timetable_board(store, viewer, YEAR)
    assert found
    return found


def seen(store: Store, code: str = CODE_A, kind: AppointmentKind = "visit") -> datetime | None:
    stands = board(store).standing.get((code, kind))
    return stands.set_at if stands else None


def put(store: Store, *given: AppointmentInput, viewer: Viewer = ADMINISTRATOR) -> None:
    """As somebody does who reads what stands."""
    known = [replace(item, seen=seen(store, item.credit_code, item.kind)) for item in given]
    set_appointments(store, viewer, YEAR, known, AT)


def refused(store: Store, *given: AppointmentInput) -> list[str]:
    with pytest.raises(UserError) as error:
        put(store, *given)
    return [error.value.code, *(fault.code for fault in error.value.also)]


def own(store: Store, viewer: Viewer) -> Appointment:
    [found] = own_timetable(store, viewer)
    return found


def test_all_concerned_see_when_and_where_and_nobody_else(reviewed: Store) -> None:
    put(reviewed, VISIT)
    for viewer in (A, REVIEWER, LEADER):
        found = own(reviewed, viewer)
        assert (found.starts_at, found.ends_at, found.place) == (NINE, NINE + 2 * HOUR, PLACE)
        assert not found.experts, viewer.account
    for viewer in (B, OTHER_REVIEWER, OTHER_LEADER):
        assert own_timetable(reviewed, viewer) == []
    assert board(reviewed).standing[CODE_A, "visit"].experts == (REVIEWER.account,)
    assert board(reviewed).allowed[CODE_A] == (REVIEWER.account,)
    assert verify_store(reviewed).sound


def test_several_are_set_together_or_not_at_all(reviewed: Store) -> None:
    other = replace(VISIT, credit_code=CODE_B, starts_at=NINE + 3 * HOUR, ends_at=NINE + 2 * HOUR, place="乙厂（虚构）")
    assert refused(reviewed, VISIT, other, replace(VISIT, kind="defence", place=" ")) == [
        "appointment_order",
        "appointment_incomplete",
    ]
    assert not board(reviewed).standing
    put(reviewed, VISIT, replace(other, ends_at=NINE + 4 * HOUR))
    assert set(board(reviewed).standing) == {(CODE_A, "visit"), (CODE_B, "visit")}


def test_an_expert_is_in_one_place_at_a_time(reviewed: Store) -> None:
    elsewhere = replace(VISIT, credit_code=CODE_B, place="乙厂（虚构）")
    assert refused(reviewed, VISIT, elsewhere) == ["appointment_two_places"]
    put(reviewed, VISIT)
    assert refused(reviewed, replace(elsewhere, starts_at=NINE - HOUR)) == ["appointment_two_places"]
    put(reviewed, replace(elsewhere, starts_at=NINE + 2 * HOUR, ends_at=NINE + 3 * HOUR))
    # Changed, it is no longer where it was.
    put(reviewed, replace(VISIT, place="丙厂（虚构）", starts_at=NINE - 2 * HOUR, ends_at=NINE, reason=WHY))


def test_before_one_panel_defences_overlap_and_no_visits_do(reviewed: Store) -> None:
    other = replace(VISIT, credit_code=CODE_B)
    assert refused(reviewed, VISIT, other) == ["appointment_two_places"], "the same words, 'online' say, are no place"
    assert refused(reviewed, VISIT, replace(other, kind="defence")) == ["appointment_two_places"]
    put(reviewed, replace(VISIT, kind="defence"), replace(other, kind="defence"))


def test_a_candidate_is_in_one_place_at_a_time(reviewed: Store) -> None:
    set_scope(reviewed, ADMINISTRATOR, OTHER_REVIEWER.account, (CODE_A,), at=AT)
    defence = replace(VISIT, kind="defence", experts=(OTHER_REVIEWER.account,))
    assert refused(reviewed, VISIT, defence) == ["appointment_twice"]
    put(reviewed, VISIT, replace(defence, starts_at=NINE + 2 * HOUR, ends_at=NINE + 3 * HOUR))
    assert refused(reviewed, replace(VISIT, ends_at=NINE + 3 * HOUR, reason=WHY)) == ["appointment_twice"]


def put_back(store: Store) -> None:
    """A's application is no longer put forward."""
    step, *_ = steps_to_undo(store, ADMINISTRATOR, CODE_A, YEAR)
    undo_steps(store, ADMINISTRATOR, [step.application], "更正（虚构）", AT + 2 * HOUR)


def test_what_was_set_for_a_candidate_no_longer_put_forward_is_cancelled(reviewed: Store) -> None:
    put(reviewed, VISIT)
    put_back(reviewed)
    for viewer in (A, REVIEWER, LEADER):
        [event] = events(own_timetable(reviewed, viewer))
        assert event["STATUS"] == "CANCELLED", viewer.account
    put(reviewed, replace(VISIT, credit_code=CODE_B, place="乙厂（虚构）"))


@pytest.mark.parametrize("why", ["", WHY])
def test_what_was_set_before_it_was_locked_again_stays_cancelled(reviewed: Store, why: str) -> None:
    put(reviewed, VISIT)
    if why:
        put(reviewed, replace(VISIT, cancel=True, reason=why))
    put_back(reviewed)
    reopen_application(reviewed, A, CODE_A, YEAR, "更正（虚构）", AT + 3 * HOUR)
    lock_as_it_stands(reviewed, A, CODE_A, YEAR, AT + 4 * HOUR)
    advance(reviewed, ADMINISTRATOR, CODE_A, YEAR, "put_forward", at=AT + 5 * HOUR)
    assert (own(reviewed, A).cancelled, own(reviewed, A).reason) == (True, why)
    put(reviewed, replace(VISIT, credit_code=CODE_B, place="乙厂（虚构）", ends_at=NINE + HOUR))
    # Set by a clock that was put back, it holds: it is of the lock that stands.
    put(reviewed, replace(VISIT, starts_at=NINE + HOUR))
    assert not own(reviewed, A).cancelled


def test_what_the_administrator_may_not_know_of_counts_and_is_not_there(reviewed: Store) -> None:
    put(reviewed, VISIT)
    barred = replace(ADMINISTRATOR, account="administrator2", barred=(CODE_A,))
    assert {hand.credit_code for hand in board(reviewed, barred).candidates} == {CODE_B}
    with pytest.raises(NotFound):
        set_appointments(reviewed, barred, YEAR, [VISIT], AT)
    with pytest.raises(UserError) as error:
        set_appointments(reviewed, barred, YEAR, [replace(VISIT, credit_code=CODE_B, place="乙厂（虚构）")], AT)
    assert error.value.code == "appointment_two_places"


def test_an_expert_has_no_conflict_and_reaches_the_candidate(reviewed: Store) -> None:
    assert refused(reviewed, replace(VISIT, experts=(OTHER_REVIEWER.account,))) == ["appointment_expert"]
    put(reviewed, VISIT)
    declare_conflict(reviewed, ADMINISTRATOR, REVIEWER.account, CODE_A, "曾任职（虚构）", at=AT)
    found = board(reviewed)
    assert found.barred(found.standing[CODE_A, "visit"]) == (REVIEWER.account,)
    assert own_timetable(reviewed, account_by_now(reviewed, REVIEWER.account)) == []
    assert refused(reviewed, replace(VISIT, place="别处（虚构）", reason=WHY)) == ["appointment_expert"]
    with pytest.raises(NotFound):
        put(reviewed, replace(VISIT, experts=("nobody",)))


@pytest.mark.parametrize(
    ("state", "may"),
    [("submitted", False), ("put_forward", True), ("defence", True), ("publicity", False), ("not_listed", False)],
)
def test_a_day_is_set_while_it_is_under_review(store: Store, state: ApplicationState, may: bool) -> None:
    locked(store, A, CODE_A)
    if state != "submitted":
        advance(store, ADMINISTRATOR, CODE_A, YEAR, state, "演示", at=AT + HOUR)
    if may:
        put(store, VISIT)
        assert own(store, A)
    else:
        assert refused(store, VISIT) == ["appointment_stage"]


def test_what_was_set_before_can_only_be_cancelled_after_the_review(reviewed: Store) -> None:
    put(reviewed, VISIT)
    advance(reviewed, ADMINISTRATOR, CODE_A, YEAR, "publicity", "演示", at=AT + 2 * HOUR)
    assert own_timetable(reviewed, A) == []
    assert refused(reviewed, replace(VISIT, place="别处（虚构）", reason=WHY)) == ["appointment_stage"]
    put(reviewed, replace(VISIT, cancel=True, reason=WHY))
    assert board(reviewed).standing[CODE_A, "visit"].cancelled


def test_a_change_needs_its_reason_and_knows_what_it_changes(reviewed: Store) -> None:
    assert refused(reviewed, replace(VISIT, cancel=True)) == ["appointment_none"]
    assert refused(reviewed) == ["nothing_changed"]
    put(reviewed, VISIT)
    later = replace(VISIT, starts_at=NINE + HOUR)
    assert refused(reviewed, later) == ["appointment_why_needed"]
    assert refused(reviewed, replace(VISIT, cancel=True)) == ["appointment_why_needed"]
    with pytest.raises(UserError) as error:
        set_appointments(reviewed, ADMINISTRATOR, YEAR, [replace(later, reason=WHY)], AT)
    assert error.value.code == "appointment_meanwhile"
    put(reviewed, replace(later, reason=WHY))
    assert (own(reviewed, A).starts_at, own(reviewed, A).reason) == (NINE + HOUR, ""), "it may name experts"


def test_who_is_taken_off_reads_that_it_is(reviewed: Store) -> None:
    set_scope(reviewed, ADMINISTRATOR, OTHER_REVIEWER.account, (CODE_A,), at=AT)
    other = account_by_now(reviewed, OTHER_REVIEWER.account)
    put(reviewed, VISIT)
    put(reviewed, replace(VISIT, experts=(other.account,), reason=WHY))
    assert own(reviewed, REVIEWER).cancelled
    assert not own(reviewed, other).cancelled
    assert not own(reviewed, A).cancelled


def test_who_is_taken_off_learns_nothing_of_what_comes_after(reviewed: Store) -> None:
    set_scope(reviewed, ADMINISTRATOR, OTHER_REVIEWER.account, (CODE_A,), at=AT)
    later = replace(VISIT, experts=(OTHER_REVIEWER.account,), starts_at=NINE + HOUR, place="别处（虚构）", reason=WHY)
    put(reviewed, VISIT)
    for change in (later, replace(later, ends_at=NINE + 3 * HOUR), replace(later, cancel=True)):
        put(reviewed, change)
        found = own(reviewed, REVIEWER)
        assert (found.starts_at, found.ends_at, found.place) == (NINE, NINE + 2 * HOUR, PLACE)
        assert (found.cancelled, found.reason, found.experts) == (True, "", ())


def events(found: list[Appointment], names: dict[str, str] | None = None) -> list[dict[str, str]]:
    calendar = Calendar.from_ical(timetable_ics(found, names or {}, "zh").decode())
    return [{name: str(value) for name, value in event.items()} for event in calendar.walk("VEVENT")]


def test_a_calendar_file_replaces_the_one_before_it(reviewed: Store) -> None:
    put(reviewed, replace(VISIT, place="甲厂，二楼；东（虚构）"))
    [first] = events(own_timetable(reviewed, A))
    assert (first["SEQUENCE"], first["STATUS"], first["LOCATION"]) == ("0", "CONFIRMED", "甲厂，二楼；东（虚构）")
    assert b"DTSTART:20260901T010000Z" in timetable_ics(own_timetable(reviewed, A), {}, "zh")
    put(reviewed, replace(VISIT, starts_at=NINE + HOUR, reason=WHY))
    put(reviewed, replace(VISIT, cancel=True, reason=WHY))
    [last] = events(own_timetable(reviewed, A))
    assert (last["UID"], last["SEQUENCE"], last["STATUS"]) == (first["UID"], "2", "CANCELLED")
    assert WHY in last["DESCRIPTION"]
    assert own(reviewed, A).starts_at == NINE + HOUR, "a cancelled one is found where it was"
    put(reviewed, VISIT)
    [again] = events(own_timetable(reviewed, A))
    assert (again["SEQUENCE"], again["STATUS"]) == ("3", "CONFIRMED")


def test_a_calendar_file_names_experts_to_the_authority_alone(reviewed: Store) -> None:
    put(reviewed, VISIT)
    [full] = events(list(board(reviewed).standing.values()), dict(board(reviewed).names))
    assert REVIEWER.name in full["DESCRIPTION"]
    for viewer in (A, REVIEWER, LEADER):
        assert REVIEWER.name not in timetable_ics(own_timetable(reviewed, viewer), {}, "zh").decode()
