"""A list: one KPI of one factory a row, the factory named beside it in every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpi.catalogue.load import catalogue
from kpi.catalogue.names import normalise_name
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.freeform.fact_reader import FactReader
from kpi.intake.freeform.header_columns import HeaderColumn, HeaderResolver, header_columns, header_key
from kpi.intake.freeform.header_matching import classify, unit_fits
from kpi.intake.freeform.heading_words import heading_words
from kpi.intake.freeform.kpi_columns import KpiColumns, in_catalogue_order, resolve_units
from kpi.intake.freeform.record_rows import Record, RecordRows
from kpi.intake.freeform.record_values import RecordValueReader
from kpi.intake.freeform.table_finder import TableRegion, match_at
from kpi.intake.freeform.unowned_cells import check_unowned_cells
from kpi.intake.layout import SheetLayout
from kpi.intake.parsed_application import ParsedApplication
from kpi.intake.problem_collector import PendingQuestion, ProblemCollector, SourceCell, item_params
from kpi.intake.settings import comparable_word
from kpi.intake.stray_separators import check_stray_separators, filled_width
from kpi.model.application import Application

# Rows that differ in one of these are not of one application.
_IDENTITY = ("credit_code", "enterprise", "factory_name", "year", "industry")


@dataclass(slots=True)
class _Listed(KpiColumns):
    """A KPI of a list: its parts stand in the list's columns, in another row for every record."""

    rows: dict[int, int] = field(default_factory=dict)

    def place(self, record: Record, part: str) -> tuple[int, int] | None:
        row, column = self.rows.get(id(record)), self.columns.get("" if part == "value" else part)
        if column is None and part == "value" and self.kpi.is_change:
            column = self.columns.get("change")
        return None if row is None or column is None else (row, column)


def read_list(
    found: TableRegion, beside: Mapping[str, SourceCell], faults: ProblemCollector
) -> tuple[list[ParsedApplication], SheetLayout]:
    """Every application of a list, in the order in which the list first names it."""
    return _Reading(found, faults).read(beside)


class _Reading:
    def __init__(self, found: TableRegion, faults: ProblemCollector) -> None:
        self.found, self.grid, self.faults = found, found.grid, faults
        self.settled = HeaderResolver(found.grid, faults)
        self.facts: dict[str, int] = {}
        self.parts: dict[str, int] = {}
        self.records: dict[tuple[str, ...], Record] = {}
        self.measures: dict[str, _Listed] = {}
        self.items: dict[str, str | None] = {}
        self.phases: list[int] = []
        self.left_out: set[str] = set()

    def read(self, beside: Mapping[str, SourceCell]) -> tuple[list[ParsedApplication], SheetLayout]:
        columns = header_columns(self.found)
        for column in columns:
            self._column(column)
        for line in range(self.found.first, len(self.grid.rows)):
            if self.grid.text(line, self.parts["item"]):
                self._row(line)
            else:
                self._without_item(line)
        header = range(self.found.top, self.found.first)
        check_stray_separators(self.grid, filled_width(self.grid, header), range(self.found.first, len(self.grid.rows)))
        lines = RecordRows(list(self.records.values()))
        ordered = in_catalogue_order(dict(self.measures))
        used = {line for measure in self.measures.values() for line in measure.rows.values()}
        check_unowned_cells(self.found, columns, set(self._number_places()), used)
        resolve_units(ordered, lines, self.grid)
        facts = FactReader(self.grid, self.facts, {}, lines.records)
        facts.begin(beside, [])
        values = RecordValueReader(ordered, lines, self.grid)
        layout = SheetLayout(self.grid.sheet.name, "list", (self.found.line + 1,), tuple(self.settled.headers))
        return [self._one(record, facts, values) for record in lines.records], layout

    def _column(self, column: HeaderColumn) -> None:
        part = column.match.part
        if part == "phase":
            self.phases.append(column.place)
        elif column.match.item is None and part in ("item", "unit", "change", *ANSWER_FIELDS):
            name = "" if part == "value" else str(part)
            if name in self.parts:
                self.faults.at(self.grid.spot(*column.at), "duplicate_header", name=column.text)
            self.parts.setdefault(name, column.place)
        elif part != "beside":
            code = self.settled.settle(column, self._example(column), has_change=False)
            if code is not None:
                self.facts.setdefault(code, column.place)

    def _example(self, column: HeaderColumn) -> str:
        lines = range(self.found.first, len(self.grid.rows))
        return next((text for line in lines if (text := self.grid.text(line, column.place))), column.text)

    def _row(self, line: int) -> None:
        text = self.grid.text(line, self.parts["item"])
        if heading_words().is_note(comparable_word(text)) and self.grid.blank(line, self.parts.get("", 0)):
            return
        if self._is_aside(line):
            return
        code = self._item(line, text)
        if code is None:
            return
        kpi = catalogue().kpi(code)
        key = tuple(self.grid.text(line, self.facts[name]) for name in _IDENTITY if name in self.facts)
        record = self.records.setdefault(key, Record({"value": line}))
        measure = self.measures.get(code)
        if measure is None:
            columns = {part: place for part, place in self.parts.items() if part not in ("item", "unit")}
            match = classify(text)
            measure = self.measures[code] = _Listed(kpi, columns, self._header(line, text))
            measure.basis = match.basis if match.basis in kpi.bases else None
        if id(record) in measure.rows:
            first = measure.rows[id(record)] + 1
            self.faults.at(self.grid.spot(line, self.parts["item"]), "duplicate_item", first=first)
        elif self._unit(measure, line):
            measure.rows[id(record)] = line

    def _is_aside(self, line: int) -> bool:
        """The row itself says that its number is a target, a month's or last year's; reported once for each word."""
        for place in self.phases:
            spot = self.grid.spot(line, place)
            if match_at(self.grid, line, place).part in ("aside", "summary"):
                if spot.text not in self.left_out:
                    self.faults.at(spot, "header_not_read", name=spot.text)
                self.left_out.add(spot.text)
                return True
        return False

    def _number_places(self) -> list[int]:
        return [self.parts[part] for part in ("", "change", "before", "after") if part in self.parts]

    def _without_item(self, line: int) -> None:
        """A number that names no KPI would be left out in silence; a sum or an average of others is no KPI's."""
        if all(self.grid.blank(line, place) for place in self._number_places()):
            return
        first = next(place for place in range(self.grid.width) if not self.grid.blank(line, place))
        name = self.grid.text(line, first)
        if heading_words().is_summary(normalise_name(name)):
            self.faults.at(self.grid.spot(line, first), "summary_not_read", name=name)
        else:
            self.faults.at(self.grid.spot(line, self.parts["item"]), "missing_item_name")

    def _item(self, line: int, text: str) -> str | None:
        """The KPI that a row's item names, settled once for each text."""
        if text not in self.items:
            has_change = {"before", "after"} <= self.parts.keys()
            example = self.grid.text(line, self.parts[""]) if "" in self.parts else ""
            code = self.settled.settle(self._header(line, text), example or text, has_change, self._unit_beside(line))
            self.items[text] = code if code in {kpi.code for kpi in catalogue().kpis} else None
        return self.items[text]

    def _header(self, line: int, text: str) -> HeaderColumn:
        return HeaderColumn(self.parts["item"], (line, self.parts["item"]), text, header_key([text]), classify(text))

    def _unit_beside(self, line: int) -> str | None:
        text = self.grid.text(line, self.parts["unit"]) if "unit" in self.parts else ""
        return (classify(text).unit or "unread") if text else None

    def _unit(self, measure: _Listed, line: int) -> bool:
        """The row's own unit; one that the KPI does not have is asked about, and the row is not read."""
        if "unit" not in self.parts:
            return True
        spot = self.grid.spot(line, self.parts["unit"])
        match, unit = classify(spot.text), self._unit_beside(line)
        if unit_fits(measure.kpi, unit) or self.faults.answers.header.get(measure.key):
            measure.basis = match.basis if match.basis in measure.kpi.bases else measure.basis
            measure.fraction = True if unit == "fraction" else measure.fraction
            return True
        asked = PendingQuestion("header", measure.key, "ignore", (measure.kpi.code, "ignore"))
        sure = heading_words().confidence.unit
        self.faults.ask(spot, asked, "unit_unfit", item_params(measure.kpi), name=measure.key, confidence=sure)
        return False

    def _one(self, record: Record, facts: FactReader, values: RecordValueReader) -> ParsedApplication:
        own = facts.read(record, None)
        year = own.get("year")
        read = values.read(record, int(str(year)) if year is not None else None)
        place = self.facts.get("credit_code", self.parts["item"])
        return ParsedApplication(Application(own, read), self.grid.spot(record.first, place))
