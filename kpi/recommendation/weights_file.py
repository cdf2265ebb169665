"""The weights a caller gives in a file: JSON or TOML with ``quality``, ``industry`` and ``scenario``."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from kpi.errors import UserError
from kpi.files.limits import application_limits
from kpi.files.printable import printable
from kpi.files.settings_text import UnreadableSettings, read_settings
from kpi.recommendation.choice import Weights

NAMES = ("quality", "industry", "scenario")
LARGEST, DECIMALS = 1000, 4
"""Beyond these a solver in floating point could no longer tell two lists apart."""

_LARGEST_BYTES = 64 * 1024


def read_weights(data: bytes) -> Weights:
    """The three weights, exactly as written.

    Raises:
        UserError: the file is neither JSON nor TOML, or does not hold three weights in bounds and nothing else.
    """
    content = _parsed(data)
    if set(content) != set(NAMES):
        names = ", ".join(sorted(set(content) ^ set(NAMES)))
        raise UserError("weights_file", names=printable(names, application_limits().problem_value_characters))
    return Weights(*(weight(name, content[name]) for name in NAMES))


def weight(name: str, value: object) -> Fraction:
    """One weight as an exact number.

    Raises:
        UserError: it is no number, negative, too large, or has too many decimals.
    """
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        exact = Decimal("nan")
    if isinstance(value, bool) or not exact.is_finite() or not 0 <= exact <= LARGEST:
        raise UserError("weight_bounds", name=name, largest=LARGEST, decimals=DECIMALS)
    if exact != round(exact, DECIMALS):
        raise UserError("weight_bounds", name=name, largest=LARGEST, decimals=DECIMALS)
    return Fraction(exact)


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        return read_settings(data[:_LARGEST_BYTES], json_too=True, number=Decimal)
    except UnreadableSettings as error:
        raise UserError("weights_unread", row=error.row) from None
