"""A number with its unit behind it, as tables of people's own making hold them: 1,234 家, 5 个百分点."""

from __future__ import annotations

from kpi.catalogue.schema import Kpi
from kpi.files.workbook import CellValue
from kpi.intake.freeform.heading_words import heading_words
from kpi.intake.values.number_text import parse_number, plain_width
from kpi.model.application import Basis

PERCENT = "%"


def without_unit(kpi: Kpi, text: str) -> tuple[str | None, Basis | None]:
    """The number's text, and the basis that its unit states. None where it is no such thing and stays as it is."""
    # Full width alone: Unicode's own folding would read 10² as 102.
    folded = plain_width(text).strip()
    for word, unit in sorted(heading_words().units.items(), key=lambda pair: -len(pair[0])):
        if not folded.casefold().endswith(word):
            continue
        rest = folded[: len(folded) - len(word)].strip()
        if parse_number(rest, percent_sign=False) is None:
            continue
        if unit == "points" and kpi.bases:
            return rest, "points"
        if unit in ("个", "家") and kpi.unit.zh != PERCENT:
            return rest, None
    return None, None


def holds_number(kpi: Kpi, raw: CellValue) -> bool:
    """Whether a cell of this KPI is read as a number, alone or with its unit."""
    if parse_number(raw, percent_sign=kpi.unit.zh == PERCENT) is not None:
        return True
    return isinstance(raw, str) and without_unit(kpi, raw)[0] is not None
