"""Numbers as people write them: full-width digits, thousands commas, a percent sign. Nothing else is guessed.

Full width alone is turned into its plain form. Unicode's own folding would go further, and read 10² as 102.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from kpi.files.workbook import CellValue

_NUMBER = re.compile(r"[+-]?(?:(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Minus sign, small hyphen, en dash; small percent sign; the blanks of Chinese text and of copied web pages.
_PLAIN = _FULL_WIDTH | str.maketrans({"−": "-", "﹣": "-", "–": "-", "﹪": "%", "\u3000": " ", "\xa0": " "})

LARGEST = 2.0**53
"""The largest whole number that a float can tell from every other below it. No KPI comes near, and up to it sums of
squares of a whole panel stay finite: lines and rounding can be worked out."""


@dataclass(frozen=True, slots=True)
class ParsedNumber:
    """A number read, with the decimals its sender wrote: 12.50 has two."""

    value: float
    decimals: int


def plain_width(text: str) -> str:
    """Full-width characters, minus signs and blanks in their plain form."""
    return text.translate(_PLAIN)


def parse_number(raw: CellValue, percent_sign: bool) -> ParsedNumber | None:
    """``raw`` as a finite number, or None: text, a date, a truth value, NaN and infinity are no numbers.

    ``percent_sign`` says whether a trailing % belongs to the unit ("12.5%" is 12.5).
    """
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int | float):
        # A whole float prints as "92.0" though its sender wrote 92.
        return _parsed(float(raw), repr(raw).removesuffix(".0")) if math.isfinite(raw) else None
    if not isinstance(raw, str):
        return None
    text = plain_width(raw).strip()
    if percent_sign and text.endswith("%"):
        text = text[:-1].rstrip()
    if not text.isascii() or not _NUMBER.fullmatch(text):
        return None
    plain = text.replace(",", "")
    value = float(plain)
    return _parsed(value, plain) if math.isfinite(value) else None


def tolerance(parsed: ParsedNumber, against: float) -> float:
    """How far a stated value may be from a computed one: half a unit of its last decimal, and a float's own noise."""
    return 0.5 * 10.0**-parsed.decimals + 1e-9 * max(1.0, abs(against))


def _parsed(value: float, text: str) -> ParsedNumber:
    exponent = Decimal(text).as_tuple().exponent
    return ParsedNumber(value + 0.0, max(0, -int(exponent)))  # "-0" is nought: the sum has no sign
