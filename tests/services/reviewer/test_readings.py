"""Who looked at which candidate gets into the trail, without the reading itself writing anything."""

from __future__ import annotations

import json
import threading
import time
from datetime import timedelta

import pytest

from kpi import tables
from kpi.errors import NotFound
from kpi.model.audit import AuditFilter
from kpi.model.viewer import SYSTEM
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.verification import verify_store
from kpi.services.reviewer import readings
from kpi.services.reviewer.candidate_list import own_candidates
from kpi.services.reviewer.candidates import candidate_evaluation, side_by_side
from kpi.services.reviewer.readings import note_reading, write_readings
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.services.sample_store import AT, CODE_A, OTHER_REVIEWER, REVIEWER, A, file_of
from tests.services.submitting import lock_as_it_stands, say_no_conflict

YEAR = 2025


@pytest.fixture
def locked(store: Store) -> Store:
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    lock_as_it_stands(store, A, CODE_A, YEAR)
    say_no_conflict(store)
    return store


def _readings(store: Store) -> list[tuple[str, str, str]]:
    with store.cursor() as cursor:
        return [
            (audit_entry.actor, audit_entry.role, audit_entry.subject)
            for audit_entry in tables.audit.audit_entries(cursor)
            if audit_entry.action == "candidate_read"
        ]


def test_a_reading_is_written_later_and_once(locked: Store) -> None:
    for _ in range(3):
        candidate_evaluation(locked, REVIEWER, CODE_A, YEAR)
    assert _readings(locked) == []
    assert write_readings(locked) == 1
    assert write_readings(locked) == 0
    assert _readings(locked) == [("reviewer", "reviewer", f"{CODE_A} {YEAR}")]
    assert verify_store(locked).sound


def test_whom_somebody_compared_is_not_therefore_looked_through(locked: Store) -> None:
    side_by_side(locked, REVIEWER, [CODE_A], YEAR)
    for _ in ("noted", "written"):
        [listed] = own_candidates(locked, REVIEWER)
        assert not listed.looked_at
        write_readings(locked)
    with locked.cursor() as cursor:
        compared = tables.audit.latest_audit_entries(cursor, 9, AuditFilter(action="candidate_compared"))
    assert [(act.actor, act.subject) for act in compared] == [("reviewer", f"{CODE_A} {YEAR}")]
    candidate_evaluation(locked, REVIEWER, CODE_A, YEAR)
    assert own_candidates(locked, REVIEWER)[0].looked_at


def test_what_could_not_be_seen_was_not_read(locked: Store) -> None:
    with pytest.raises(NotFound):
        candidate_evaluation(locked, OTHER_REVIEWER, CODE_A, YEAR)
    assert write_readings(locked) == 0


def test_a_reading_keeps_its_own_time_and_another_one_later_counts_as_new(locked: Store) -> None:
    for minutes in (0, 9, 19, 31):
        note_reading(locked, REVIEWER.actor, CODE_A, YEAR, AT + timedelta(minutes=minutes))
    write_readings(locked)
    with locked.cursor() as cursor:
        found = [
            audit_entry.done_at
            for audit_entry in tables.audit.audit_entries(cursor)
            if audit_entry.action == "candidate_read"
        ]
    assert found == [AT, AT + timedelta(minutes=19), AT + timedelta(minutes=31)]


def test_what_cannot_be_written_waits(locked: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    note_reading(locked, REVIEWER.actor, CODE_A, YEAR)
    with monkeypatch.context() as broken:
        broken.setattr(readings, "unit_of_work", lambda *_: (_ for _ in ()).throw(OSError))
        with pytest.raises(OSError):  # noqa: PT011 - the test's own
            write_readings(locked)
    assert write_readings(locked) == 1


def test_written_by_two_at_once_a_reading_is_written_once(locked: Store) -> None:
    note_reading(locked, REVIEWER.actor, CODE_A, YEAR)
    with locked.write_lock():
        both = [threading.Thread(target=write_readings, args=(locked,)) for _ in range(2)]
        for item in both:
            item.start()
        time.sleep(0.2)  # both are waiting to write by now
    for thread in both:
        thread.join()
    assert len(_readings(locked)) == 1


def test_many_are_written_some_at_a_time_in_their_order(locked: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "MOST_AT_ONCE", 3)
    for number in range(7):
        note_reading(locked, REVIEWER.actor, f"code {number}", YEAR)
    assert [write_readings(locked) for _ in range(4)] == [3, 3, 1, 0]
    assert [subject for _, _, subject in _readings(locked)] == [f"code {number} {YEAR}" for number in range(7)]


def test_those_that_there_is_no_room_for_are_counted_in_the_trail_with_their_times(
    locked: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "MOST_NOTED", 3)
    for number in range(7):
        note_reading(locked, REVIEWER.actor, f"code {number}", YEAR, AT + timedelta(minutes=number))
    assert (write_readings(locked), write_readings(locked)) == (3, 0)
    assert [subject for _, _, subject in _readings(locked)] == [f"code {number} {YEAR}" for number in (4, 5, 6)]
    with locked.cursor() as cursor:
        [lost] = [
            audit_entry
            for audit_entry in tables.audit.audit_entries(cursor)
            if audit_entry.action == "candidate_readings_lost"
        ]
    between = {"from": AT.isoformat(), "to": (AT + timedelta(minutes=3)).isoformat()}
    assert (lost.subject, json.loads(lost.after or "")) == ("4", between)


def test_a_kill_before_the_head_of_many_readings_is_no_loss(locked: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The head may be behind by one change, and readings of several people are one."""
    monkeypatch.setattr(readings, "MOST_NOTED", 3)
    for number, reader in enumerate((REVIEWER, OTHER_REVIEWER, REVIEWER, OTHER_REVIEWER)):
        note_reading(locked, reader.actor, CODE_A, YEAR, AT + timedelta(hours=number))
    before = locked.folder.head()
    assert before is not None
    assert write_readings(locked) == 3
    locked.folder.keep_head(*before)
    assert verify_store(locked).findings == ()
    note_reading(locked, REVIEWER.actor, "another", YEAR)
    with unit_of_work(locked, SYSTEM, AT) as change:
        change.audit("signed_out", "x")
    assert write_readings(locked) == 1
    locked.folder.keep_head(*before)
    assert [finding.name for finding in verify_store(locked).findings] == ["end"], "two changes may not be ahead of it"
