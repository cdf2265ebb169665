"""An act concerns whom it changes something for, once, and says the same whichever way it went."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from kpi import tables
from kpi.model.lifecycle import ApplicationState
from kpi.model.programme import ObjectionOutcome, SetDates, YearDates
from kpi.model.times import SHANGHAI, shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.administrator.accounts import set_scope
from kpi.services.administrator.objections import answer_objection, listed_objections, record_objection
from kpi.services.administrator.rounds import assign_reviewers, open_round
from kpi.services.administrator.stages import advance
from kpi.services.notifications.days import raise_days
from kpi.services.notifications.inbox import mark_inbox_read, own_inbox
from kpi.store.store import Store
from tests.services.administrator.test_objections import GIVEN, LATER, hear
from tests.services.panels import SECOND, furnish_panel
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, REVIEWER, A, B
from tests.services.submitting import YEAR, accepted, locked


def unread(store: Store, viewer: Viewer) -> list[tuple[str, int]]:
    """Each kind with how many there are of it."""
    return [(item.kind, item.count) for item in own_inbox(store, viewer) if item.unread]


@pytest.mark.parametrize("stage", ["listed", "not_listed"])
def test_the_list_says_the_same_to_who_is_on_it_and_who_is_not(store: Store, stage: ApplicationState) -> None:
    locked(store, A, CODE_A)
    for minute, reached in enumerate(("put_forward", "publicity"), 1):
        advance(store, ADMINISTRATOR, CODE_A, YEAR, reached, "演示", at=AT + timedelta(minutes=minute))
    mark_inbox_read(store, A, AT + timedelta(minutes=3))
    advance(store, ADMINISTRATOR, CODE_A, YEAR, stage, "演示", at=AT + timedelta(hours=1))
    assert unread(store, A) == [("progress", 1)]


@pytest.mark.parametrize("outcome", ["upheld", "rejected"])
def test_an_answer_to_an_objection_says_the_same_either_way(store: Store, outcome: ObjectionOutcome) -> None:
    locked(store, A, CODE_A)
    locked(store, B, CODE_B)
    advance(store, ADMINISTRATOR, CODE_A, YEAR, "publicity", "演示", at=AT + timedelta(minutes=1))
    number = record_objection(store, ADMINISTRATOR, GIVEN, AT)
    hear(store, number, LATER - timedelta(seconds=2))
    mark_inbox_read(store, A, LATER - timedelta(seconds=1))
    seen = frozenset[str]().union(*(item.objection.parts for item in listed_objections(store, ADMINISTRATOR)))
    answer_objection(store, ADMINISTRATOR, number, outcome, "经核查（虚构）", shanghai_date(LATER), LATER, seen)
    assert unread(store, A) == [("hearing", 1)]


def test_who_is_taken_off_a_round_reads_of_it_and_who_stays_does_not(store: Store) -> None:
    furnish_panel(store)
    name = open_round(store, ADMINISTRATOR, YEAR, "高端装备", "material", at=AT)
    both = {CODE_A: [REVIEWER.account, SECOND.account]}
    assign_reviewers(store, ADMINISTRATOR, name, both, at=AT)
    for viewer in (REVIEWER, SECOND):
        assert ("assigned", 1) in unread(store, viewer)
        mark_inbox_read(store, viewer, AT)
    assign_reviewers(
        store, ADMINISTRATOR, name, {CODE_A: [REVIEWER.account]}, "出差（虚构）", at=AT + timedelta(hours=1)
    )
    assert unread(store, SECOND) == [("assigned", 1)]
    assert unread(store, REVIEWER) == []


def test_of_two_factories_the_one_that_is_locked_does_not_silence_the_draft(store: Store) -> None:
    set_scope(store, ADMINISTRATOR, A.account, [CODE_A, CODE_B])
    both = replace(A, scope=(CODE_A, CODE_B))
    locked(store, both, CODE_A)
    closes = YearDates(date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 10))
    with store.transaction() as cursor:
        cursor.execute("delete from programme_dates")
        tables.year.add_programme_dates(
            cursor, SetDates(YEAR, closes, "演示", "演示", ADMINISTRATOR.account, AT, "holds")
        )
    near = datetime(2026, 3, 30, 11, tzinfo=SHANGHAI)
    raise_days(store, None, near)
    kinds = {kind for kind, _ in unread(store, both)}
    assert not kinds & {"draft_not_locked", "closes_soon"}, "it has locked, and begun nothing else"
    accepted(store, both, CODE_B)
    raise_days(store, None, near)
    assert "draft_not_locked" in {kind for kind, _ in unread(store, both)}
