"""The way to leading (method 5, rule 3): from own values and the published table, and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, inf, isfinite, isnan, nan
from typing import Literal

from kpi.benchmark.comparable_value import ComparableValue, comparable_value
from kpi.benchmark.enterprise_view import enterprise_view
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi, end_for, from_before_after
from kpi.model.application import Application, Basis, ReportedValue
from kpi.model.publication import EnterpriseView, GapAnalysis, GapState, KpiGap, PublishedCell
from kpi.policy.policy import Policy

# What if other values had been reached: the enterprise's own view, made again from moved values.
#
# Made by the one function that makes the view, from the same published table: moving values can tell an enterprise
# nothing that the table does not.


@dataclass(frozen=True, slots=True)
class Lever:
    """What is moved of a KPI: its value on policy's ``basis``, or its end where its start is known and stays.

    ``start`` is where it stands, None if nowhere; ``low`` and ``high`` are physical bounds, None where there is none.
    """

    code: str
    moves: Literal["value", "after"]
    basis: Basis | None
    start: float | None
    before: float | None
    low: float | None
    high: float | None

    def allows(self, value: float) -> bool:
        low, high = self.low, self.high
        return isfinite(value) and (low is None or value >= low) and (high is None or value <= high)


def levers(application: Application, policy: Policy) -> dict[str, Lever]:
    """The lever of each KPI, by code. What is said not to apply has none."""
    return {
        kpi.code: _lever(kpi, reported, policy.basis(kpi.code))
        for kpi in catalogue().kpis
        if (reported := application.values[kpi.code]).state != "not_applicable"
    }


def apply_moves(application: Application, moves: Mapping[str, float], policy: Policy) -> Application:
    """The application with these levers moved. A lever left where it stands changes nothing.

    Raises:
        ValueError: a KPI has no lever, or its lever cannot go there.
    """
    known = levers(application, policy)
    if unknown := [code for code, value in moves.items() if code not in known or not known[code].allows(value)]:
        raise ValueError(f"no such move: {', '.join(unknown)}")
    moved = {code: _moved(known[code], application.values[code], value) for code, value in moves.items()}
    return replace(application, values={**application.values, **moved})


def what_if_view(answer: EnterpriseView, application: Application, policy: Policy) -> EnterpriseView:
    """The view of ``application`` on the ground of ``answer``. No word is released for a value nobody has reached."""
    return enterprise_view(
        application=application,
        published={kpi.code: kpi.published for kpi in answer.kpis},
        baseline=answer.baseline,
        policy=policy,
        used=answer.policy,
        as_of=answer.as_of,
    )


def _lever(kpi: Kpi, reported: ReportedValue, basis: Basis | None) -> Lever:
    before, after = reported.before, reported.after
    if before is not None and after is not None and not isnan(from_before_after(kpi, before, after, basis)):
        return Lever(kpi.code, "after", basis, after, before, 0.0, 100.0 if kpi.of_share else None)
    own = comparable_value(kpi, reported, basis)
    start = None if isnan(own.value) else own.value
    low, _ = kpi.bounds(basis)
    top = min(own.ceiling, inf if isnan(own.attainable) else own.attainable)
    # What was reported stays possible, even where it does not fit its own start.
    high = max(top, -inf if start is None else start)
    return Lever(kpi.code, "value", basis, start, reported.before, low, high if isfinite(high) else None)


def _moved(lever: Lever, reported: ReportedValue, value: float) -> ReportedValue:
    """The value as it would have been reported; it stands in no file."""
    if value == lever.start:
        return reported
    if lever.moves == "value":
        return replace(reported, state="reported", value=float(value), basis=lever.basis, after=None, cell=None)
    before = nan if lever.before is None else lever.before
    gain = from_before_after(catalogue().kpi(lever.code), before, value, lever.basis)
    return replace(reported, state="reported", value=gain, basis=lever.basis, after=float(value), cell=None)


# The way to leading (method 5, rule 3): from own values and the published table, and from nothing else.


_ORDER: tuple[GapState, ...] = ("below", "no_room", "reached", "median_only", "withheld", "no_value")


def gap_analysis(answer: EnterpriseView, policy: Policy) -> GapAnalysis:
    """``policy``: the one that the answer was made with. KPIs that tie keep the catalogue's order."""
    kpis = [_kpi(known, answer, policy) for known in catalogue().kpis]
    ordered = tuple(sorted(kpis, key=_nearest))
    return GapAnalysis(
        kpis=ordered,
        coverage=answer.coverage,
        main_share=policy.clause_coverage,
        main_at_least=policy.clause_at_least,
        leading_quantile=answer.policy.leading_quantile,
    )


def _nearest(kpi: KpiGap) -> tuple[int, float]:
    """Below the line by distance; reached by how small the margin is; what has no line by the way to the median."""
    return _ORDER.index(kpi.standing), 0.0 if isnan(kpi.distance) else abs(kpi.distance)


def _kpi(known: Kpi, answer: EnterpriseView, policy: Policy) -> KpiGap:
    reported, published = answer.application.values[known.code], answer.kpi(known.code).published
    own = comparable_value(known, reported, policy.basis(known.code))
    to_line, spread, limit = _missing(own.value, published.p80, known), _spread(published), _limit(own)
    return KpiGap(
        code=known.code,
        main=known.code in answer.policy.main_kpis,
        standing=_standing(own, published, to_line, limit),
        reported=reported,
        value=own.value,
        basis=own.basis,
        published=published,
        to_median=_missing(own.value, published.median, known),
        to_line=to_line,
        spread=spread,
        distance=to_line / spread,
        limit=limit,
        before=nan if reported.before is None else reported.before,
        needed_after=_needed_after(known, reported, own, published),
    )


def _standing(own: ComparableValue, published: PublishedCell, to_line: float, limit: float) -> GapState:
    if published.band is None:
        return "withheld"
    if isnan(own.value):
        return "no_value"
    if isnan(published.p80):
        return "median_only"
    if to_line <= 0:
        return "reached"
    return "no_room" if limit < published.p80 else "below"


def _missing(value: float, line: float, known: Kpi) -> float:
    """As written, not as floats subtract: 12.1 - 9.5 is 2.6. A whole-number KPI can only reach the next whole one."""
    if isnan(value) or isnan(line):
        return nan
    target = Fraction(ceil(line)) if known.whole else Fraction(str(line))
    return float(target - Fraction(str(value)))


def _spread(published: PublishedCell) -> float:
    """Where rounding made the two outer numbers one, a rounding step is the smallest difference that was published."""
    return max(published.p80 - published.p20, published.step) if isfinite(published.p80) else nan


def _limit(own: ComparableValue) -> float:
    return min(own.ceiling, inf if isnan(own.attainable) else own.attainable)


def _needed_after(known: Kpi, reported: ReportedValue, own: ComparableValue, published: PublishedCell) -> float:
    if reported.before is None or isnan(published.p80):
        return nan
    return end_for(known, reported.before, published.p80, own.basis)
