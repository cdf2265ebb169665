"""What is done after the clock was put back comes after what was done before it, also where that is asked by time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kpi import tables
from kpi.access.roles import scope_of
from kpi.model import times
from kpi.model.times import now
from kpi.model.viewer import SYSTEM
from kpi.services.enterprise.lock import reopen_application
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.clock.sitecustomize import clock
from tests.services.sample_store import CODE_A, A
from tests.services.submitting import YEAR, accepted, lock_as_it_stands

US = timedelta(microseconds=1)
DAY = timedelta(days=1)


def put_back(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """This machine's clock; where a database has the clock, nothing changes."""
    monkeypatch.setattr(times, "machine_clock", lambda: clock() - by)


def done(store: Store, at: datetime | None = None) -> datetime:
    with unit_of_work(store, SYSTEM, at) as change:
        change.audit("backup_made", "x")
        return change.at


def test_the_first_lock_stays_the_first(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    accepted(store, A, CODE_A)
    lock_as_it_stands(store, A, CODE_A)
    put_back(monkeypatch, timedelta(minutes=5))
    reopen_application(store, A, CODE_A, YEAR, "更正")
    lock_as_it_stands(store, A, CODE_A)
    with store.cursor() as cursor:
        locks = tables.claims.locks(cursor, CODE_A, YEAR)
        trail = [act.done_at for act in tables.audit.audit_entries(cursor)]
        steps = [step.state for step in tables.stages.stages_entered(cursor, scope_of(A))]
        [release] = tables.applications.locked_applications(cursor, scope_of(A))
    assert [lock.sha256 for lock in locks][1:] == [release.sha256]
    assert steps == ["submitted", "draft", "submitted"]
    assert trail[-3:] == sorted(trail[-3:])


@pytest.mark.parametrize("ahead", [timedelta(hours=23), DAY - timedelta(minutes=5)])
def test_a_time_is_after_the_last_act_where_that_is_less_than_a_day_ahead(store: Store, ahead: timedelta) -> None:
    before = done(store, now() + ahead)
    assert [done(store) - before for _ in range(2)] == [US, 2 * US]


def test_an_act_of_a_clock_that_was_days_ahead_holds_nobody_up(store: Store) -> None:
    """Else nobody could lock anything until its day has come: dates and deadlines go by the time of a change."""
    done(store, now() + 366 * DAY)
    assert abs(done(store) - now()) < DAY
