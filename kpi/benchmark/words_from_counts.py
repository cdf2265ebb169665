"""The words from counts alone: the exact test, the word of a KPI and that of the clause, for whoever holds a record.

A second reading of ``docs/method.md`` 3 and 4, written from the page and not from the code that judges factories: it
knows no store, no policy and no value. The two are held against each other in the tests, and by everybody who checks a
sealed record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import nan

from kpi import stats
from kpi.benchmark.method import METHODS, Method
from kpi.benchmark.verdict import size_of_test
from kpi.model.claims import Ruling
from kpi.model.evaluation import ClauseVerdict, MethodVersion, TestedCounts, TestResult, Verdict


@dataclass(frozen=True, slots=True)
class LeadingLine:
    """What a word is held against: leading is to beat the share ``quantile`` of the others, shown at ``confidence``.

    Both 0..1, without the ends. ``version`` is that of the method (``docs/method.md`` 8).
    """

    quantile: float
    confidence: float
    version: MethodVersion

    @property
    def method(self) -> Method:
        return METHODS[self.version]

    @property
    def alpha(self) -> float:
        return stats.exact_alpha(self.confidence)

    @property
    def corrected_alpha(self) -> float:
        """What a p-value times the number of looks is held against: it may equal alpha, but for the floats' error."""
        return self.method.alpha_of_corrected(self.alpha)


@dataclass(frozen=True, slots=True)
class CountedKpi:
    """What a KPI's word is made of. ``settled`` is the word where there is nothing to test.

    ``tests``: all that must hold, those without the factory's siblings first. ``at_ceiling``: the value is at the KPI's
    upper bound. ``best_tests``: the same of the best value that the stated start allows, none where it limits nothing;
    ``start`` is a reviewer's ruling on it. ``may_leave``: its "not applicable" takes it off the main list.
    """

    tests: tuple[TestedCounts, ...] = ()
    settled: Verdict | None = None
    at_ceiling: bool = False
    best_tests: tuple[TestedCounts, ...] = ()
    start: Ruling = "open"
    may_leave: bool = False


@dataclass(frozen=True, slots=True)
class TestedKpi:
    """What the tests of a KPI say together: of several that must hold, the largest p-value.

    ``best_p_value_not``: of the best value that the start allows, None without one; ``best_alpha``: up to which it
    passes the clause. ``spares``: where it is shown below the line the KPI refuses nothing.
    """

    enough: bool
    p_value: float
    p_value_not: float
    settled: Verdict | None = None
    at_ceiling: bool = False
    best_p_value_not: float | None = None
    best_alpha: float = 0.0
    start: Ruling = "open"
    spares: bool = True
    may_leave: bool = False

    def without_room(self, alpha: float) -> bool:
        return self.best_p_value_not is not None and self.best_p_value_not <= alpha

    def word(self, alpha: float) -> Verdict:
        """The first of ``docs/method.md`` 3 that applies."""
        if self.settled is not None:
            return self.settled
        if not self.enough:
            return "too_few_peers"
        if self.p_value <= alpha:
            return "leading"
        if self.at_ceiling or (self.without_room(alpha) and self.start == "accepted"):
            return "no_discrimination"
        if self.without_room(alpha) and self.start == "open":
            return "undecided"
        return "not_leading" if self.p_value_not <= alpha else "undecided"

    @property
    def tested(self) -> bool:
        """Whether there was a test in both directions."""
        return self.settled is None and self.enough

    def refusing_p_value(self, alpha: float) -> float:
        """Its p-value in the refusal of the clause: 1 where it may refuse nothing."""
        spared = self.spares and self.without_room(alpha) and self.start != "refused"
        return 1.0 if not self.tested or self.at_ceiling or spared else self.p_value_not

    def passes(self, alpha: float) -> bool:
        """Whether it stands in the way of "met": not where it leads, or where there is nothing to tell apart."""
        word = self.word(alpha)
        if word != "no_discrimination":
            return word == "leading"
        return self.at_ceiling or (self.best_p_value_not or 0.0) <= self.best_alpha


def exact_test(counts: TestedCounts, quantile: float) -> TestResult:
    """Both one-sided p-values of one count, with the leading line at ``quantile`` (0..1); NaN without peers.

    Raises ValueError for counts that cannot be. Source: ``docs/method.md`` 3.

    Of 35 others 33 are worse and one is as good; nobody knows how large the industry is:

    >>> found = exact_test(TestedCounts("records", worse=33, not_better=34, n=35, population=None), 0.8)
    >>> round(found.p_value, 4), round(found.p_value_not, 4)
    (0.019, 0.9996)
    """
    if not counts.n:
        return TestResult(counts, nan, nan)
    return TestResult(
        counts,
        float(stats.p_leading(counts.worse, counts.n, quantile, counts.population)),
        float(stats.p_not_leading(counts.not_better, counts.n, quantile, counts.population)),
    )


def tested_kpi(kpi: CountedKpi, line: LeadingLine) -> TestedKpi:
    """What the tests of ``kpi`` say together at ``line``.

    Raises ValueError for counts that cannot be, and for ``best_tests`` under version 1, which had no such test.
    """
    if kpi.best_tests and not line.method.tests_room:
        raise ValueError("version 1 of the method held the best value against an estimate, not against counts")
    results = [exact_test(test, line.quantile) for test in kpi.tests if test.n]
    best = [exact_test(best_test, line.quantile).p_value_not for best_test in kpi.best_tests if best_test.n]
    left_out = _without_siblings(kpi.tests) if line.method.tests_both else kpi.tests[:1]
    return TestedKpi(
        enough=bool(left_out) and all(_enough(counts, line) for counts in left_out),
        p_value=max((result.p_value for result in results), default=nan),
        p_value_not=max((result.p_value_not for result in results), default=nan),
        settled=kpi.settled,
        at_ceiling=kpi.at_ceiling,
        best_p_value_not=max(best, default=None),
        best_alpha=line.alpha - _leading_size(left_out, line),
        start=kpi.start,
        spares=line.method.tests_room,
        may_leave=kpi.may_leave,
    )


def _without_siblings(tests: Sequence[TestedCounts]) -> Sequence[TestedCounts]:
    """All up to the second that counts records: that one has the siblings counted in."""
    of_records = [place for place, test in enumerate(tests) if test.unit == "records"]
    return tests[: of_records[1]] if len(of_records) > 1 else tests


def _enough(counts: TestedCounts, line: LeadingLine) -> bool:
    return counts.n >= stats.smallest_n(line.quantile, line.alpha, counts.population)


def _leading_size(left_out: Sequence[TestedCounts], line: LeadingLine) -> float:
    """How likely "leading" is just short of the line: all tests must hold, so at most the least of their sizes."""
    return min(
        (size_of_test(counts.n, line.quantile, line.alpha, counts.population) for counts in left_out),
        default=0.0,
    )


def verdict_on_kpi(kpi: CountedKpi, line: LeadingLine) -> Verdict:
    """The word that the counts of one KPI give: the first of ``docs/method.md`` 3 that applies.

    Raises ValueError as ``tested_kpi``.

    14 others, and all are worse; with one as good it could not be shown:

    >>> line = LeadingLine(quantile=0.8, confidence=0.95, version=2)
    >>> verdict_on_kpi(CountedKpi((TestedCounts("records", 14, 14, 14, None),)), line)
    'leading'
    >>> verdict_on_kpi(CountedKpi((TestedCounts("records", 13, 14, 14, None),)), line)
    'undecided'
    """
    return tested_kpi(kpi, line).word(line.alpha)


def verdict_on_clause(
    main: Sequence[CountedKpi], line: LeadingLine, coverage: float, at_least: int = 0
) -> ClauseVerdict:
    """The word on the clause from all main KPIs of the policy: the first of ``docs/method.md`` 4 that applies.

    ``coverage`` is the share of them, 0..1, that must remain, be tested, and lead. ``at_least``: so many of them must
    lead, 0 for all. Raises ValueError as ``tested_kpi``, and for ``at_least`` before version 3.

    Six main KPIs that all lead, and the same with one that was left blank:

    >>> line = LeadingLine(quantile=0.8, confidence=0.95, version=2)
    >>> ahead = CountedKpi((TestedCounts("records", 35, 35, 35, None),))
    >>> verdict_on_clause([ahead] * 6, line, coverage=0.65)
    'met'
    >>> verdict_on_clause([ahead] * 5 + [CountedKpi(settled="not_reported")], line, coverage=0.65)
    'undecided'
    """
    return clause_of_tested(
        [tested_kpi(counted_kpi, line) for counted_kpi in main], line, Fraction(str(coverage)), at_least
    )


def clause_of_tested(main: Sequence[TestedKpi], line: LeadingLine, share: Fraction, at_least: int = 0) -> ClauseVerdict:
    """``verdict_on_clause`` of what the tests said; ``share`` is the coverage. Raises ValueError as it does."""
    if at_least and not line.method.simes:
        raise ValueError("before version 3 of the method every main KPI had to pass")
    rest = [kpi for kpi in main if not (kpi.may_leave and kpi.settled == "not_applicable")]
    if not rest or Fraction(len(rest), len(main)) < share:
        return "withheld"
    needed = min(at_least or len(rest), len(rest))
    if _refused(rest, line, needed):
        return "not_met"
    if _enough_lead(rest, line, needed) if at_least else _all_pass(rest, len(main), share, line):
        return "met"
    tested = Fraction(sum(kpi.tested for kpi in rest), len(rest))
    return "withheld" if tested < share else "undecided"


def _refused(rest: Sequence[TestedKpi], line: LeadingLine, needed: int) -> bool:
    p_values = [kpi.refusing_p_value(line.alpha) for kpi in rest]
    if not line.method.simes:
        return min(p_values) <= line.alpha / len(rest)
    # So many of them cannot lead where one more than the others does not.
    return stats.closed_testing_count(p_values, line.corrected_alpha) > len(rest) - needed


def _all_pass(rest: Sequence[TestedKpi], of_main: int, share: Fraction, line: LeadingLine) -> bool:
    leading = sum(kpi.word(line.alpha) == "leading" for kpi in rest)
    return all(kpi.passes(line.alpha) for kpi in rest) and Fraction(leading, of_main) >= share


def _enough_lead(rest: Sequence[TestedKpi], line: LeadingLine, needed: int) -> bool:
    p_values = [kpi.p_value if kpi.tested else 1.0 for kpi in rest]
    return stats.closed_testing_count(p_values, line.corrected_alpha) >= needed
