"""The notice's clause on the factory: its main technical-economic indicators at the leading level (method 4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from kpi import stats
from kpi.benchmark.exact_test_rules import Criterion, Decision, room_alpha
from kpi.model.claims import Rulings
from kpi.model.evaluation import ClauseResult, ClauseVerdict, Reason, Verdict

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
        return room.p_value_not <= room_alpha(self.judged.shown(line.method).tested, line)


@dataclass(frozen=True, slots=True)
class ClauseTerms:
    """What policy says of the clause. ``may_leave``: KPIs whose "not applicable" may leave the main list."""

    line: Criterion
    coverage: float
    may_leave: Collection[str]
    rulings: Rulings
    power_at: tuple[float, ...]
    official: bool

    @property
    def share(self) -> Fraction:
        return Fraction(str(self.coverage))


def clause_verdict(main: Mapping[str, MainKpi], terms: ClauseTerms) -> ClauseResult:
    """The first of ``docs/method.md`` 4 that applies. ``main`` holds all main KPIs of the policy."""
    leaving = [kpi for kpi in main.values() if kpi.verdict == "not_applicable" and kpi.code in terms.may_leave]
    rest = [kpi for kpi in main.values() if kpi not in leaving]
    conditional = any(terms.rulings.on("not_applicable", kpi.code) != "accepted" for kpi in leaving)
    tested_share = Fraction(sum(kpi.tested for kpi in rest), len(rest)) if rest else Fraction(0)
    verdict, reasons = _verdict(rest, len(main), tested_share, terms)
    power = {f"p{round(at * 100)}": _power(rest, at, terms.line) for at in terms.power_at}
    if conditional:
        reasons = (*reasons, Reason("conditional_not_applicable"))
    return ClauseResult(
        verdict=verdict,
        coverage=float(tested_share),
        expected_power=list(power.values())[-1],
        conditional=conditional,
        reasons=(*reasons, Reason("expected_power", power)),
        at_least_main=stats.closed_testing_count(
            [kpi.judged.p_value if kpi.tested else 1.0 for kpi in main.values()], terms.line.alpha
        ),
    )


def _verdict(
    rest: list[MainKpi], of_main: int, tested_share: Fraction, terms: ClauseTerms
) -> tuple[ClauseVerdict, tuple[Reason, ...]]:
    if not rest or Fraction(len(rest), of_main) < terms.share:
        return "withheld", (Reason("coverage_low", {"share": len(rest) / of_main, "needed": terms.coverage}),)
    if refusing := _refusing(rest, terms):
        return "not_met", refusing
    leading = sum(kpi.verdict == "leading" for kpi in rest)
    if all(kpi.passes(terms.line) for kpi in rest) and Fraction(leading, of_main) >= terms.share:
        return "met", (Reason("all_pass", {"leading": leading, "of": len(rest)}),)
    if tested_share < terms.share:
        return "withheld", (Reason("tested_low", {"share": float(tested_share), "needed": terms.coverage}),)
    return "undecided", _blockers(rest, terms.line)


def _refusing(rest: list[MainKpi], terms: ClauseTerms) -> tuple[Reason, ...]:
    """Why the clause is not met, or nothing: the smallest p-value of "not leading", corrected for m looks."""
    line, m = terms.line, len(rest)
    candidates = [kpi for kpi in rest if kpi.may_refuse]
    worst = min(candidates, key=lambda kpi: kpi.judged.p_value_not, default=None)
    if worst is None or worst.judged.p_value_not > line.alpha / m:
        return ()
    reasons = (Reason("smallest_p", {"kpi": worst.code, "p": worst.judged.p_value_not, "m": m}),)
    if terms.official or worst.judged.certainly_below:
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


def _power(rest: list[MainKpi], true_percentile: float, line: Criterion) -> float:
    """How likely a factory truly at ``true_percentile`` everywhere is shown leading on every main KPI.

    Of several tests of one KPI, which stand and fall nearly together, the one with the least power counts.
    """
    return prod(
        min(
            float(stats.power(test.tested.n, line.quantile, line.alpha, true_percentile, test.tested.population))
            for test in kpi.judged.left_out
        )
        for kpi in rest
    )
