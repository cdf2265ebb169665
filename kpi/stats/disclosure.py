"""Rounding for publication, and the two classic rules on what a published total reveals.

Source of the rules: Handbook on Statistical Disclosure Control, ESS, 2nd ed. 2024, chapter 4.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import ArrayLike

from kpi.stats.exact_test import Array

DIGITS = 12
"""Values are read to 12 significant digits before rounding: 12.499999999999998 is a computed 12.5."""


def nearest_step(x: float) -> float:
    """The 1-2-5 step (..., 0.5, 1, 2, 5, 10, ...) nearest to ``x`` on a log scale: by ratio, not by difference.

    The borders are the geometric means: 1.414, 3.162, 7.071 times a power of ten. 0 gives 0, NaN gives NaN.
    Raises ValueError below 0.
    """
    if math.isnan(x) or x == 0:
        return x
    if x < 0 or math.isinf(x):
        raise ValueError(f"no rounding step for {x!r}")
    exponent = math.floor(math.log10(x))
    steps = [float(f"{digit}e{exponent + shift}") for shift in (-1, 0, 1) for digit in (1, 2, 5)]
    return min(steps, key=lambda step: abs(math.log(x / step)))


def rounding_unit(interquartile_range: float, divisor: float, minimum: float = 1.0) -> float:
    """The rounding unit of a published cell: IQR/divisor at the nearest 1-2-5 step, at least ``minimum``.

    In the KPI's unit. NaN (no values) gives NaN. Raises ValueError below 0.
    """
    step = nearest_step(interquartile_range / divisor)
    return step if math.isnan(step) else max(minimum, step)


def spreads_behind(unit: float, divisor: float, minimum: float = 1.0) -> tuple[float, float]:
    """The interquartile ranges from which ``rounding_unit`` makes ``unit``: what a unit reveals of the spread.

    From 0 where the unit is the minimum. Raises ValueError for a unit that is not a 1-2-5 step.
    """
    digits, exponent = f"{unit:e}".split("e")
    neighbours = {1.0: (0.5, 2.0), 2.0: (1.0, 5.0), 5.0: (2.0, 10.0)}.get(float(digits))
    if neighbours is None:
        raise ValueError(f"no 1-2-5 step: {unit!r}")
    below, above = (math.sqrt(float(digits) * other) * 10.0 ** int(exponent) * divisor for other in neighbours)
    return (0.0 if unit <= minimum else below), above


def round_to(value: ArrayLike, step: float) -> Array:
    """``value`` at the nearest multiple of ``step``, halves away from zero, in decimal arithmetic; NaN stays NaN.

    Any shape. For display and publication only, never before comparing. Raises ValueError unless step > 0.
    """
    if not step > 0:
        raise ValueError(f"a rounding step is above 0: {step!r}")
    numbers = np.asarray(value, dtype=np.float64)
    rounded = [_rounded(float(number), Decimal(str(step))) for number in numbers.ravel()]
    return np.array(rounded, dtype=np.float64).reshape(numbers.shape)[()]


def p_percent_safe(values: ArrayLike, p: float) -> bool:
    """Whether the second largest contributor cannot estimate the largest to within p %: X - x1 - x2 >= p/100 * x1.

    On |x|, one value per contributor (a group is one), NaN left out; never safe under three contributors.
    Does not cover a cell of zeros (safe by the formula) or quantiles.
    Raises ValueError for p below 0. Source: ESS Handbook, p% rule.
    """
    if p < 0:
        raise ValueError(f"p is a percentage, 0 or more: {p!r}")
    sizes = _descending(values)
    return len(sizes) >= 3 and 100 * math.fsum(sizes[2:]) >= p * sizes[0]


def _descending(values: ArrayLike) -> list[float]:
    sizes = np.abs(np.asarray(values, dtype=np.float64).ravel())
    descending: list[float] = np.sort(sizes[~np.isnan(sizes)])[::-1].tolist()
    return descending


def _rounded(value: float, step: Decimal) -> float:
    if not math.isfinite(value):
        return value
    multiples = (Decimal(f"{value:.{DIGITS}g}") / step).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return float(multiples * step) + 0.0  # no negative zero
