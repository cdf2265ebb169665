"""What a comparison keeps whatever the data: ties as runs, bands of the order, what is left out, what is certain."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest

from kpi.benchmark.comparison import OrderSettings, compare_candidates
from kpi.benchmark.evaluation import accepted_not_applicable, evaluate_all
from kpi.charts.order import order_finding, order_in_short, order_picture
from kpi.i18n import text
from kpi.model.application import Application, ReportedValue
from kpi.model.claims import NO_RULINGS, ClaimKey, Rulings
from kpi.model.comparison import ComparedKpi, Comparison, RankRange
from kpi.model.evaluation import Verdict
from kpi.policy.load import policies
from kpi.policy.policy import Policy
from kpi.store.store import Store
from kpi.tables.peers import reference_set
from tests.benchmark.panels import CODES, INDUSTRY, application, credit_code, freeze, records, seeded

DAY = date(2025, 12, 31)
POLICY = policies().on(DAY)
PEERS = {code: [seeded(code).randint(0, 60) for _ in range(40)] for code in CODES}
INAPPLICABLE = ReportedValue("K10", "not_applicable", note="没有（虚构）")


def compared(
    store: Store,
    name: str,
    candidates: list[Application],
    rulings: list[Rulings] | None = None,
    policy: Policy = POLICY,
) -> Comparison:
    baseline = freeze(store, name, records(PEERS))
    ruled = rulings or [NO_RULINGS] * len(candidates)
    with store.cursor() as cursor:
        answers = evaluate_all(cursor, candidates, baseline, policy, DAY, ruled)
        known = reference_set(cursor, baseline.name, baseline.region, INDUSTRY)
    left = [accepted_not_applicable(candidate, policy, own) for candidate, own in zip(candidates, ruled, strict=True)]
    return compare_candidates(answers, left, known, policy, OrderSettings(seed=4))


def all_at(value: float, number: int, **others: float | ReportedValue) -> Application:
    return application(dict.fromkeys(CODES, value) | others, credit_code(9_000_000 + number))


def test_who_dominates_comes_first_in_every_draw_and_for_certain(store: Store) -> None:
    found = compared(store, "dominates", [all_at(30, 1), all_at(31, 2), all_at(29, 3)])
    assert found.order == [1, 0, 2]
    assert [candidate.acceptability for candidate in found.candidates] == [(0, 1, 0), (1, 0, 0), (0, 0, 1)]
    assert [candidate.rank for candidate in found.candidates] == [RankRange(2, 2), RankRange(1, 1), RankRange(3, 3)]
    assert found.bands == [[1], [0], [2]]
    assert set(found.dominance) == {(1, 0), (1, 2), (0, 2)}


def test_with_a_blank_nothing_is_certain_that_the_blank_could_turn(store: Store) -> None:
    blank = ReportedValue("K21", "not_reported")
    found = compared(store, "blank", [all_at(30, 1, K21=blank), all_at(31, 2, K21=blank), all_at(2, 3)])
    # K21 is a group of its own: its blank is worth a fifth of the composite.
    assert (0, 1) not in found.dominance
    assert (1, 0) in found.dominance
    assert found.candidates[0].rank == RankRange(1, 2)
    assert found.candidates[1].rank == RankRange(1, 2)
    assert found.candidates[2].rank == RankRange(3, 3)
    composite = found.candidates[0].composite
    assert composite.high - composite.low == pytest.approx(0.2)


def test_a_blank_leaves_the_others_in_the_order_that_is_shown_of_them(store: Store) -> None:
    blank = ReportedValue("K21", "not_reported")
    found = compared(store, "blank-apart", [all_at(30, 1), all_at(31, 2), all_at(29, 3), all_at(35, 4, K21=blank)])
    assert found.candidates[3].rank.best < found.candidates[3].rank.worst
    assert found.bands == [[1], [0], [2], [3]]
    assert [found.open_by_blanks(at) for at in range(4)] == [False, False, False, True]
    assert text("order.blank", "zh", count=1) in order_picture(found, "zh")


def test_who_has_blanks_stays_above_whom_it_is_ahead_of_for_certain(store: Store) -> None:
    blank = ReportedValue("K21", "not_reported")
    found = compared(store, "blank-above", [all_at(30, 1, K21=blank), all_at(31, 2, K21=blank), all_at(2, 3)])
    assert found.bands == [[1, 0], [2]]


def test_of_a_band_what_is_shown_of_pairs_stays_said(store: Store) -> None:
    """A is ahead of C for certain; of neither is it shown whether B is."""
    mixed = {code: 45.0 if at % 2 else 28.0 for at, code in enumerate(CODES)} | {"K21": 30.0}
    found = compared(store, "pairs", [all_at(31, 1), application(mixed, credit_code(9_000_002)), all_at(30, 3)])
    assert found.bands == [sorted(range(3), key=found.order.index)]
    assert (0, 2) in found.ahead
    assert {frozenset(pair) for pair in found.ahead} < {frozenset(pair) for pair in combinations(range(3), 2)}
    picture = order_picture(found, "zh")
    assert "这 3 家中已证实的先后：A 先于 C；其余尚不能确定" in re.sub("<[^>]*>", "", picture)
    assert order_finding(found, "zh").startswith("3 对先后中已证实 1 对")


def test_what_is_certain_of_the_places_is_said_first(store: Store) -> None:
    found = compared(store, "certain", [all_at(30, 1), all_at(31, 2), all_at(29, 3)])
    assert order_in_short(found, "zh") == text("page.order.certain_first", "zh", letter="B")
    among = text("page.order.certain_among", "zh", letters="B、A", k=2)
    not_first = text("page.order.certain_not_first", "zh", letters="C")
    nothing = text("page.order.nothing_certain", "zh")
    open_to = {
        among: [(1, 2), (1, 2), (3, 3)],
        not_first: [(1, 3), (1, 3), (2, 3)],
        nothing: [(1, 3), (1, 3), (1, 3)],
    }
    for said, ranks in open_to.items():
        ranged = [
            replace(candidate, rank=RankRange(*rank)) for candidate, rank in zip(found.candidates, ranks, strict=True)
        ]
        assert order_in_short(replace(found, candidates=tuple(ranged)), "zh") == said


@pytest.mark.parametrize(("ruling", "left"), [("open", False), ("accepted", True), ("refused", False)])
def test_not_applicable_is_left_out_once_a_reviewer_accepts_it(store: Store, ruling: str, left: bool) -> None:
    given = {} if ruling == "open" else {ClaimKey("not_applicable", "K10"): ruling}
    mine = all_at(40, 1, K10=INAPPLICABLE)
    found = compared(store, f"na-{ruling}", [mine, all_at(20, 2)], [Rulings(given), NO_RULINGS])
    composite = found.candidates[0].composite
    assert (composite.low == composite.high) is left
    scores = {kpi.code: kpi.scores[0] for kpi in found.kpis}
    efficiency = [scores[f"K{number:02}"] for number in range(8, 17) if number != 10]
    expected = sum(efficiency) / (8 if left else 9)
    assert found.candidates[0].groups["G3"] == pytest.approx(expected)


def test_where_policy_lets_it_leave_an_open_claim_is_left_out_too(store: Store) -> None:
    policy = replace(POLICY, not_applicable_by_industry={**POLICY.not_applicable_by_industry, "equipment": ("K10",)})
    found = compared(store, "na-policy", [all_at(40, 1, K10=INAPPLICABLE), all_at(20, 2)], policy=policy)
    assert found.candidates[0].composite.low == found.candidates[0].composite.high


def kpi_of(values: list[float], ties: list[tuple[int, int]]) -> ComparedKpi:
    verdicts: tuple[Verdict, ...] = ("undecided",) * len(values)
    return ComparedKpi("K01", tuple(values), tuple(values), verdicts, tuple(ties))


def test_ties_are_counted_as_the_longest_runs() -> None:
    assert kpi_of([3, 1, 2], [(0, 2), (1, 2)]).tied_runs == ((0, 2), (2, 1))
    assert kpi_of([3, 1, 2], [(0, 2), (1, 2), (0, 1)]).tied_runs == ((0, 2, 1),)
    assert kpi_of([3, float("nan"), 2], []).tied_runs == ()
    assert kpi_of([3, float("nan"), 2], []).differing == 1


def test_among_the_first_k_surely_possibly_or_not() -> None:
    rank = RankRange(2, 4)
    assert [rank.among_first(k) for k in (1, 2, 3, 4)] == ["not", "possibly", "possibly", "surely"]
