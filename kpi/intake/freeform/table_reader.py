"""A table of anybody's making, read: its header settled, its lines gathered, every record made an application."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kpi.catalogue.load import catalogue
from kpi.catalogue.schema import Kpi
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.freeform.fact_blocks import block_facts
from kpi.intake.freeform.fact_reader import FactReader
from kpi.intake.freeform.header_columns import HeaderColumn, HeaderResolver, header_columns
from kpi.intake.freeform.header_matching import classify, unit_fits
from kpi.intake.freeform.heading_words import heading_words
from kpi.intake.freeform.kpi_columns import KpiColumns, in_catalogue_order, resolve_units
from kpi.intake.freeform.record_rows import Record, RecordRows, gather_records
from kpi.intake.freeform.record_values import RecordValueReader
from kpi.intake.freeform.table_finder import TableRegion, unsure_headers
from kpi.intake.freeform.unowned_cells import check_unowned_cells
from kpi.intake.grid import Grid
from kpi.intake.layout import SheetLayout
from kpi.intake.parsed_application import ParsedApplication
from kpi.intake.problem_collector import PendingQuestion, ProblemCollector, SourceCell, item_params
from kpi.intake.settings import comparable_word
from kpi.intake.stray_separators import check_stray_separators, filled_width
from kpi.model.application import Application

_NO_VALUE = ("beside", "item", "phase", "unit")


def read_table(
    found: TableRegion, beside: Mapping[str, SourceCell], faults: ProblemCollector
) -> tuple[list[ParsedApplication], SheetLayout]:
    """Every record of a table; ``beside`` are facts stated on another sheet."""
    return _Reading(found, faults).read(beside)


class _Reading:
    def __init__(self, found: TableRegion, faults: ProblemCollector) -> None:
        self.found, self.grid, self.faults = found, found.grid, faults
        self.columns = header_columns(found)
        self.settled = HeaderResolver(found.grid, faults)
        self.measures: dict[int | None, dict[str, KpiColumns]] = {}
        self.facts: dict[str, int] = {}

    def read(self, beside: Mapping[str, SourceCell]) -> tuple[list[ParsedApplication], SheetLayout]:
        items = [column.place for column in self.columns if column.match.kpi or self._answered(column)]
        above = self._block_columns(items)
        self.columns = [column for column in self.columns if column.place not in above]
        known = {str(column.match.item): column.place for column in self.columns if column.match.item}
        facts = {code: place for code, place in known.items() if place not in items}
        lines = gather_records(self.found, self.columns, items, facts)
        self._check_width(lines)
        self._settle(lines)
        self._check_units(lines)
        measures = [measure for by_code in self.measures.values() for measure in by_code.values()]
        places = {place for measure in measures for place in measure.columns.values()}
        used = {line for record in lines.records for line in record.lines.values()}
        check_unowned_cells(self.found, self.columns, places, used)
        resolve_units(measures, lines, self.grid)
        layout = SheetLayout(self.grid.sheet.name, self.found.kind, self._header_rows(), tuple(self.settled.headers))
        headers = frozenset() if self.grid.turned else unsure_headers(self.found)
        block = block_facts(self._flat(), self._rows_beside(lines), headers)
        return self._applications(lines, block, beside), layout

    def _check_width(self, lines: RecordRows) -> None:
        header = [row - 1 for row in self._header_rows()]
        below = max(header, default=0)
        if self.grid.turned:
            rows = [column.place for column in self.columns if column.place > below and not self._is_note(column)]
        else:
            rows = [line for record in lines.records for line in record.lines.values()]
        check_stray_separators(self.grid, filled_width(self.grid, header), rows)

    def _answered(self, column: HeaderColumn) -> bool:
        return self.faults.answers.header.get(column.key, "") in {kpi.code for kpi in catalogue().kpis}

    def _block_columns(self, items: Sequence[int]) -> set[int]:
        """Seen sideways, what stands above the KPIs' own header row is a block of facts or a title, not an item."""
        heads = [column.place for column in self.columns if column.match.part == "item"]
        if self.found.kind != "down":
            return set()
        above = min((place for place in heads if place < min(items)), default=None)
        if above is None:
            first = min(column.place for column in self.columns if column.match.item)
            return {column.place for column in self.columns if column.place < first and not column.match.part}
        return {column.place for column in self.columns if column.place < above}

    def _settle(self, lines: RecordRows) -> None:
        has_change = any({"before", "after"} & record.lines.keys() for record in lines.records)
        changing = {column.match.item for column in self.columns if column.match.part in ("before", "after")}
        section: HeaderColumn | None = None
        for column in self.columns:
            if column.match.part in _NO_VALUE and not column.match.item:
                continue
            if self.found.kind == "down" and not column.match.item and self._heads_section(column, lines):
                section = column if column.match.part == "aside" else None
            if section and column.match.item:
                self.settled.leave_out(section)
                continue
            self._column(column, lines, has_change or column.match.item in changing)

    def _heads_section(self, column: HeaderColumn, lines: RecordRows) -> bool:
        """A row of nothing but a word: 目标, 上年数据. What stands below it is what that says, up to the next such."""
        used = [line for record in lines.records for line in record.lines.values()]
        return all(self.grid.blank(line, column.place) for line in used)

    def _column(self, column: HeaderColumn, lines: RecordRows, has_change: bool) -> None:
        filled = (
            self.grid.text(line, column.place)
            for record in lines.records
            for line in record.lines.values()
            if not self.grid.blank(line, column.place)
        )
        if column.match.item is None and column.match.part == "note" and self.found.kind == "across":
            self.facts.setdefault("remarks", column.place)
            return
        if column.match.item is None and self._is_note(column):
            return
        code = self.settled.settle(column, next(filled, ""), has_change, self._unit_beside(column, lines))
        kpi = next((kpi for kpi in catalogue().kpis if kpi.code == code), None)
        if code is not None and kpi is None:
            self._take(self.facts, code, column)
        elif kpi is not None and self._is_beside_value(kpi, column) and not self._answered(column):
            self.settled.leave_out(column)
        elif kpi is not None and column.match.part not in _NO_VALUE:
            measures = self.measures.setdefault(column.match.year, {})
            measure = measures.setdefault(kpi.code, KpiColumns(kpi, header=column))
            measure.basis = measure.basis or (column.match.basis if column.match.basis in kpi.bases else None)
            measure.fraction = True if column.match.unit == "fraction" else measure.fraction
            part = column.match.part if column.match.part in ("change", *ANSWER_FIELDS) else "value"
            self._take(measure.columns, "" if part == "value" else part, column)

    def _is_beside_value(self, kpi: Kpi, column: HeaderColumn) -> bool:
        """A number of the KPI's, and not its value: a target, a month, a sum, how much a level has risen."""
        return column.match.part in ("aside", "summary") or (column.match.part == "change" and not kpi.is_change)

    def _unit_beside(self, column: HeaderColumn, lines: RecordRows) -> str | None:
        """What the line of units says of a column, where there is one and it says anything."""
        text = self.grid.text(lines.shared["unit"], column.place) if "unit" in lines.shared else ""
        return (classify(text).unit or "unread") if text else None

    def _take(self, taken: dict[str, int], name: str, column: HeaderColumn) -> None:
        if name in taken:
            self.faults.at(self.grid.spot(*column.at), "duplicate_header", name=column.text)
        else:
            taken[name] = column.place

    def _is_note(self, column: HeaderColumn) -> bool:
        """A footer or a fact's own line is no header, though something stands beside it."""
        return heading_words().is_note(comparable_word(column.text)) or bool({":", "："} & set(column.text))

    def _check_units(self, lines: RecordRows) -> None:
        """A line of units beside the values may say that a number is no percentage: 研制周期缩短, 天."""
        if "unit" not in lines.shared:
            return
        for measures in self.measures.values():
            for measure in list(measures.values()):
                spot = self.grid.spot(lines.shared["unit"], next(iter(measure.columns.values())))
                unit = self._unit_beside(measure.header, lines) if measure.header else None
                answered = measure.key in self.faults.answers.header
                if unit_fits(measure.kpi, unit) or answered or not self._has_values(measure, lines):
                    continue
                asked = PendingQuestion("header", measure.key, "ignore", (measure.kpi.code, "ignore"))
                names = item_params(measure.kpi)
                self.faults.ask(spot, asked, "unit_unfit", names, name=measure.key, confidence=_unsure())
                del measures[measure.kpi.code]

    def _has_values(self, measure: KpiColumns, lines: RecordRows) -> bool:
        """Before and after may be stated in any unit of their own; only a value has the KPI's."""
        places = [measure.place(record, "value") for record in lines.records]
        return any(at is not None and not self.grid.blank(*at) for at in places)

    def _flat(self) -> Grid:
        return Grid(self.grid.sheet, False, self.faults) if self.grid.turned else self.grid

    def _rows_beside(self, lines: RecordRows) -> Iterable[int]:
        """The sheet's rows that are no part of the table: where facts may stand in a block."""
        most = self.faults.limits.searched_rows
        rows = len(self.grid.sheet.rows)
        if self.grid.turned:
            used = {column.place for column in self.columns}
            first, last = min(used, default=0), max(used, default=-1)
            table = range(first, last + 1) if self.measures else range(0)
            notes = {column.place for column in self.columns if self._is_note(column)}
            return [row for row in range(min(rows, most)) if row not in table or row in notes]
        return [*range(min(self.found.top, most)), *lines.left[:most]]

    def _header_rows(self) -> tuple[int, ...]:
        if not self.grid.turned:
            return tuple(line + 1 for line in range(self.found.top, self.found.first))
        return tuple(column.place + 1 for column in self.columns if column.match.part == "item")

    def _applications(
        self, lines: RecordRows, block: Mapping[str, SourceCell], beside: Mapping[str, SourceCell]
    ) -> list[ParsedApplication]:
        facts = FactReader(self.grid, self.facts, block, lines.records)
        years = [year for year in self.measures if year is not None]
        by_header = ["year"] if years or any(record.year for record in lines.records) else []
        by_header += [record.name for record in lines.records[:1] if record.name]
        facts.begin(beside, by_header)
        values = {
            year: RecordValueReader(in_catalogue_order(measures), lines, self.grid)
            for year, measures in self.measures.items()
        }
        parsed: list[ParsedApplication] = []
        for record in lines.records:
            for year in values:
                if year is not None and not self._stated_in(self.measures[year], record):
                    continue
                own = facts.read(record, year or record.year)
                when = own.get("year")
                read = values[year].read(record, int(str(when)) if when is not None else None)
                parsed.append(ParsedApplication(Application(own, read), self.grid.spot(record.first, self._place())))
        return parsed

    def _place(self) -> int:
        return self.facts.get("credit_code", min((column.place for column in self.columns), default=0))

    def _stated_in(self, measures: Mapping[str, KpiColumns], record: Record) -> bool:
        """A year of which a line says nothing is no application of that year."""
        return any(
            not self.grid.blank(line, place)
            for measure in measures.values()
            for place in measure.columns.values()
            for line in record.lines.values()
        )


def _unsure() -> float:
    return heading_words().confidence.unit
