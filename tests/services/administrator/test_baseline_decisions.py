"""Which baseline of a year is in force is decided by somebody, for a reason, and sealed verdicts stay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kpi.errors import UserError
from kpi.model.times import shanghai_date
from kpi.services.administrator.baselines import (
    compare_baselines,
    list_baseline_decisions,
    put_baseline_in_force,
    reproduce_verdicts,
    sealed_years,
)
from kpi.services.evaluation import evaluation_context
from kpi.services.freeze import import_baseline
from kpi.services.operation.verification import verify_store
from kpi.services.preparation import IncomingBaseline
from kpi.services.published import newer_basis_than
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, LEADER, A
from tests.services.submitting import YEAR, locked
from tests.shipped import SHIPPED

pytestmark = pytest.mark.slow


def imported(store: Store, name: str, region: str = "上海市", every: int = 1, hours: int = 0) -> None:
    head, *rows = SHIPPED.read_text("utf-8-sig").splitlines()
    text = "\n".join([head, *rows[::every]])
    incoming = IncomingBaseline("p.csv", text.encode(), name, YEAR, region, "illustrative", "演示（虚构）")
    import_baseline(store, incoming, at=AT + timedelta(hours=hours))


def in_force(store: Store) -> str:
    with store.cursor() as cursor:
        return evaluation_context(cursor, YEAR).baseline.name


@pytest.mark.campaign
def test_the_latest_decision_counts_and_without_one_the_last_import(store: Store) -> None:
    imported(store, "first")
    imported(store, "later", hours=1)
    assert in_force(store) == "later"
    put_baseline_in_force(store, ADMINISTRATOR, "first", "核对后更正", AT + timedelta(hours=2))
    assert in_force(store) == "first"
    with pytest.raises(UserError, match="baseline_decided_already"):
        put_baseline_in_force(store, ADMINISTRATOR, "first", " 核对后更正", AT + timedelta(hours=3))
    imported(store, "last", hours=3)
    assert in_force(store) == "first", "an import decides nothing once somebody has decided"
    put_baseline_in_force(store, ADMINISTRATOR, "last", "补充样本", AT + timedelta(hours=4))
    assert in_force(store) == "last"
    assert [decision.name for decision in list_baseline_decisions(store, ADMINISTRATOR)] == ["last", "first"]


def test_asked_as_of_a_day_the_baseline_of_that_day_counts_whatever_was_decided_since(store: Store) -> None:
    for name, days in (("first", 0), ("later", 2), ("last", 4)):
        imported(store, name, hours=24 * days)
    put_baseline_in_force(store, ADMINISTRATOR, "first", "核对后更正", AT + timedelta(days=6))
    day = shanghai_date(AT)
    with store.cursor() as cursor:
        known = [
            evaluation_context(cursor, YEAR, as_of=day + timedelta(days=days)).baseline.name for days in range(-1, 8)
        ]
    # Before anything had come in there is nothing to go back to: then as without a day.
    assert known == ["first", "first", "first", "later", "later", "last", "last", "first", "first"]


def test_an_answer_of_before_names_what_came_since(store: Store) -> None:
    imported(store, "first")
    with store.cursor() as cursor:
        first = newer_basis_than(cursor, "first", date(2025, 1, 1), YEAR, AT)
        imported(store, "later", hours=1)
        later = newer_basis_than(cursor, "first", date(2025, 1, 1), YEAR, AT)
        older = newer_basis_than(cursor, "later", date(2024, 1, 1), YEAR, AT)
    assert (first.baseline, first.policy) == (None, None)
    assert (later.baseline, later.policy) == ("later", None)
    assert (older.baseline, older.policy) == (None, date(2025, 1, 1))


@pytest.mark.campaign
def test_a_decision_needs_a_reason_and_a_baseline_of_this_region(store: Store) -> None:
    imported(store, "elsewhere", "江苏省")
    for name, reason, code in (
        ("elsewhere", "理由", "baseline_not_for_force"),
        ("illustrative-2025", "理由", "baseline_not_for_force"),
        ("illustrative-2025", " \u200b", "decision_needs_reason"),
        ("nothing", "理由", "not_there"),
    ):
        with pytest.raises(UserError, match=code):
            put_baseline_in_force(store, ADMINISTRATOR, name, reason, AT)
    assert list_baseline_decisions(store, ADMINISTRATOR) == []


def test_sealed_verdicts_stay_and_the_comparison_names_who_would_change(store: Store) -> None:
    imported(store, "whole")
    locked(store, A, CODE_A)
    imported(store, "third", every=3, hours=1)
    put_baseline_in_force(store, ADMINISTRATOR, "third", "核对", AT + timedelta(hours=2))
    assert not verify_store(store).findings
    found = compare_baselines(store, ADMINISTRATOR, "whole", "third")
    assert (found.year, found.applications, found.words.applications) == (YEAR, 1, 1)
    assert all(verdict.credit_code == CODE_A and verdict.n[1] < verdict.n[0] for verdict in found.words.verdicts)
    assert all({"fewer_peers", "too_few"} & set(verdict.why) for verdict in found.words.verdicts)
    assert all(("line_rose" in verdict.why) <= (verdict.line[1] > verdict.line[0]) for verdict in found.words.verdicts)
    back = compare_baselines(store, ADMINISTRATOR, "third", "whole")
    assert {(verdict.kpi, verdict.after, verdict.before) for verdict in back.words.verdicts} == {
        (verdict.kpi, verdict.before, verdict.after) for verdict in found.words.verdicts
    }
    assert all({"more_peers", "enough"} & set(verdict.why) for verdict in back.words.verdicts)


def test_a_verdict_is_decided_again_to_the_last_bit_whatever_is_in_force_since(store: Store) -> None:
    imported(store, "whole")
    locked(store, A, CODE_A)
    imported(store, "third", every=3, hours=1)
    put_baseline_in_force(store, ADMINISTRATOR, "third", "核对", AT + timedelta(hours=2))
    assert sealed_years(store, ADMINISTRATOR) == [YEAR]
    [found] = reproduce_verdicts(store, ADMINISTRATOR, YEAR)
    assert (found.credit_code, found.baseline, found.same) == (CODE_A, "whole", True)
    with store.transaction() as cursor:
        cursor.execute("update observation set value = value + 1 where baseline = 'whole' and kpi = 'K08'")
    [found] = reproduce_verdicts(store, ADMINISTRATOR, YEAR)
    assert not found.same
    assert reproduce_verdicts(store, ADMINISTRATOR, YEAR - 1) == []


def test_a_leader_decides_nothing(store: Store) -> None:
    with pytest.raises(UserError, match="not_there"):
        put_baseline_in_force(store, LEADER, "illustrative-2025", "x", AT)
