"""The template's answer sheet, or a table of its columns: one item a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kpi.catalogue.load import catalogue
from kpi.catalogue.schema import Kpi
from kpi.files.workbook import Sheet
from kpi.intake.form.answer_table import FormHeader, FormRow, form_rows
from kpi.intake.grid import Grid
from kpi.intake.layout import RecognisedHeader, SheetLayout
from kpi.intake.named_items import find_item, nearest_item
from kpi.intake.parsed_application import ParsedApplication
from kpi.intake.problem_collector import ProblemCollector, SourceCell, item_params
from kpi.intake.settings import comparable_word
from kpi.intake.values.facts import read_facts
from kpi.intake.values.kpi_value import not_reported, read_kpi_value
from kpi.intake.values.plausibility_warnings import check_consistency, check_value
from kpi.model.application import Application, FactValue, ReportedValue

NUMBERS = ("value", "before", "after")


def read_form(
    sheet: Sheet, header: FormHeader, faults: ProblemCollector
) -> tuple[list[ParsedApplication], SheetLayout]:
    """The one application of an answer sheet."""
    grid = Grid(sheet, False, faults)
    answered = _by_item(grid, header, faults)
    _check_merged(grid, header, answered)
    facts = read_facts(answered, sheet, faults)
    application = Application(facts, _values(answered, facts, faults))
    headers = tuple(
        RecognisedHeader(comparable_word(row.item.text), row.item.text, row.item.cell, code, 1.0, "exact")
        for code, row in answered.items()
    )
    layout = SheetLayout(sheet.name, "form", (header.row + 1,), headers)
    return [ParsedApplication(application, grid.spot(header.row, 0))], layout


def _by_item(grid: Grid, header: FormHeader, faults: ProblemCollector) -> dict[str, FormRow]:
    """Rows by the code of their item; headings are passed over, a second row of an item is reported and unused."""
    answered: dict[str, FormRow] = {}
    for row in form_rows(grid, header):
        if row.item.broken:
            continue
        if row.item.blank:
            faults.at(row.item, "missing_item_name")
            continue
        item = find_item(row.item.text)
        if item is None:
            faults.at(row.item, "unknown_item", suggestion=nearest_item(row.item.text))
        elif item.code is None:
            continue
        elif item.code in answered:
            faults.at(row.item, "duplicate_item", first=answered[item.code].item.cell.row)
        else:
            answered[item.code] = row
    return answered


def _check_merged(grid: Grid, header: FormHeader, answered: Mapping[str, FormRow]) -> None:
    """Reports a value that the rows of several KPIs share: only the first of them would get it, in silence."""
    places = {header.columns[column] for column in NUMBERS if column in header.columns}
    lines = {answered[kpi.code].item.cell.row - 1 for kpi in catalogue().kpis if kpi.code in answered}
    for top, left, bottom, _ in grid.merged:
        shared = top in lines and len(lines.intersection(range(top, bottom + 1))) > 1
        if shared and left in places and not grid.blank(top, left):
            grid.faults.at(grid.spot(top, left), "merged_value")


def _values(
    answered: Mapping[str, FormRow], facts: Mapping[str, FactValue], faults: ProblemCollector
) -> dict[str, ReportedValue]:
    year = facts.get("year")
    values: dict[str, ReportedValue] = {}
    for kpi in catalogue().kpis:
        row = answered.get(kpi.code)
        reported = int(str(year)) if year is not None else None
        values[kpi.code] = read_kpi_value(kpi, row, reported, faults) if row else not_reported(kpi, reported)
        if row:
            check_value(kpi, values[kpi.code], row.value, faults)
            _check_sign(kpi, values[kpi.code], row.value, faults)
    check_consistency(values, _spot_of(answered), faults)
    return values


def _check_sign(kpi: Kpi, value: ReportedValue, spot: SourceCell, faults: ProblemCollector) -> None:
    """A reduction below zero is an increase, as the form says. Who meant the size of a reduction is told what it counts
    as; where before and after are stated too, they say which it was.
    """
    stated = value.before is not None and value.after is not None
    if kpi.reduces and value.value is not None and value.value < 0 and not stated:
        faults.at(spot, "reduction_below_zero", item_params(kpi), size=-value.value)


def _spot_of(answered: Mapping[str, FormRow]) -> Callable[[str], SourceCell]:
    return lambda code: answered[code].value
