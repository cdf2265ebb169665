"""What is published of a baseline cell, and the enterprise's view built on it alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpi.model.application import Application, Basis, CellReference, ReportedValue, ValueState
from kpi.model.evaluation import Baseline, ClauseVerdict, KpiEvaluation, PolicyUsed, Reason, RuleResult, Verdict
from kpi.model.representation import Band, PublishedRepresentation


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """One KPI of one industry, as published at freeze: the same bytes for every viewer.

    Numbers are rounded to ``step`` in the KPI's unit; NaN is "not published", for the reason in ``withheld``.
    ``band`` is None where nothing at all may be published. ``p80`` is the leading line that policy had when the row was
    computed, at ``upper_quantile`` (0..1), and ``p20`` is as far from the other end, at ``lower_quantile``; their names
    are those of the first policy.
    """

    region: str
    industry: str
    kpi: str
    band: Band | None
    median: float
    mean: float
    p20: float
    p80: float
    step: float
    withheld: str | None
    lower_quantile: float
    upper_quantile: float


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """What is published of one industry in a baseline, by KPI code.

    ``bases``: on which basis a change of a share is compared, for KPIs that have two. ``leading_quantile``: the line
    that verdicts of the table's year use by now, which may be another than it was frozen at.
    """

    baseline: Baseline
    industry: str
    cells: tuple[PublishedCell, ...]
    bases: Mapping[str, Basis]
    leading_quantile: float
    representation: PublishedRepresentation | None = None

    def cell(self, code: str) -> PublishedCell | None:
        return next((cell for cell in self.cells if cell.kpi == code), None)


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A row as stored: ``computed_from`` names the baseline from whose records it was computed.

    After corrections of a few groups that is an earlier baseline: its row is carried over. ``words_expose``: some word
    of the cell would leave too many peers too little (policy); None where it was frozen before anybody asked.
    """

    table: PublishedCell
    computed_from: str
    words_expose: bool | None


@dataclass(frozen=True, slots=True)
class PublishedPlace:
    """A value's place by the published table alone: a range of shares, and an estimate within it or NaN."""

    low: float
    high: float
    estimate: float


@dataclass(frozen=True, slots=True)
class EnterpriseKpiView:
    """One KPI as its enterprise sees it: own value, published table, estimate, released verdict or None."""

    code: str
    state: ValueState
    value: float
    basis: Basis | None
    cell: CellReference | None
    published: PublishedCell
    place: PublishedPlace
    gap_to_line: float
    verdict: Verdict | None
    reasons: tuple[Reason, ...]
    main: bool


def peers_basis(kpi: KpiEvaluation | EnterpriseKpiView) -> Basis | None:
    """The basis of the peers' numbers, which is policy's: a value stated on the other one is not compared."""
    if kpi.verdict != "basis_mismatch":
        return kpi.basis
    return "relative" if kpi.basis == "points" else "points"


@dataclass(frozen=True, slots=True)
class EnterpriseGroupView:
    """A KPI group's score estimated from published numbers, 0..1."""

    code: str
    score: float
    reported: int


@dataclass(frozen=True, slots=True, weakref_slot=True)
class EnterpriseView:
    """The reduced view of an answer (method 5). It holds no count, p-value, bound or list."""

    application: Application
    as_of: date
    baseline: Baseline
    policy: PolicyUsed
    kpis: tuple[EnterpriseKpiView, ...]
    groups: tuple[EnterpriseGroupView, ...]
    clause: ClauseVerdict | None
    coverage: float
    clause_reasons: tuple[Reason, ...]
    eligibility: tuple[RuleResult, ...]
    representation: PublishedRepresentation | None = None

    def kpi(self, code: str) -> EnterpriseKpiView:
        return next(answer for answer in self.kpis if answer.code == code)


# The gap of each KPI to the published median and leading line; nothing is counted.


GapState = Literal["below", "no_room", "reached", "median_only", "withheld", "no_value"]
"""Short of the published line; short and unable to reach it; at it or beyond; only a median published; nothing
published; no own value that can be compared."""


@dataclass(frozen=True, slots=True)
class KpiGap:
    """One KPI, in its unit and on policy's basis; ``reported`` is what it was computed from, on its own basis.

    ``to_median`` and ``to_line`` are the remaining gap, zero or less once reached (equal counts), in whole steps for
    a whole-number KPI. ``spread`` is the published distance between ``p20`` and ``p80`` and at least one rounding step;
    ``distance`` is ``to_line`` in spreads, so that KPIs of different units compare. ``limit`` is the most that the
    KPI's upper bound and the known start ``before`` allow, infinity if unlimited; ``needed_after`` the end value that
    would reach the line from that start. NaN is unknown, or not published.
    """

    code: str
    main: bool
    standing: GapState
    reported: ReportedValue
    value: float
    basis: Basis | None
    published: PublishedCell
    to_median: float
    to_line: float
    spread: float
    distance: float
    limit: float
    before: float
    needed_after: float


@dataclass(frozen=True, slots=True)
class GapAnalysis:
    """All KPIs, the nearest to its published line first. An estimate: reaching a published line is not "leading".

    ``coverage`` is the share of the main KPIs that are reported, ``main_share`` the share that the clause
    requires to lead. ``main_at_least``: so many main KPIs must lead instead, 0 where every one must pass.
    ``leading_quantile`` is the line that verdicts use; the published ones say their own.
    """

    kpis: tuple[KpiGap, ...]
    coverage: float
    main_share: float
    main_at_least: int
    leading_quantile: float

    def of(self, code: str) -> KpiGap:
        return next(kpi for kpi in self.kpis if kpi.code == code)

    def standing(self, *which: GapState) -> tuple[KpiGap, ...]:
        return tuple(kpi for kpi in self.kpis if kpi.standing in which)

    @property
    def with_line(self) -> tuple[KpiGap, ...]:
        """Those with an own value and a published line."""
        return self.standing("below", "no_room", "reached")

    @property
    def main(self) -> tuple[KpiGap, ...]:
        return tuple(kpi for kpi in self.kpis if kpi.main)

    @property
    def main_reached(self) -> int:
        return sum(kpi.standing == "reached" for kpi in self.main)
