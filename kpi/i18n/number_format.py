"""Number formats for all languages. Rounding happens only here."""

from __future__ import annotations

import math
from decimal import Decimal

NO_NUMBER = "—"
MOST_DECIMALS = 3
"""Declared numbers have at most this many decimals; more means computed (1/3), and is shown to one."""


def percent(share: float | None, digits: int = 0) -> str:
    """A share 0..1 in percent: "83 %". A share below 1 is never written as 100, nor one above 0 as 0."""
    if share is None or is_undefined(share):
        return NO_NUMBER
    part = share * 100
    step = 10.0**-digits
    if 0 < part < 100:
        part = min(max(round(part, digits), step), 100 - step)
    return f"{_signed(part, digits)} %"


def stated_percent(share: float) -> str:
    """A share 0..1 that somebody has stated, in percent with every digit of it: "82.5 %"."""
    return f"{percentile(share)} %"


def stated_top(share: float) -> str:
    """The share above a stated one, by its digits: above 0.9965 "0.35 %", where floats give 0.349999999999995."""
    return f"{float(100 - Decimal(repr(float(share))) * 100):.15g} %"


def percentile(share: float) -> str:
    """A share 0..1 as the number of a percentile, with every digit of it: "80", "82.5"."""
    return f"{share_in_percent(share):.15g}"


def nth(share: float) -> str:
    """``percentile`` as English counts: "80th", "81st", "82.5th"."""
    written = percentile(share)
    teen = written[-2:] in ("11", "12", "13")
    ends = {} if teen or "." in written else {"1": "st", "2": "nd", "3": "rd"}
    return written + ends.get(written[-1], "th")


def share_in_percent(share: float) -> float:
    """A share 0..1 in percent, by its digits: 0.07 is 7, not 7.000000000000001."""
    return float(Decimal(repr(float(share))) * 100)


def share_of_percent(entered: float) -> float:
    """The share that so many percent are, by their digits."""
    return float(Decimal(repr(float(entered))) / 100)


def plain_number(value: float | None) -> str:
    """A number without unit: whole numbers as such, others to one decimal unless the data has more."""
    if value is None or is_undefined(value):
        return NO_NUMBER
    return figures(value, whole=float(value).is_integer())


def two_decimals(value: float) -> str:
    """A mean or a spread of scores, so that those below one another have the same places."""
    return NO_NUMBER if is_undefined(value) else f"{value:.2f}"


def p_value(value: float | None) -> str:
    """A p-value to three decimals, "< 0.001" below that."""
    if value is None or is_undefined(value):
        return NO_NUMBER
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def odds_ratio(value: float | None) -> str:
    """A ratio of odds such as gamma, to two decimals; infinite is "∞"."""
    if value is None or math.isnan(value):
        return NO_NUMBER
    return "∞" if math.isinf(value) else f"{value:.2f}"


def is_undefined(value: float | None) -> bool:
    """None, NaN or infinite."""
    return value is None or not math.isfinite(value)


def figures(value: float, *, whole: bool) -> str:
    """One decimal unless the data has more; none for whole numbers where ``whole``."""
    if whole and float(value).is_integer():
        return _signed(value, 0)
    tail = repr(round(value, 9)).partition(".")[2]
    carried = len(tail) if tail.isdigit() else MOST_DECIMALS + 1
    return _signed(value, carried if carried <= MOST_DECIMALS else 1)


def _signed(value: float, digits: int) -> str:
    written = f"{value:.{digits}f}"
    return written.lstrip("-") if float(written) == 0 else written.replace("-", "−")
