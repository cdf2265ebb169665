"""A table of anybody's making, read: its header settled, its lines gathered, every record made an application."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import normalise_name
from kpi.catalogue.schema import Fact, Kpi
from kpi.files.text import printable
from kpi.intake.answers import ANSWER_FIELDS, SheetLayout
from kpi.intake.cells import Grid, check_stray_separators, filled_width
from kpi.intake.freeform.columns import (
    HeaderColumn,
    HeaderResolver,
    Record,
    RecordRows,
    gather_records,
    header_columns,
    header_key,
)
from kpi.intake.freeform.headers import classify, heading_words, unit_fits
from kpi.intake.freeform.records import (
    KpiColumns,
    RecordValueReader,
    asked_units,
    check_unowned_cells,
    in_catalogue_order,
    resolve_units,
)
from kpi.intake.freeform.table_finder import TableRegion, match_at, unsure_headers
from kpi.intake.problems import Fault, PendingQuestion, Reading, SourceCell, all_of, fault_at, unit_params
from kpi.intake.result import ParsedApplication
from kpi.intake.settings import comparable_word
from kpi.intake.values.facts import check_absent, read_fact
from kpi.model.application import Application
from kpi.model.application import FactValue as Answer

# Facts in a block of their own, above or below a table or on another sheet: 企业名称：…, or a label and a cell.


_PAIR = re.compile(r"\s*([^:：]{1,40})[:：]\s*(\S.*?)\s*", re.DOTALL)
_NEXT = re.compile(r"(?<=\S)\s{2,}(?=[^:：\s]{2,20}[:：])")


def block_facts(
    grid: Grid, rows: Iterable[int], headers: Container[tuple[int, int]] = ()
) -> Reading[dict[str, SourceCell]]:
    """The facts stated in these rows by code, each with its cell; the first statement of one counts.

    ``headers`` are cells that head a column: no label of what stands beside them.
    """
    found: dict[str, SourceCell] = {}
    most = grid.file.limits.searched_columns
    for row in rows:
        label: str | None = None
        for column in range(min(most, len(grid.rows[row]))):
            if grid.blank(row, column) or grid.origin(row, column) != (row, column):
                continue
            raw = grid.raw(row, column)
            pairs = _pairs(raw) if isinstance(raw, str) else []
            fact = _fact(raw) if isinstance(raw, str) else None
            if pairs:
                for code, text in pairs:
                    found.setdefault(code, (yield from grid.checked(row, column)).read_as(text))
            elif fact is None and label is not None:
                found.setdefault(label, (yield from grid.checked(row, column)))
            label = None if pairs or (row, column) in headers else fact
    return found


def _pairs(raw: str) -> list[tuple[str, str]]:
    """Facts written with their values into one cell; several are parted by wide blanks."""
    matched = [_PAIR.fullmatch(piece) for piece in _NEXT.split(raw)]
    return [(code, item[2]) for item in matched if item and (code := _fact(item[1]))]


def _fact(raw: str) -> str | None:
    match = classify(raw)
    if match.part == "note":
        return None
    return match.item if match.item and match.certain and match.kpi is None else None


# The facts of a table's records: from their own cells, from a block above or below, from another sheet.


Facts = dict[str, Answer]


class FactReader:
    """Reads each record's facts; ``places`` are the grid's columns of facts, ``block`` the cells that all share."""

    def __init__(
        self, grid: Grid, places: Mapping[str, int], block: Mapping[str, SourceCell], records: Sequence[Record]
    ):
        self.grid, self.places, self.block = grid, places, block
        self.known: dict[tuple[str, object], Answer] = {}
        self.shared: Facts = {}
        self.records = records

    def begin(self, beside: Mapping[str, SourceCell], header_facts: Sequence[str]) -> Iterator[Fault]:
        """Reads once what all records share; what no record can have is a fault once, of the whole sheet.

        ``beside`` are facts of another sheet; ``header_facts`` are facts that headers state, such as the year.
        """
        absent: list[Fact] = []
        for fact in catalogue().facts:
            spot = self.block.get(fact.code) or beside.get(fact.code)
            if spot is not None and fact.code not in self.places:
                answer = yield from read_fact(fact, spot)
                if answer is not None:
                    self.shared[fact.code] = answer
            elif fact.code not in self.places and fact.code not in header_facts:
                absent.append(fact)
        yield from check_absent(absent, self.grid.sheet)

    def read(self, record: Record, year: int | None) -> Reading[Facts]:
        facts = dict(self.shared)
        for fact in catalogue().facts:
            if fact.code in self.places:
                spot = yield from self._spot(record, self.places[fact.code])
                answer = self._known(fact.code, spot)
                if answer is None and not (fact.code == "year" and year is not None):
                    answer = yield from read_fact(fact, spot)
                if answer is not None:
                    facts[fact.code] = answer
                    self._keep(fact.code, spot, answer)
        if year is not None:
            facts["year"] = year
        if record.label is not None and record.name is not None:
            facts.setdefault(record.name, record.label.text)
        return _in_order(facts)

    def _known(self, code: str, spot: SourceCell) -> Answer | None:
        """An answer met before in the same words: names of industries repeat thousands of times."""
        return self.known.get((code, spot.raw)) if _may_be_known(spot) else None

    def _keep(self, code: str, spot: SourceCell, answer: Answer) -> None:
        kind = catalogue().fact(code).kind
        if kind in ("choice", "integer") and _may_be_known(spot):
            self.known[code, spot.raw] = answer

    def _spot(self, record: Record, place: int) -> Reading[SourceCell]:
        """The record's first filled cell; seen sideways a factory's other years need not repeat what one says."""
        for line in record.lines.values():
            at = self.grid.origin(line, place)
            if not self.grid.blank(*at):
                return (yield from self.grid.checked(*at))
        if self.grid.turned and record.label is None and record.year is not None:
            origins = {self.grid.origin(other.first, place) for other in self.records if other.label is None}
            filled = [at for at in origins if not self.grid.blank(*at)]
            if len(filled) == 1:
                return (yield from self.grid.checked(*filled[0]))
        return self.grid.spot(record.first, place)


def _may_be_known(spot: SourceCell) -> bool:
    """Not a truth value, which equals a number and is none."""
    return isinstance(spot.raw, str | float | int) and not isinstance(spot.raw, bool)


def _in_order(facts: Facts) -> Facts:
    return {fact.code: facts[fact.code] for fact in catalogue().facts if fact.code in facts}


_NO_VALUE = ("beside", "item", "phase", "unit")


SheetRead = tuple[list[ParsedApplication], SheetLayout]
"""The applications of a sheet, and what it was taken for."""


def read_table(
    found: TableRegion, beside: Mapping[str, SourceCell], open_units: AbstractSet[str]
) -> Reading[SheetRead]:
    """Every record of a table; ``beside`` are facts stated on another sheet.

    ``open_units`` are columns whose unit another table asks about already.
    """
    return _TableReader(found).read(beside, open_units)


class _TableReader:
    def __init__(self, found: TableRegion) -> None:
        self.found, self.grid = found, found.grid
        self.columns = header_columns(found)
        self.settled = HeaderResolver(found.grid)
        self.measures: dict[int | None, dict[str, KpiColumns]] = {}
        self.facts: dict[str, int] = {}

    def read(self, beside: Mapping[str, SourceCell], open_units: AbstractSet[str]) -> Reading[SheetRead]:
        items = [column.place for column in self.columns if column.match.kpi or self._answered(column)]
        above = self._block_columns(items)
        self.columns = [column for column in self.columns if column.place not in above]
        known = {str(column.match.item): column.place for column in self.columns if column.match.item}
        beside_items = {code: place for code, place in known.items() if place not in items}
        lines = yield from gather_records(self.found, self.columns, items, beside_items)
        yield from self._check_width(lines)
        yield from self._settle(lines)
        yield from self._check_units(lines)
        measures = [measure for by_code in self.measures.values() for measure in by_code.values()]
        places = {place for measure in measures for place in measure.columns.values()}
        used = {line for record in lines.records for line in record.lines.values()}
        yield from check_unowned_cells(self.found, self.columns, places, used)
        unsettled = list(resolve_units(measures, lines, self.grid))
        yield from unsettled
        layout = SheetLayout(self.grid.sheet.name, self.found.kind, self._header_rows(), tuple(self.settled.headers))
        headers = frozenset() if self.grid.turned else unsure_headers(self.found)
        block = yield from block_facts(self.grid.upright(), self._rows_beside(lines), headers)
        facts = FactReader(self.grid, self.facts, block, lines.records)
        yield from facts.begin(beside, self._header_facts(lines))
        return (yield from self._applications(lines, facts, open_units | asked_units(unsettled))), layout

    def _check_width(self, lines: RecordRows) -> Iterator[Fault]:
        header = [row - 1 for row in self._header_rows()]
        below = max(header, default=0)
        if self.grid.turned:
            rows = [column.place for column in self.columns if column.place > below and not self._is_note(column)]
        else:
            rows = [line for record in lines.records for line in record.lines.values()]
        return check_stray_separators(self.grid, filled_width(self.grid, header), rows)

    def _answered(self, column: HeaderColumn) -> bool:
        return self.grid.file.answers.header.get(column.key, "") in {kpi.code for kpi in catalogue().kpis}

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

    def _settle(self, lines: RecordRows) -> Iterator[Fault]:
        has_change = any({"before", "after"} & record.lines.keys() for record in lines.records)
        changing = {column.match.item for column in self.columns if column.match.part in ("before", "after")}
        section: HeaderColumn | None = None
        for column in self.columns:
            if column.match.part in _NO_VALUE and not column.match.item:
                continue
            if self.found.kind == "down" and not column.match.item and self._heads_section(column, lines):
                section = column if column.match.part == "aside" else None
            if section and column.match.item:
                yield from self.settled.leave_out(section)
                continue
            yield from self._column(column, lines, has_change or column.match.item in changing)

    def _heads_section(self, column: HeaderColumn, lines: RecordRows) -> bool:
        """A row of nothing but a word: 目标, 上年数据. What stands below it is what that says, up to the next such."""
        used = [line for record in lines.records for line in record.lines.values()]
        return all(self.grid.blank(line, column.place) for line in used)

    def _column(self, column: HeaderColumn, lines: RecordRows, has_change: bool) -> Iterator[Fault]:
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
        unit = self._unit_beside(column, lines)
        code = yield from self.settled.settle(column, next(filled, ""), has_change, unit)
        kpi = next((kpi for kpi in catalogue().kpis if kpi.code == code), None)
        if code is not None and kpi is None:
            yield from self._take(self.facts, code, column)
        elif kpi is not None and self._is_beside_value(kpi, column) and not self._answered(column):
            yield from self.settled.leave_out(column)
        elif kpi is not None and column.match.part not in _NO_VALUE:
            measures = self.measures.setdefault(column.match.year, {})
            measure = measures.setdefault(kpi.code, KpiColumns(kpi, header=column))
            measure.basis = measure.basis or (column.match.basis if column.match.basis in kpi.bases else None)
            measure.fraction = True if column.match.unit == "fraction" else measure.fraction
            part = column.match.part if column.match.part in ("change", *ANSWER_FIELDS) else "value"
            yield from self._take(measure.columns, "" if part == "value" else part, column)

    def _is_beside_value(self, kpi: Kpi, column: HeaderColumn) -> bool:
        """A number of the KPI's, and not its value: a target, a month, a sum, how much a level has risen."""
        return column.match.part in ("aside", "summary") or (column.match.part == "change" and not kpi.is_change)

    def _unit_beside(self, column: HeaderColumn, lines: RecordRows) -> str | None:
        """What the line of units says of a column, where there is one and it says anything."""
        text = self.grid.text(lines.shared["unit"], column.place) if "unit" in lines.shared else ""
        return (classify(text).unit or "unread") if text else None

    def _take(self, places: dict[str, int], name: str, column: HeaderColumn) -> Iterator[Fault]:
        if name in places:
            yield fault_at(self.grid.spot(*column.at), "duplicate_header", name=column.text)
        else:
            places[name] = column.place

    def _is_note(self, column: HeaderColumn) -> bool:
        """A footer or a fact's own line is no header, though something stands beside it."""
        return heading_words().is_note(comparable_word(column.text)) or bool({":", "："} & set(column.text))

    def _check_units(self, lines: RecordRows) -> Iterator[Fault]:
        """A line of units beside the values may say that a number is no percentage: 研制周期缩短, 天."""
        if "unit" not in lines.shared:
            return
        for measures in self.measures.values():
            for measure in list(measures.values()):
                spot = self.grid.spot(lines.shared["unit"], next(iter(measure.columns.values())))
                unit = self._unit_beside(measure.header, lines) if measure.header else None
                answered = measure.key in self.grid.file.answers.header
                if unit_fits(measure.kpi, unit) or answered or not self._has_values(measure, lines):
                    continue
                asked = PendingQuestion("header", measure.key, "ignore", (measure.kpi.code, "ignore"))
                names = unit_params(measure.kpi, printable(spot.text, self.grid.file.limits.problem_value_characters))
                yield fault_at(spot, "unit_unfit", names, question=asked, name=measure.key, confidence=_unsure())
                del measures[measure.kpi.code]

    def _has_values(self, measure: KpiColumns, lines: RecordRows) -> bool:
        """Before and after may be stated in any unit of their own; only a value has the KPI's."""
        places = [measure.place(record, "value") for record in lines.records]
        return any(at is not None and not self.grid.blank(*at) for at in places)

    def _rows_beside(self, lines: RecordRows) -> Iterable[int]:
        """The sheet's rows that are no part of the table: where facts may stand in a block."""
        most = self.grid.file.limits.searched_rows
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

    def _header_facts(self, lines: RecordRows) -> list[str]:
        years = [year for year in self.measures if year is not None]
        by_header = ["year"] if years or any(record.year for record in lines.records) else []
        return by_header + [record.name for record in lines.records[:1] if record.name]

    def _applications(
        self, lines: RecordRows, facts: FactReader, open_units: AbstractSet[str]
    ) -> Reading[list[ParsedApplication]]:
        values = {
            year: RecordValueReader(in_catalogue_order(measures), lines, self.grid, open_units)
            for year, measures in self.measures.items()
        }
        parsed: list[ParsedApplication] = []
        for record in lines.records:
            for year in values:
                if year is not None and not self._stated_in(self.measures[year], record):
                    continue
                own = yield from facts.read(record, year or record.year)
                when = own.get("year")
                read = yield from values[year].read(record, int(str(when)) if when is not None else None)
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


# A list: one KPI of one factory a row, the factory named beside it in every row.


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


def read_list(found: TableRegion, beside: Mapping[str, SourceCell], open_units: AbstractSet[str]) -> Reading[SheetRead]:
    """Every application of a list, in the order in which the list first names it; the rest as for a table."""
    return _ListReader(found).read(beside, open_units)


class _ListReader:
    def __init__(self, found: TableRegion) -> None:
        self.found, self.grid = found, found.grid
        self.settled = HeaderResolver(found.grid)
        self.facts: dict[str, int] = {}
        self.parts: dict[str, int] = {}
        self.records: dict[tuple[str, ...], Record] = {}
        self.measures: dict[str, _Listed] = {}
        self.items: dict[str, str | None] = {}
        self.phases: list[int] = []
        self.left_out: set[str] = set()

    def read(self, beside: Mapping[str, SourceCell], open_units: AbstractSet[str]) -> Reading[SheetRead]:
        columns, below = header_columns(self.found), range(self.found.first, len(self.grid.rows))
        for column in columns:
            yield from self._column(column)
        for line in below:
            yield from self._row(line) if self.grid.text(line, self.parts["item"]) else self._without_item(line)
        header = range(self.found.top, self.found.first)
        yield from check_stray_separators(self.grid, filled_width(self.grid, header), below)
        lines = RecordRows(list(self.records.values()))
        ordered = in_catalogue_order(dict(self.measures))
        used = {line for measure in self.measures.values() for line in measure.rows.values()}
        yield from check_unowned_cells(self.found, columns, set(self._number_places()), used)
        unsettled = list(resolve_units(ordered, lines, self.grid))
        yield from unsettled
        facts = FactReader(self.grid, self.facts, {}, lines.records)
        yield from facts.begin(beside, [])
        values = RecordValueReader(ordered, lines, self.grid, open_units | asked_units(unsettled))
        layout = SheetLayout(self.grid.sheet.name, "list", (self.found.line + 1,), tuple(self.settled.headers))
        return (yield from all_of(self._application(record, facts, values) for record in lines.records)), layout

    def _column(self, column: HeaderColumn) -> Iterator[Fault]:
        part = column.match.part
        if part == "phase":
            self.phases.append(column.place)
        elif column.match.item is None and part in ("item", "unit", "change", *ANSWER_FIELDS):
            name = "" if part == "value" else str(part)
            if name in self.parts:
                yield fault_at(self.grid.spot(*column.at), "duplicate_header", name=column.text)
            self.parts.setdefault(name, column.place)
        elif part != "beside":
            code = yield from self.settled.settle(column, self._example(column), has_change=False)
            if code is not None:
                self.facts.setdefault(code, column.place)

    def _example(self, column: HeaderColumn) -> str:
        lines = range(self.found.first, len(self.grid.rows))
        return next((text for line in lines if (text := self.grid.text(line, column.place))), column.text)

    def _row(self, line: int) -> Iterator[Fault]:
        text = self.grid.text(line, self.parts["item"])
        if heading_words().is_note(comparable_word(text)) and self.grid.blank(line, self.parts.get("", 0)):
            return
        if (yield from self._is_aside(line)):
            return
        code = yield from self._item(line, text)
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
            yield fault_at(self.grid.spot(line, self.parts["item"]), "duplicate_item", first=first)
        elif (yield from self._unit(measure, line)):
            measure.rows[id(record)] = line

    def _is_aside(self, line: int) -> Reading[bool]:
        """The row itself says that its number is a target, a month's or last year's; a fault once for each word."""
        for place in self.phases:
            spot = self.grid.spot(line, place)
            if match_at(self.grid, line, place).part in ("aside", "summary"):
                if spot.text not in self.left_out:
                    yield fault_at(spot, "header_not_read", name=spot.text)
                self.left_out.add(spot.text)
                return True
        return False

    def _number_places(self) -> list[int]:
        return [self.parts[part] for part in ("", "change", "before", "after") if part in self.parts]

    def _without_item(self, line: int) -> Iterator[Fault]:
        """A number that names no KPI would be left out in silence; a sum or an average of others is no KPI's."""
        if all(self.grid.blank(line, place) for place in self._number_places()):
            return
        first = next(place for place in range(self.grid.width) if not self.grid.blank(line, place))
        name = self.grid.text(line, first)
        if heading_words().is_summary(normalise_name(name)):
            yield fault_at(self.grid.spot(line, first), "summary_not_read", name=name)
        else:
            yield fault_at(self.grid.spot(line, self.parts["item"]), "missing_item_name")

    def _item(self, line: int, text: str) -> Reading[str | None]:
        """The KPI that a row's item names, settled once for each text."""
        if text not in self.items:
            has_change = {"before", "after"} <= self.parts.keys()
            example = self.grid.text(line, self.parts[""]) if "" in self.parts else ""
            header, unit = self._header(line, text), self._unit_beside(line)
            code = yield from self.settled.settle(header, example or text, has_change, unit)
            self.items[text] = code if code in {kpi.code for kpi in catalogue().kpis} else None
        return self.items[text]

    def _header(self, line: int, text: str) -> HeaderColumn:
        return HeaderColumn(self.parts["item"], (line, self.parts["item"]), text, header_key([text]), classify(text))

    def _unit_beside(self, line: int) -> str | None:
        text = self.grid.text(line, self.parts["unit"]) if "unit" in self.parts else ""
        return (classify(text).unit or "unread") if text else None

    def _unit(self, measure: _Listed, line: int) -> Reading[bool]:
        """The row's own unit; one that the KPI does not have is asked about, and the row is not read."""
        if "unit" not in self.parts:
            return True
        spot = self.grid.spot(line, self.parts["unit"])
        match, unit = classify(spot.text), self._unit_beside(line)
        if unit_fits(measure.kpi, unit) or self.grid.file.answers.header.get(measure.key):
            measure.basis = match.basis if match.basis in measure.kpi.bases else measure.basis
            measure.fraction = True if unit == "fraction" else measure.fraction
            return True
        asked = PendingQuestion("header", measure.key, "ignore", (measure.kpi.code, "ignore"))
        names = unit_params(measure.kpi, printable(spot.text, self.grid.file.limits.problem_value_characters))
        yield fault_at(spot, "unit_unfit", names, question=asked, name=measure.key, confidence=_unsure())
        return False

    def _application(self, record: Record, facts: FactReader, values: RecordValueReader) -> Reading[ParsedApplication]:
        own = yield from facts.read(record, None)
        year = own.get("year")
        read = yield from values.read(record, int(str(year)) if year is not None else None)
        place = self.facts.get("credit_code", self.parts["item"])
        return ParsedApplication(Application(own, read), self.grid.spot(record.first, place))
