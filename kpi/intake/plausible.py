"""Values that are possible but odd, by the thresholds of ``data/intake/plausibility.toml``: warnings, never errors."""

from __future__ import annotations

from collections.abc import Mapping

from kpi.catalogue import Kpi, catalogue
from kpi.intake.faults import Faults, Spot, about
from kpi.intake.settings import plausibility
from kpi.model.reported import ReportedValue


def look_twice(kpi: Kpi, value: ReportedValue, spot: Spot, faults: Faults) -> None:
    """A reported percentage that looks like a fraction, or a change too large to be usual."""
    if value.value is None or value.basis == "points":
        return
    fraction, large = plausibility().fraction, plausibility().large_change
    if kpi.unit.zh == "%" and kpi.kind in fraction.kinds and fraction.above < value.value < fraction.below:
        faults.at(spot, fraction.code, about(kpi), percent=float(f"{value.value * 100:.12g}"))
    if kpi.kind in large.kinds and value.value > large.above:
        faults.at(spot, large.code, about(kpi), limit=large.above)


def look_across(values: Mapping[str, ReportedValue], spots: Mapping[str, Spot], faults: Faults) -> None:
    """A share of AI scenarios above 0 beside 0 models."""
    rule = plausibility().ai_without_models
    share, models = values[rule.share].value, values[rule.models].value
    if share is not None and share > 0 and models == 0:
        faults.at(spots[rule.models], rule.code, about(catalogue().kpi(rule.models)), share=share)
