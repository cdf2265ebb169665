"""Changes from start and end: their size on a basis, the end that a gain reaches, and the largest possible gain."""

from __future__ import annotations

import math
from fractions import Fraction

from kpi.catalogue.schema import Kpi
from kpi.model.application import Basis


def from_before_after(kpi: Kpi, before: float, after: float, basis: Basis | None) -> float:
    """The change from ``before`` to ``after`` in the KPI's sense (a reduction counts down), in percent or points.

    ``points`` is after - before (a share's percentage points); anything else is (after - before) / before * 100.
    Reported decimals are computed exactly and rounded once, so that 3.2 -> 1.1 ties with a peer's stated 2.1 points.
    NaN where it is undefined: a relative change without a positive start that can be a divisor, a level or a count,
    an infinite input.
    """
    if not (kpi.is_change and math.isfinite(before) and math.isfinite(after)):
        return math.nan
    start, end = _exact(before), _exact(after)
    gain = start - end if kpi.reduces else end - start
    if basis == "points":
        return float(gain)
    return _float(gain / start * 100) if start > 0 else math.nan


def end_for(kpi: Kpi, before: float, gain: float, basis: Basis | None) -> float:
    """The end at which a factory that started at ``before`` has gained ``gain``: the inverse of the change.

    In the measured quantity's own unit; NaN where the change itself is undefined.
    """
    if math.isnan(from_before_after(kpi, before, before, basis)) or not math.isfinite(gain):
        return math.nan
    start, change = _exact(before), _exact(gain)
    change = change if basis == "points" else start * change / 100
    return _float(start - change if kpi.reduces else start + change)


def best_attainable(kpi: Kpi, before: float, basis: Basis | None) -> float | None:
    """The largest value that a factory starting at ``before`` could ever report, or None if unlimited.

    A share can rise to 100 at most: (100 - b) / b * 100 relative, 100 - b points. A reduction ends at 0.
    """
    if not kpi.of_share:
        return kpi.maximum
    floor_or_ceiling = 0.0 if kpi.reduces else 100.0
    best = from_before_after(kpi, before, floor_or_ceiling, basis)
    return None if math.isnan(best) else best


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


def _float(exact: Fraction) -> float:
    """The nearest float; NaN where there is none, as for a gain over a start of 1e-320."""
    try:
        return float(exact)
    except OverflowError:
        return math.nan
