"""Values that are possible but odd, by the thresholds of ``data/intake/plausibility.toml``: warnings, never errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kpi.catalogue.before_after import best_attainable
from kpi.catalogue.load import catalogue
from kpi.catalogue.schema import Kpi
from kpi.intake.problem_collector import ProblemCollector, SourceCell, item_params
from kpi.intake.settings import plausibility
from kpi.model.application import ReportedValue

# A float's own noise beside a bound that was computed.
_NOISE = 1e-9


def check_value(
    kpi: Kpi, value: ReportedValue, spot: SourceCell, faults: ProblemCollector, unit_known: bool = False
) -> None:
    """A percentage that looks like a fraction, a change too large to be usual, before and after that contradict it.

    ``unit_known`` says that somebody has told whether fractions are meant.
    """
    if value.value is None:
        return
    _against_measured(kpi, value, spot, faults)
    if value.basis == "points":
        return
    fraction, large = plausibility().fraction, plausibility().large_change
    looks_so = kpi.unit.zh == "%" and kpi.kind in fraction.kinds and fraction.above < value.value < fraction.below
    if looks_so and not unit_known:
        faults.at(spot, fraction.code, item_params(kpi), percent=float(f"{value.value * 100:.12g}"))
    if kpi.kind in large.kinds and value.value > large.above:
        faults.at(spot, large.code, item_params(kpi), limit=large.above)


def _against_measured(kpi: Kpi, value: ReportedValue, spot: SourceCell, faults: ProblemCollector) -> None:
    """A share improved further than its start leaves room for: on time from 90 % cannot gain more than 10 points.

    Where the end is told too, it is held against the value already.
    """
    if value.before is None or value.after is not None or value.value is None:
        return
    best = best_attainable(kpi, value.before, value.basis)
    if best is not None and value.value > best + _NOISE * max(1.0, abs(best)):
        faults.at(
            spot, plausibility().beyond_whole.code, item_params(kpi), before=value.before, best=float(f"{best:.6g}")
        )


def check_consistency(
    values: Mapping[str, ReportedValue], spot_of: Callable[[str], SourceCell], faults: ProblemCollector
) -> None:
    """A share of AI scenarios above 0 beside 0 models."""
    rule = plausibility().ai_without_models
    share, models = values[rule.share].value, values[rule.models].value
    if share is not None and share > 0 and models == 0:
        faults.at(spot_of(rule.models), rule.code, item_params(catalogue().kpi(rule.models)), share=share)
