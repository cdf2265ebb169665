"""The number in a KPI's cell: percentages that a sheet stores as fractions are brought to what its sender sees."""

from __future__ import annotations

from collections.abc import Mapping

from kpi.catalogue.schema import Kpi
from kpi.files.printable import cell_text
from kpi.intake.problem_collector import PendingQuestion, ProblemCollector, SourceCell, item_params
from kpi.intake.settings import comparable_word
from kpi.intake.values.number_text import ParsedNumber, parse_number

PERCENT = "%"


def read_number(
    kpi: Kpi, spot: SourceCell, percent_sign: bool, about: Mapping[str, str], faults: ProblemCollector
) -> ParsedNumber | None:
    """The number in a cell, a fraction as its percentage; None where there is none, which is reported."""
    parsed = parse_number(spot.raw, percent_sign)
    if parsed is None:
        faults.at(spot, "not_a_number", about)
    elif percent_sign and (spot.percent or spot.fraction):
        return _percent(kpi, spot, parsed, faults)
    return parsed


def _percent(kpi: Kpi, spot: SourceCell, parsed: ParsedNumber, faults: ProblemCollector) -> ParsedNumber:
    """The sheet stores 0.352 and shows 35.2%: what its sender sees is kept, and asked about unless it is known."""
    if _unit_answer(kpi, spot, faults) == "percent":
        return parsed
    seen = fraction_as_percent(parsed)
    if _unit_answer(kpi, spot, faults) is None:
        asked = PendingQuestion(
            "unit", comparable_word(kpi.name.zh), "fraction", ("fraction", "percent"), ("format", "range")
        )
        faults.ask(
            spot, asked, "percent_format", item_params(kpi), seen=short_number(seen.value), stored=cell_text(spot.raw)
        )
    return seen


def _unit_answer(kpi: Kpi, spot: SourceCell, faults: ProblemCollector) -> str | None:
    return "fraction" if spot.fraction else faults.answers.unit.get(comparable_word(kpi.name.zh))


def stated_number(kpi: Kpi, spot: SourceCell, faults: ProblemCollector) -> float | None:
    """The number in a value's cell as it would be read, without a word about it; None where there is none."""
    percent_sign = kpi.unit.zh == PERCENT
    parsed = parse_number(spot.raw, percent_sign)
    if parsed and percent_sign and (spot.percent or spot.fraction) and _unit_answer(kpi, spot, faults) != "percent":
        parsed = fraction_as_percent(parsed)
    return parsed.value if parsed else None


def fraction_as_percent(parsed: ParsedNumber) -> ParsedNumber:
    """A fraction as a percentage, without the noise of a float: 0.352 is 35.2."""
    return ParsedNumber(float(f"{parsed.value * 100:.12g}"), max(0, parsed.decimals - 2))


def short_number(value: float) -> str:
    """Enough digits to check a sum by hand."""
    return f"{value:.6g}"
