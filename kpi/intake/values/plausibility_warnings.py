"""Values that are possible but odd, by the thresholds of ``data/intake/plausibility.toml``: warnings, never errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kpi.catalogue.load import catalogue
from kpi.catalogue.schema import Kpi
from kpi.intake.problem_collector import ProblemCollector, SourceCell, item_params
from kpi.intake.settings import plausibility
from kpi.model.application import ReportedValue


def check_value(
    kpi: Kpi, value: ReportedValue, spot: SourceCell, faults: ProblemCollector, unit_known: bool = False
) -> None:
    """A percentage that looks like a fraction, a change too large to be usual.

    ``unit_known`` says that somebody has stated whether fractions are meant.
    """
    if value.value is None or value.basis == "points":
        return
    fraction, large = plausibility().fraction, plausibility().large_change
    looks_so = kpi.unit.zh == "%" and kpi.kind in fraction.kinds and fraction.above < value.value < fraction.below
    if looks_so and not unit_known:
        faults.at(spot, fraction.code, item_params(kpi), percent=float(f"{value.value * 100:.12g}"))
    if kpi.kind in large.kinds and value.value > large.above:
        faults.at(spot, large.code, item_params(kpi), limit=large.above)


def check_consistency(
    values: Mapping[str, ReportedValue], spot_of: Callable[[str], SourceCell], faults: ProblemCollector
) -> None:
    """A share of AI scenarios above 0 beside 0 models."""
    rule = plausibility().ai_without_models
    share, models = values[rule.share].value, values[rule.models].value
    if share is not None and share > 0 and models == 0:
        faults.at(spot_of(rule.models), rule.code, item_params(catalogue().kpi(rule.models)), share=share)
