"""The way to leading (method 5, rule 3): from own values and the published table, and from nothing else."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, inf, isfinite, isnan, nan

from kpi.benchmark.comparable_value import ComparableValue, comparable_value
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi, end_for
from kpi.model.application import ReportedValue
from kpi.model.gap_analysis import GapAnalysis, GapState, KpiGap
from kpi.model.publication import EnterpriseView, PublishedCell
from kpi.policy.policy import Policy

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
