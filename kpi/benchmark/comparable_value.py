"""The value that is compared: reported on the basis that policy fixes, or brought to it from before and after."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan

from kpi.catalogue.schema import Kpi, best_attainable, from_before_after
from kpi.model.application import Basis, ReportedValue
from kpi.model.evaluation import Reason, Verdict


@dataclass(frozen=True, slots=True)
class ComparableValue:
    """A KPI's value ready to be compared, or why there is none (``settled`` is then the verdict).

    ``ceiling`` is the KPI's upper physical bound; ``attainable`` the best gain the known start allows, NaN if unknown.
    """

    kpi: Kpi
    value: float
    basis: Basis | None
    ceiling: float
    attainable: float
    settled: Verdict | None
    reasons: tuple[Reason, ...]

    @property
    def at_ceiling(self) -> bool:
        return self.value >= self.ceiling

    @property
    def limited_by_start(self) -> bool:
        """Whether the stated start keeps the compared value below the bound: else it can decide nothing."""
        return self.settled is None and self.attainable < self.ceiling


def comparable_value(kpi: Kpi, reported: ReportedValue, basis: Basis | None) -> ComparableValue:
    """``reported`` on the policy's ``basis`` (None where the KPI can be reported in one way alone)."""
    value, settled, reasons = _value(kpi, reported, basis)
    _, ceiling = kpi.bounds(basis)
    return ComparableValue(
        kpi=kpi,
        value=value,
        basis=basis,
        ceiling=float("inf") if ceiling is None else ceiling,
        attainable=_attainable(kpi, reported, basis),
        settled=settled,
        reasons=reasons,
    )


def _value(kpi: Kpi, reported: ReportedValue, basis: Basis | None) -> tuple[float, Verdict | None, tuple[Reason, ...]]:
    if reported.state == "not_applicable":
        return nan, "not_applicable", (Reason("na_reason", {"note": reported.note or ""}),)
    if reported.state == "not_reported" or reported.value is None:
        return nan, "not_reported", (Reason("blank"),)
    if reported.basis == basis or not kpi.bases:
        return float(reported.value), None, ()
    computed = nan
    if reported.before is not None and reported.after is not None:
        computed = from_before_after(kpi, reported.before, reported.after, basis)
    if isnan(computed):
        return nan, "basis_mismatch", (Reason("stated_other_basis"),)
    return computed, None, ()


def _attainable(kpi: Kpi, reported: ReportedValue, basis: Basis | None) -> float:
    best = None if reported.before is None else best_attainable(kpi, reported.before, basis)
    return nan if best is None else best
