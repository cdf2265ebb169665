"""The history of policy: each step in its state, what it takes the place of, and what takes its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from kpi.policy.change_file import EnteredValue
from kpi.policy.load import policies
from kpi.services.administrator.policy import (
    approve_policy_change,
    set_policy_value,
    withdraw_policy_change,
)
from kpi.services.administrator.policy_effect import PolicyStep, policy_history
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR, AT

SECOND = replace(ADMINISTRATOR, account="second")
LATER = AT + timedelta(hours=1)
SUMMER, NEXT = date(2026, 6, 1), date(2027, 1, 1)
TODAY = datetime(2026, 11, 26, 2, tzinfo=UTC)


def stated(store: Store, day: date, key: str, value: object, approve: bool = True) -> int:
    entered = EnteredValue(day, key, value, ("某通知，二", "Notice X, II"), ("改", "changed"))
    number = set_policy_value(store, ADMINISTRATOR, entered, at=AT)
    if approve:
        approve_policy_change(store, SECOND, number, 1, LATER)
    return number


def steps(store: Store, at: datetime = TODAY) -> list[PolicyStep]:
    return list(policy_history(store, ADMINISTRATOR, at))


def test_where_nothing_was_changed_the_history_is_what_ships(store: Store) -> None:
    [only] = steps(store)
    assert (only.day, only.change, only.state) == (date(2025, 1, 1), None, "in_force")
    assert {value.entry.key for value in only.values} == {statement.key for statement in policies().statements()}
    assert {(value.before, value.until) for value in only.values} == {(None, None)}


def test_each_step_names_what_it_replaced_and_what_replaced_it(store: Store) -> None:
    first = stated(store, SUMMER, "quota.base", 11)
    second = stated(store, NEXT, "quota.base", 12)
    newest, summer, shipped = steps(store)
    assert [(item.day, item.state) for item in (newest, summer, shipped)] == [
        (NEXT, "scheduled"),
        (SUMMER, "in_force"),
        (date(2025, 1, 1), "in_force"),
    ]
    [value] = summer.values
    assert (value.before and value.before.value, value.until, value.until_by) == (10, NEXT, second)
    [value] = newest.values
    assert (value.before and value.before.value, value.entry.value, value.until) == (11, 12, None)
    taken = [item for item in shipped.values if item.until]
    assert [(item.entry.key, item.until, item.until_by) for item in taken] == [("quota.base", SUMMER, first)]


def test_a_step_whose_every_value_was_replaced_is_superseded_from_that_day_on(store: Store) -> None:
    stated(store, SUMMER, "quota.base", 11)
    stated(store, NEXT, "quota.base", 12)
    assert [step.state for step in steps(store, datetime(2026, 12, 31, 15, 59, tzinfo=UTC))][1] == "in_force"
    # 1 January begins in Shanghai eight hours earlier.
    assert [step.state for step in steps(store, datetime(2026, 12, 31, 16, tzinfo=UTC))][:2] == [
        "in_force",
        "superseded",
    ]


def test_drafts_and_what_was_withdrawn_stand_in_the_history_and_replace_nothing(store: Store) -> None:
    draft = stated(store, NEXT, "quota.base", 12, approve=False)
    gone = stated(store, SUMMER, "contact_years", 5)
    withdraw_policy_change(store, ADMINISTRATOR, gone, "另有安排", LATER + timedelta(hours=1))
    newest, withdrawn, shipped = steps(store)
    assert [(item.change and item.change.number, item.state) for item in (newest, withdrawn)] == [
        (draft, "draft"),
        (gone, "withdrawn"),
    ]
    assert newest.values[0].before is not None
    assert newest.values[0].before.value == 10
    assert withdrawn.values[0].before is None
    assert not [value for value in shipped.values if value.until]


def test_a_value_stated_once_more_has_not_moved(store: Store) -> None:
    stated(store, NEXT, "quota.base", 10)
    [value] = steps(store)[0].values
    assert not value.moved
    stated(store, date(2028, 1, 1), "quota.base", 11)
    assert steps(store)[0].values[0].moved
