"""The notice's clause on the factory: its main technical-economic indicators at the leading level (method 4)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from fractions import Fraction

from kpi import stats
from kpi.benchmark.verdict import Criterion, Decision, room_alpha
from kpi.model.claims import Rulings
from kpi.model.evaluation import ClauseResult, ClauseVerdict, Reason, SensitivityRow, TestResult, Verdict

TESTED: frozenset[Verdict] = frozenset({"leading", "no_discrimination", "not_leading", "undecided"})
PASSING: frozenset[Verdict] = frozenset({"leading", "no_discrimination"})


@dataclass(frozen=True, slots=True)
class MainKpi:
    """What the clause needs of one main KPI."""

    code: str
    verdict: Verdict
    judged: Decision
    at_ceiling: bool

    @property
    def tested(self) -> bool:
        return self.verdict in TESTED

    @property
    def may_refuse(self) -> bool:
        """Whether its denial may refuse the clause: not where nobody could do better, by the bound or by the start."""
        room = self.judged.room
        spared = room is not None and room.spares and room.shown
        return self.tested and not self.at_ceiling and not spared

    def passes(self, line: Criterion) -> bool:
        """Leading, or nothing to tell apart. "No room" passes only within what leading leaves of alpha."""
        if self.verdict not in PASSING:
            return False
        room = self.judged.room
        if self.verdict == "leading" or self.at_ceiling or room is None or not line.method.tests_room:
            return True
        return room.p_value_not <= room_alpha(self.judged.left_out, line)


@dataclass(frozen=True, slots=True)
class ClauseTerms:
    """What policy says of the clause. ``may_leave``: KPIs whose "not applicable" may leave the main list.

    ``at_least``: so many main KPIs must lead, 0: every one.
    """

    line: Criterion
    coverage: float
    may_leave: Collection[str]
    rulings: Rulings
    power_at: tuple[float, ...]
    official: bool
    at_least: int = 0

    @property
    def share(self) -> Fraction:
        return Fraction(str(self.coverage))

    @property
    def corrected_alpha(self) -> float:
        return self.line.method.alpha_of_corrected(self.line.alpha)

    def needed(self, rest: Sized) -> int:
        """How many of the ``rest`` must lead: all of them where policy asks for more than are left."""
        return min(self.at_least or len(rest), len(rest))


def clause_verdict(main: Mapping[str, MainKpi], terms: ClauseTerms) -> ClauseResult:
    """The first of ``docs/method.md`` 4 that applies. ``main`` holds all main KPIs of the policy."""
    rest = remaining(main, terms)
    leaving = main.keys() - {kpi.code for kpi in rest}
    conditional = any(terms.rulings.on("not_applicable", code) != "accepted" for code in leaving)
    verdict, reasons = _verdict(rest, len(main), terms)
    power = {f"p{round(at * 100)}": _power(rest, at, terms) for at in terms.power_at}
    if conditional:
        reasons = (*reasons, Reason("conditional_not_applicable"))
    family = rest if terms.line.method.simes else list(main.values())
    return ClauseResult(
        verdict=verdict,
        coverage=float(_tested_share(rest)),
        expected_power=list(power.values())[-1],
        conditional=conditional,
        reasons=(*reasons, Reason("expected_power", power)),
        at_least_main=stats.closed_testing_count(p_values_of(family), terms.corrected_alpha),
    )


def remaining(main: Mapping[str, MainKpi], terms: ClauseTerms) -> list[MainKpi]:
    """The main KPIs without those whose "not applicable" lets them leave."""
    return [kpi for kpi in main.values() if not (kpi.verdict == "not_applicable" and kpi.code in terms.may_leave)]


def p_values_of(kpis: Collection[MainKpi]) -> list[float]:
    """Of "leading". A KPI that was not tested can support no claim: its p-value counts as 1."""
    return [kpi.judged.p_value if kpi.tested else 1.0 for kpi in kpis]


def word_with_at_least(main: Mapping[str, MainKpi], terms: ClauseTerms, at_least: int) -> ClauseVerdict:
    """The clause's word, were policy to ask for so many of the main KPIs."""
    return _verdict(remaining(main, terms), len(main), replace(terms, at_least=at_least))[0]


def _tested_share(rest: list[MainKpi]) -> Fraction:
    return Fraction(sum(kpi.tested for kpi in rest), len(rest)) if rest else Fraction(0)


def _verdict(rest: list[MainKpi], of_main: int, terms: ClauseTerms) -> tuple[ClauseVerdict, tuple[Reason, ...]]:
    if not rest or Fraction(len(rest), of_main) < terms.share:
        return "withheld", (Reason("coverage_low", {"share": len(rest) / of_main, "needed": terms.coverage}),)
    if refusing := _refusing(rest, terms):
        return "not_met", refusing
    met, reasons = _enough_lead(rest, terms) if terms.at_least else _all_pass(rest, of_main, terms)
    if met:
        return "met", reasons
    if (tested := _tested_share(rest)) < terms.share:
        return "withheld", (Reason("tested_low", {"share": float(tested), "needed": terms.coverage}),)
    return "undecided", reasons


def _all_pass(rest: list[MainKpi], of_main: int, terms: ClauseTerms) -> tuple[bool, tuple[Reason, ...]]:
    leading = sum(kpi.verdict == "leading" for kpi in rest)
    if all(kpi.passes(terms.line) for kpi in rest) and Fraction(leading, of_main) >= terms.share:
        return True, (Reason("all_pass", {"leading": leading, "of": len(rest)}),)
    return False, _blockers(rest, terms.line)


def _enough_lead(rest: list[MainKpi], terms: ClauseTerms) -> tuple[bool, tuple[Reason, ...]]:
    """At least so many as policy asks for, shown of all at once. A ceiling, or no room, is no lead here."""
    shown, needed = stats.closed_testing_count(p_values_of(rest), terms.corrected_alpha), terms.needed(rest)
    met = shown >= needed
    return met, (Reason("enough_lead" if met else "too_few_lead", {"shown": shown, "needed": needed, "of": len(rest)}),)


def _refusing(rest: list[MainKpi], terms: ClauseTerms) -> tuple[Reason, ...]:
    """Why the clause is not met, or nothing: fewer KPIs than needed can lead, for too many are shown not to.

    With every KPI needed one that does not lead is too many, and closed testing is Simes' test of all of them. Those of
    the corrected list are named: never fewer than closed testing counts.
    """
    if not terms.line.method.simes:
        return _refusing_alone(rest, terms)
    p_values = [kpi.judged.p_value_not if kpi.may_refuse else 1.0 for kpi in rest]
    too_many = len(rest) - terms.needed(rest) + 1
    if stats.closed_testing_count(p_values, terms.corrected_alpha) < too_many:
        return ()
    listed = stats.benjamini_hochberg(p_values, terms.corrected_alpha)
    refusing = [kpi for kpi, named in zip(rest, listed, strict=True) if named]
    certainly = sum(kpi.judged.certainly_below for kpi in refusing) >= too_many
    return _refused_by(sorted(refusing, key=lambda kpi: kpi.judged.p_value_not), len(rest), certainly, terms)


def _refusing_alone(rest: list[MainKpi], terms: ClauseTerms) -> tuple[Reason, ...]:
    """The smallest p-value of "not leading", corrected for m looks."""
    candidates = [kpi for kpi in rest if kpi.may_refuse]
    worst = min(candidates, key=lambda kpi: kpi.judged.p_value_not, default=None)
    if worst is None or worst.judged.p_value_not > terms.line.alpha / len(rest):
        return ()
    return _refused_by([worst], len(rest), worst.judged.certainly_below, terms)


def _refused_by(refusing: list[MainKpi], m: int, certainly: bool, terms: ClauseTerms) -> tuple[Reason, ...]:
    """``certainly``: whatever the enterprises that are not in the panel are like."""
    reasons = tuple(Reason("smallest_p", {"kpi": kpi.code, "p": kpi.judged.p_value_not, "m": m}) for kpi in refusing)
    if terms.official or certainly:
        return reasons
    return (*reasons, Reason("not_official_no_refusal"))


def _blockers(rest: list[MainKpi], line: Criterion) -> tuple[Reason, ...]:
    blocking = [kpi for kpi in rest if not kpi.passes(line)]
    if blocking:
        return tuple(Reason(f"blocked_{_blocking_word(kpi)}", {"kpi": kpi.code}) for kpi in blocking)
    # All pass, yet too few of them by leading: the ceilings block.
    return tuple(
        Reason("blocked_no_discrimination", {"kpi": kpi.code}) for kpi in rest if kpi.verdict == "no_discrimination"
    )


def _blocking_word(kpi: MainKpi) -> str:
    return "no_room" if kpi.verdict == "no_discrimination" else kpi.verdict


def _power(rest: list[MainKpi], true_percentile: float, terms: ClauseTerms) -> float:
    """How likely a factory truly at ``true_percentile`` everywhere is shown to meet the clause by leading.

    Of several tests of one KPI, which stand and fall nearly together, the one with the least power counts.
    """
    line = terms.line

    def power(test: TestResult) -> float:
        tested = test.tested
        return float(stats.power(tested.n, line.quantile, line.alpha, true_percentile, tested.population))

    weakest = [min(kpi.judged.left_out, key=power).tested for kpi in rest]
    return stats.clause_power(
        [tested.n for tested in weakest],
        line.quantile,
        line.alpha,
        true_percentile,
        [tested.population for tested in weakest],
        terms.needed(rest),
    )


# The clause under other readings of "leading" and of "main": for reviewers and the authority.


def sensitivity_by_quantile(
    quantiles: Sequence[float], decided_at: Callable[[float], tuple[ClauseResult, int]]
) -> list[SensitivityRow]:
    """The clause with the leading line at each of ``quantiles``; ``decided_at``: clause, number of main KPIs."""
    rows = []
    for quantile in quantiles:
        clause, of = decided_at(quantile)
        rows.append(SensitivityRow("quantile", quantile, None, of, float("nan"), clause.verdict))
    return rows


def sensitivity_at_least(main: Mapping[str, MainKpi], terms: ClauseTerms) -> list[SensitivityRow]:
    """ "At least u of the m main KPIs are leading", for every u: the clause as it would be with u in policy."""
    if not terms.line.method.simes:
        return _by_bonferroni(list(main.values()), terms)
    p_values = p_values_of(remaining(main, terms))
    return [
        _row(u, p_values, float(stats.closed_testing_p(p_values, u)), word_with_at_least(main, terms, u), terms)
        for u in range(1, len(p_values) + 1)
    ]


def _by_bonferroni(main: Sequence[MainKpi], terms: ClauseTerms) -> list[SensitivityRow]:
    """(m - u + 1) times the u-th smallest p-value, of all main KPIs."""
    p_values = p_values_of(main)
    tails = [float(stats.smallest_tail(p_values, u)) for u in range(1, len(p_values) + 1)]
    return [
        _row(u, p_values, tail, "met" if tail <= terms.corrected_alpha else "undecided", terms)
        for u, tail in enumerate(tails, start=1)
    ]


def _row(u: int, family: Sized, p_value: float, word: ClauseVerdict, terms: ClauseTerms) -> SensitivityRow:
    return SensitivityRow("at_least", terms.line.quantile, u, len(family), p_value, word)
