"""A notice of a new year without a line of code: from its file to a verdict; the year before stays as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kpi import tables
from kpi.errors import UserError
from kpi.model.application import load_application
from kpi.policy.load import policies, policy_file
from kpi.services.administrator.baselines import reproduce_verdicts
from kpi.services.administrator.policy import (
    approve_policy_change,
    draft_policy_change,
    policy_overview,
)
from kpi.services.administrator.policy_effect import policy_history, preview_policy_change
from kpi.services.evaluation import evaluation_context, full_evaluation
from kpi.services.leader.recommendation import quota_of
from kpi.services.operation.verification import verify_store
from kpi.services.unit_of_work import unit_of_work
from kpi.services.year import policy_on, window_open
from kpi.store.store import Store
from kpi.tables.applications import SealedRecord
from kpi.tables.lists import QuotaUse
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, A
from tests.services.submitting import YEAR, lock_as_it_stands, locked

SECOND = replace(ADMINISTRATOR, account="second")
FIRST_DAY = date(2026, 6, 1)
SUMMER = datetime(2026, 7, 1, 2, tzinfo=UTC)
OLD, NEW = "沪经信制〔2025〕514 号", "沪经信制〔2026〕88 号（虚构）"
NEW_VALUES = (
    ("[leading_quantile]\nvalue = 0.8\n", "[leading_quantile]\nvalue = 0.75\n"),
    ("[quota.base]\nvalue = 10\n", "[quota.base]\nvalue = 11\n"),
    ("[window_closes]\nvalue = 2025-08-15\n", "[window_closes]\nvalue = 2026-08-14\n"),
    (
        '[main_kpis.equipment]\nvalue = ["K08", "K10", "K11", "K15", "K16", "K17"]\n',
        '[main_kpis.equipment]\nvalue = ["K08", "K10", "K16"]\n',
    ),
)


def notice(store: Store) -> bytes:
    """What an administrator takes away, changed where the new notice says otherwise."""
    text = policy_file(policy_overview(store, ADMINISTRATOR, AT).current, FIRST_DAY)
    for before, after in NEW_VALUES:
        assert before in text
        text = text.replace(before, after)
    return text.replace(OLD, NEW).encode()


def sealed(store: Store, year: int) -> list[SealedRecord]:
    with store.cursor() as cursor:
        return [record for record in tables.applications.sealed_records(cursor) if record.year == year]


def lock_2026(store: Store) -> None:
    """The application of the year before, sent once more for 2026."""
    [was] = sealed(store, YEAR)
    application = load_application(was.application)
    sent = replace(application, facts=dict(application.facts) | {"year": 2026})
    with unit_of_work(store, A.actor, SUMMER) as change:
        tables.applications.accept_draft(change.cursor, sent, "sent", A.account, SUMMER)
        change.audit("draft_accepted", CODE_A)
    lock_as_it_stands(store, A, CODE_A, 2026, SUMMER)


@pytest.fixture
def both_years(store: Store) -> Store:
    """A is locked for 2025; then the notice of 2026 comes into force, and A is locked for 2026."""
    locked(store, A, CODE_A)
    number = draft_policy_change(store, ADMINISTRATOR, "notice-2026.toml", notice(store), at=AT)
    approve_policy_change(store, SECOND, number, 1, AT + timedelta(hours=1))
    lock_2026(store)
    return store


def test_it_is_previewed_on_the_year_at_hand_and_changes_nothing_before_its_day(store: Store) -> None:
    locked(store, A, CODE_A)
    number = draft_policy_change(store, ADMINISTRATOR, "notice-2026.toml", notice(store), at=AT)
    found = preview_policy_change(store, ADMINISTRATOR, number)
    moved = {value.key: (value.before, value.after) for value in found.values if value.before != value.after}
    assert moved == {
        "leading_quantile": (0.8, 0.75),
        "quota.base": (10, 11),
        "window_closes": (date(2025, 8, 15), date(2026, 8, 14)),
        "main_kpis.equipment": (("K08", "K10", "K11", "K15", "K16", "K17"), ("K08", "K10", "K16")),
    }
    assert found.baseline is not None
    assert (found.year, found.as_of, found.before, found.after) == (YEAR, FIRST_DAY, date(2025, 1, 1), FIRST_DAY)
    earlier = preview_policy_change(store, ADMINISTRATOR, number, FIRST_DAY - timedelta(days=1))
    assert (earlier.words.applications, earlier.quotas, earlier.before) == (0, (), earlier.after)


def test_a_verdict_of_2026_is_decided_by_it_and_one_of_2025_stays_to_the_bit(both_years: Store) -> None:
    [before], [after] = sealed(both_years, 2025), sealed(both_years, 2026)
    old, new = json.loads(before.record)["policy"], json.loads(after.record)["policy"]
    assert old == {
        "in_force_from": "2025-01-01",
        "leading_quantile": 0.8,
        "confidence": 0.95,
        "clause_coverage": 0.65,
        "clause_at_least": 0,
        "may_leave": [],
        "main_kpis": ["K08", "K10", "K11", "K15", "K16", "K17"],
    }
    assert new == {
        "in_force_from": "2026-06-01",
        "leading_quantile": 0.75,
        "confidence": 0.95,
        "clause_coverage": 0.65,
        "clause_at_least": 0,
        "may_leave": [],
        "main_kpis": ["K08", "K10", "K16"],
    }
    for year in (2025, 2026):
        [verdict] = reproduce_verdicts(both_years, ADMINISTRATOR, year)
        assert (verdict.same, verdict.policy.year) == (True, year)
    assert verify_store(both_years).sound


def test_what_is_asked_as_of_a_day_before_it_is_answered_as_it_was_then(both_years: Store) -> None:
    sent = {year: load_application(sealed(both_years, year)[0].application) for year in (2025, 2026)}
    with both_years.cursor() as cursor:
        asked = {
            day: full_evaluation(cursor, sent[year], evaluation_context(cursor, year, as_of=day))
            for year, day in ((2025, date(2025, 12, 31)), (2026, date(2026, 12, 31)))
        }
    assert [item.policy.leading_quantile for item in asked.values()] == [0.8, 0.75]
    assert [item.policy.reference for item in asked.values()] == [
        policies().on(date(2025, 12, 31)).reference,
        policies().on(date(2025, 12, 31)).reference.replace(OLD, NEW),
    ]


def test_window_and_quota_are_those_of_its_year_and_named_by_it(both_years: Store) -> None:
    with both_years.cursor() as cursor:
        policy = policy_on(cursor, date(2026, 12, 31))
        assert window_open(cursor, policy, 2026, date(2026, 8, 14))
        assert not window_open(cursor, policy, 2026, date(2026, 8, 15))
        before = policy_on(cursor, date(2025, 12, 31))
    standing = QuotaUse("松江区", 3, 0)
    quotas = [quota_of(standing, item) for item in (before, policy)]
    assert [(quota.allowed, quota.reference.zh) for quota in quotas] == [(10, f"{OLD}，二.2"), (11, f"{NEW}，二.2")]


def test_once_somebody_is_locked_under_it_nothing_decides_that_year_otherwise(both_years: Store) -> None:
    later = notice(both_years).replace(b"in_force_from = 2026-06-01", b"in_force_from = 2026-12-01")
    with pytest.raises(UserError, match="policy_decides_locked") as refused:
        draft_policy_change(both_years, ADMINISTRATOR, "again.toml", later, at=SUMMER)
    assert refused.value.params["first"] == "2027-01-01"


def test_its_step_of_the_history_stands_above_what_it_superseded(both_years: Store) -> None:
    new, shipped = policy_history(both_years, ADMINISTRATOR, SUMMER)
    assert (new.day, new.state, shipped.state) == (FIRST_DAY, "in_force", "superseded")
    assert {value.until for value in shipped.values} == {FIRST_DAY}
    assert sum(value.moved for value in new.values) == len(NEW_VALUES)
