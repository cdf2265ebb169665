"""The verdict on one KPI: an exact one-sided test each way, and "cannot be decided yet" where neither speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import isnan, nan

import numpy as np

from kpi import stats
from kpi.benchmark.comparable_value import ComparableValue
from kpi.benchmark.method import Method
from kpi.benchmark.peer_rank import Counted, PeerRank
from kpi.model.application import ReportedValue
from kpi.model.claims import Ruling
from kpi.model.evaluation import (
    KpiEvaluation,
    Peers,
    Percentile,
    Reason,
    TestedCounts,
    TestResult,
    Verdict,
)
from kpi.stats import Array
from kpi.tables.peers import GroupExtremes, PeerCounts

# What the exact tests say of counts, of all the counts of a factory at once.
#
# It has some forty, each asked at five leading lines. SciPy answers forty as an array as fast as one alone, and to the
# same last bit.


REMEMBERED = 20_000
"""Sizes of tests: some megabytes, and more than the cells of a region have numbers of peers."""


@dataclass(frozen=True, slots=True)
class CountFigures:
    """What a count says whatever the line: the percentile's one-sided bounds, 0..1, and the p-value of "better than the
    median of the others".
    """

    lower: float
    upper: float
    p_value_median: float


def test_results(counts: Iterable[TestedCounts], quantile: float) -> Mapping[TestedCounts, TestResult]:
    """Both p-values of each with the leading line at ``quantile``; NaN without peers."""
    distinct = tuple(dict.fromkeys(counts))
    worse, not_better, n, population = _columns(distinct)
    leading = _of_peers(n, stats.p_leading(worse, n, quantile, population))
    not_leading = _of_peers(n, stats.p_not_leading(not_better, n, quantile, population))
    return {item: TestResult(item, *both) for item, *both in zip(distinct, leading, not_leading, strict=True)}


def count_figures(counts: Iterable[TestedCounts], confidence: float) -> Mapping[TestedCounts, CountFigures]:
    """Of each; NaN without peers."""
    distinct = tuple(dict.fromkeys(counts))
    worse, not_better, n, population = _columns(distinct)
    lower = _of_peers(n, stats.lower_bound(worse, n, confidence, population))
    upper = _of_peers(n, stats.upper_bound(not_better, n, confidence, population))
    median = _of_peers(n, stats.p_leading(worse, n, 0.5, population))
    return {item: CountFigures(*each) for item, *each in zip(distinct, lower, upper, median, strict=True)}


@lru_cache(maxsize=REMEMBERED)
def size_of_test(n: int, quantile: float, alpha: float, population: int | None) -> float:
    """How likely a factory exactly at the line is shown to lead among ``n``: at most alpha, 0 where nobody can be."""
    winning = stats.smallest_winning(n, quantile, alpha, population)
    return 0.0 if winning is None else float(stats.p_leading(winning, n, quantile, population))


def _columns(counts: Sequence[TestedCounts]) -> tuple[Array, Array, Array, Array]:
    """k, k + e, n, and N, NaN where it is unknown."""
    rows = [
        (count.worse, count.not_better, count.n, nan if count.population is None else count.population)
        for count in counts
    ]
    worse, not_better, n, population = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    return worse, not_better, n, population


def _of_peers(n: Array, figures: Array) -> list[float]:
    found: list[float] = np.where(n == 0, nan, figures).tolist()
    return found


# The verdict on one KPI: an exact one-sided test each way, and "cannot be decided yet" where neither speaks.
#
# The states are tried in the order of ``docs/method.md`` 3; the first that applies is the verdict.


@dataclass(frozen=True, slots=True)
class Criterion:
    """The line a value is held against: leading means to beat the share ``quantile`` of the others."""

    quantile: float
    confidence: float
    alpha: float
    method: Method


@dataclass(frozen=True, slots=True)
class OtherMembers:
    """How many others the register counts, without the candidate and its group: None where it does not say."""

    enterprises: int | None
    groups: int | None

    def with_siblings(self, siblings: int) -> OtherMembers:
        """The same with the own group's ``siblings`` taken for others like any, together one group."""
        return OtherMembers(
            None if self.enterprises is None else self.enterprises + siblings,
            None if self.groups is None else self.groups + (siblings > 0),
        )


@dataclass(frozen=True, slots=True)
class RoomTest:
    """Does the best value that the stated start allows itself fall short of the line?

    ``shown``: its ``p_value_not``, the larger of both ways of counting siblings, is at most alpha. ``ruling`` is the
    reviewer's on the start. ``spares``: where it is shown, the KPI refuses nothing, unless the start was refused.
    """

    shown: bool
    p_value_not: float
    ruling: Ruling
    spares: bool
    tests: tuple[TestResult, ...] = ()

    @property
    def open(self) -> bool:
        return self.shown and self.ruling == "open"

    @property
    def proven(self) -> bool:
        return self.shown and self.ruling == "accepted"


@dataclass(frozen=True, slots=True)
class Decision:
    """All tests of one KPI, with the siblings ``left_out`` and ``counted_in``: the largest p-value of all decides.

    ``too_few``: the peers of a test that has too few, and how many it needs.
    ``certainly_below``: even if all enterprises that are not in the panel were worse, the line is not reached.
    ``room`` is None where no start is stated, or where it limits nothing.
    """

    left_out: tuple[TestResult, ...]
    counted_in: tuple[TestResult, ...]
    too_few: tuple[int, int] | None
    certainly_below: bool
    room: RoomTest | None = None

    @property
    def enough(self) -> bool:
        return self.too_few is None

    @property
    def tests(self) -> tuple[TestResult, ...]:
        """Each once, for without siblings both ways are the same. Of each way records come before groups: who checks
        a sealed record knows by the second test of records where those with the siblings begin.
        """
        return tuple(dict.fromkeys((*self.left_out, *self.counted_in)))

    @property
    def p_value(self) -> float:
        return max(test.p_value for test in self.tests)

    @property
    def p_value_not(self) -> float:
        return max(test.p_value_not for test in self.tests)

    def shown(self, method: Method) -> TestResult:
        """The test whose figures are shown: the one that gave ``p_value``; before version 3 that without siblings."""
        return max(self.tests if method.tests_both else self.left_out, key=lambda test: test.p_value)


BothWays = tuple[tuple[TestedCounts, ...], tuple[TestedCounts, ...]]


@dataclass(frozen=True, slots=True)
class CountsToTest:
    """What is counted of one KPI: with the siblings left out, and with them counted in, which is the same without any.

    ``attainable``: the same two of the best value that the stated start allows, None as in ``PeerRank``.
    """

    own: BothWays
    attainable: BothWays | None

    @property
    def all(self) -> tuple[TestedCounts, ...]:
        return tuple(counts for way in (*self.own, *(self.attainable or ())) for counts in way)


def counts_to_test(placed: PeerRank, others: OtherMembers, siblings: int, method: Method) -> CountsToTest:
    """The own group has ``siblings`` other enterprises in the panel."""
    return CountsToTest(
        _both_ways(placed.counted, others, siblings, method),
        None if placed.attainable is None else _both_ways(placed.attainable, others, siblings, method),
    )


def _both_ways(counted: Counted, others: OtherMembers, siblings: int, method: Method) -> BothWays:
    counts, extremes = counted.peers, counted.extremes
    tested = _tested(counts, others) if method.tests_both else (_tested_alone(counts, extremes, others, method),)
    if not counts.sibling_n:
        return tested, tested
    more, among = counts.with_siblings(), others.with_siblings(siblings)
    if method.tests_both:
        return tested, _tested(more, among)
    return tested, (_tested_alone(more, extremes.with_siblings(), among, method),)


def _tested(counts: PeerCounts, others: OtherMembers) -> tuple[TestedCounts, ...]:
    """All records; and one a group, where any group has more than one."""
    records = TestedCounts("records", counts.worse, counts.worse + counts.tied, counts.n, others.enterprises)
    if counts.chosen_n == counts.n:
        return (records,)
    worse, not_better = counts.chosen_worse, counts.chosen_worse + counts.chosen_tied
    return records, TestedCounts("groups", worse, not_better, counts.chosen_n, others.groups)


def _tested_alone(counts: PeerCounts, extremes: GroupExtremes, others: OtherMembers, method: Method) -> TestedCounts:
    """Records, or one a group (its best against leading, its worst against not leading), before version 3."""
    if (groups := extremes.groups) and counts.n / groups > method.records_per_group:
        return TestedCounts("groups", extremes.groups_worse, extremes.groups_not_better, groups, others.groups)
    return TestedCounts("records", counts.worse, counts.worse + counts.tied, counts.n, others.enterprises)


def decide(
    placed: PeerRank,
    counted: CountsToTest,
    results: Mapping[TestedCounts, TestResult],
    enterprises: int | None,
    line: Criterion,
    value: ComparableValue,
    start: Ruling,
) -> Decision:
    """What ``results``, of all that is ``counted``, say of ``placed`` at ``line``.

    ``enterprises``: how many others the register counts. ``start`` is the ruling on the stated start.
    """
    left_out, counted_in = (tuple(results[counts] for counts in way) for way in counted.own)
    sizes = [(test.tested.n, stats.smallest_n(line.quantile, line.alpha, test.tested.population)) for test in left_out]
    short = next(((n, needed) for n, needed in sizes if n < needed), None)
    room = None
    if counted.attainable is not None:
        room = _room(placed, [results[counts] for way in counted.attainable for counts in way], line, value, start)
    return Decision(left_out, counted_in, short, _certainly_below(placed.counts, enterprises, line), room)


def _certainly_below(counts: PeerCounts, enterprises: int | None, line: Criterion) -> bool:
    """Of enterprises, whatever was tested: a group's worst record says nothing of its others."""
    if not enterprises:
        return False
    most = Fraction(counts.worse + counts.tied + enterprises - counts.n, enterprises)
    return most < Fraction(str(line.quantile))


def room_alpha(tests: Sequence[TestResult], line: Criterion) -> float:
    """What is left of alpha for "no room" once the ``tests`` of leading have taken their share.

    A KPI passes the clause by either word. At the line the tests of leading are together wrong at most with the
    least of their sizes; the two words exclude each other, so their chances add, and the sum must stay within alpha.
    """
    sizes = (size_of_test(test.tested.n, line.quantile, line.alpha, test.tested.population) for test in tests)
    return line.alpha - min(sizes)


def _room(
    placed: PeerRank, tests: Sequence[TestResult], line: Criterion, value: ComparableValue, start: Ruling
) -> RoomTest:
    if not line.method.tests_room:
        short = placed.lines is not None and value.attainable < placed.lines.quantiles[line.quantile]
        return RoomTest(short, 0.0, "accepted", spares=False)
    p_value_not = max(test.p_value_not for test in tests)
    return RoomTest(p_value_not <= line.alpha, p_value_not, start, start != "refused", tuple(dict.fromkeys(tests)))


def kpi_verdict(
    value: ComparableValue, judged: Decision, leading_line: float, line: Criterion
) -> tuple[Verdict, tuple[Reason, ...]]:
    """The first state that applies, with its reasons."""
    if value.settled is not None:
        return value.settled, value.reasons
    alpha, test = line.alpha, judged.shown(line.method)
    if judged.too_few:
        n, needed = judged.too_few
        return "too_few_peers", (Reason("smallest_n", {"n": n, "n_needed": needed}),)
    if judged.p_value <= alpha:
        return "leading", (Reason("leading_shown", {"p": test.p_value}),)
    if value.at_ceiling:
        return "no_discrimination", (Reason("at_ceiling"),)
    if judged.room and judged.room.proven:
        return "no_discrimination", (Reason("no_room", {"attainable": value.attainable, "line": leading_line}),)
    if judged.room and judged.room.open:
        return "undecided", (Reason("start_unproven", {"attainable": value.attainable, "line": leading_line}),)
    if judged.p_value_not <= alpha:
        return "not_leading", (Reason("not_leading_shown", {"p": _p_value_not(judged, line.method)}),)
    return "undecided", _why_undecided(judged, line)


def _why_undecided(judged: Decision, line: Criterion) -> tuple[Reason, ...]:
    tested, alpha = judged.shown(line.method).tested, line.alpha
    p = Fraction(str(line.quantile))
    worse, not_better = Fraction(tested.worse, tested.n), Fraction(tested.not_better, tested.n)
    if worse >= p:
        leans = Reason("leans_leading")
    elif not_better >= p:
        leans = Reason("tied_on_line")
    else:
        leans = Reason("leans_not_leading")
    one_way = min(test.p_value for test in judged.tests) <= alpha
    other_way = min(test.p_value_not for test in judged.tests) <= alpha
    return (leans, Reason("group")) if one_way or other_way else (leans,)


def kpi_evaluation(
    value: ComparableValue,
    reported: ReportedValue,
    placed: PeerRank,
    judged: Decision,
    figures: CountFigures,
    peers: Peers,
    line: Criterion,
    main: bool,
) -> KpiEvaluation:
    """All that is known of one KPI, put together; NaN where the KPI was not placed.

    ``figures`` are those of what was tested.
    """
    counts, lines = placed.counts, placed.lines
    leading_line = lines.quantiles[line.quantile] if lines else nan
    word, reasons = kpi_verdict(value, judged, leading_line, line)
    test = judged.shown(line.method)
    percentile = _percentile(counts, figures)
    median_p = figures.p_value_median
    # Method 3: against the mean literally (the basic tier's clause), against the median by the test.
    if lines and (value.value > lines.mean) != (median_p <= line.alpha):
        reasons = (*reasons, Reason("mean_and_median_disagree"))
    if test.tested.unit == "groups":
        reasons = (*reasons, Reason("ratio_groups", {"n": test.tested.n}))
    return KpiEvaluation(
        code=value.kpi.code,
        state=reported.state,
        value=value.value if value.settled is None else _as_reported(reported),
        basis=value.basis if value.settled is None else reported.basis,
        cell=reported.cell,
        peers=peers,
        worse=counts.worse,
        tied=counts.tied,
        better=counts.better,
        percentile=percentile,
        tested=test.tested,
        p_value=test.p_value,
        p_value_not=_p_value_not(judged, line.method),
        p_value_median=median_p,
        gamma=_gamma(word, percentile, line),
        mean=lines.mean if lines else nan,
        median=lines.median if lines else nan,
        leading_line=leading_line,
        gap_to_line=value.value - leading_line,
        verdict=word,
        reasons=reasons,
        main=main,
        mean_place=lines.mean_place if lines else nan,
        tests=judged.tests if line.method.tests_both else (),
        room_tests=judged.room.tests if judged.room and line.method.tests_both else (),
        at_ceiling=value.at_ceiling,
    )


def _p_value_not(judged: Decision, method: Method) -> float:
    return judged.p_value_not if method.tests_both else judged.shown(method).p_value_not


def _as_reported(reported: ReportedValue) -> float:
    return nan if reported.value is None else reported.value


def _percentile(counts: PeerCounts, figures: CountFigures) -> Percentile:
    if not counts.n:
        return Percentile(nan, nan, nan, nan)
    strict, mid = counts.worse / counts.n, (counts.worse + counts.tied / 2) / counts.n
    return Percentile(strict, mid, figures.lower, figures.upper)


def _gamma(word: Verdict, percentile: Percentile, line: Criterion) -> float:
    if word == "leading" and not isnan(percentile.lower):
        return float(stats.gamma(percentile.lower, percentile.upper, line.quantile, "leading"))
    if word == "not_leading" and not isnan(percentile.upper):
        return float(stats.gamma(percentile.lower, percentile.upper, line.quantile, "not_leading"))
    return nan
