"""The gap of each KPI to the published median and leading line; nothing is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kpi.model.application import Basis, ReportedValue
from kpi.model.publication import PublishedCell

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
