"""The answer sheet as people edit it on a page: one row of text an item, read by the same rules as a file.

A file's reading becomes rows once; from then on the rows are the truth, and the file is where they came from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal

from kpi.catalogue.catalogue import catalogue, kept_per_notice
from kpi.catalogue.names import match_fact, match_kpi, nearest_name, normalise_name
from kpi.catalogue.schema import Fact, Kpi
from kpi.files.limits import application_limits
from kpi.files.workbook import Sheet
from kpi.intake.answers import ANSWER_FIELDS, Answers, RecognisedHeader, SheetLayout
from kpi.intake.cells import Grid
from kpi.intake.form.answer_table import FormHeader, FormRow, form_rows
from kpi.intake.problems import Fault, Reading, SourceCell, SourceFile, fault_at, item_params, report, taken
from kpi.intake.result import FileInfo, ParsedApplication, ReadResult
from kpi.intake.settings import comparable_word, vocabulary
from kpi.intake.values.facts import read_facts
from kpi.intake.values.kpi_value import not_reported, read_kpi_value
from kpi.intake.values.plausibility import check_consistency, check_value
from kpi.model.application import Application, Basis, CellReference, FactValue, ReportedValue
from kpi.model.problem import Problem, listed

# What the item column of an answer sheet names: a KPI, a fact, or a heading that answers nothing.


@dataclass(frozen=True, slots=True)
class NamedItem:
    """A KPI's or a fact's code; None for a heading."""

    code: str | None


def find_item(text: str) -> NamedItem | None:
    """The item that ``text`` names, or None. A KPI wins over a fact: no name is shared."""
    thing = match_kpi(text) or match_fact(text)
    if thing:
        return NamedItem(thing.code)
    return (
        NamedItem(None) if comparable_word(text) in vocabulary().headings or normalise_name(text) in _groups() else None
    )


def nearest_item(text: str) -> str:
    """The item names most like ``text``, as ``listed``; empty where nothing is alike."""
    return listed(filter(None, (nearest_name(text, "kpi"), nearest_name(text, "fact"))))


@kept_per_notice()
def _groups() -> frozenset[str]:
    return frozenset(normalise_name(name) for group in catalogue().groups for name in (group.name.zh, group.name.en))


# The template's answer sheet, or a table of its columns: one item a row.


NUMBERS = ("value", "before", "after")


def read_form(
    sheet: Sheet, header: FormHeader, file: SourceFile
) -> Reading[tuple[list[ParsedApplication], SheetLayout]]:
    """The one application of an answer sheet."""
    grid = Grid(sheet, False, file)
    answered = yield from _by_item(grid, header)
    yield from _check_merged(grid, header, answered)
    facts = yield from read_facts(answered, sheet)
    application = Application(facts, (yield from _values(answered, facts, file.answers)))
    headers = tuple(
        RecognisedHeader(comparable_word(row.item.text), row.item.text, row.item.cell, code, 1.0, "exact")
        for code, row in answered.items()
    )
    layout = SheetLayout(sheet.name, "form", (header.row + 1,), headers)
    return [ParsedApplication(application, grid.spot(header.row, 0))], layout


def _by_item(grid: Grid, header: FormHeader) -> Reading[dict[str, FormRow]]:
    """Rows by the code of their item; headings are passed over, a second row of an item is a fault and unused."""
    answered: dict[str, FormRow] = {}
    for row in (yield from form_rows(grid, header)):
        if row.item.broken:
            continue
        if row.item.blank:
            yield fault_at(row.item, "missing_item_name")
            continue
        item = find_item(row.item.text)
        if item is None:
            yield fault_at(row.item, "unknown_item", suggestion=nearest_item(row.item.text))
        elif item.code is None:
            continue
        elif item.code in answered:
            yield fault_at(row.item, "duplicate_item", first=answered[item.code].item.cell.row)
        else:
            answered[item.code] = row
    return answered


def _check_merged(grid: Grid, header: FormHeader, answered: Mapping[str, FormRow]) -> Iterator[Fault]:
    """A value that the rows of several KPIs share: only the first of them would get it, in silence."""
    places = {header.columns[column] for column in NUMBERS if column in header.columns}
    lines = {answered[kpi.code].item.cell.row - 1 for kpi in catalogue().kpis if kpi.code in answered}
    for top, left, bottom, _ in grid.merged:
        shared = top in lines and len(lines.intersection(range(top, bottom + 1))) > 1
        if shared and left in places and not grid.blank(top, left):
            yield fault_at(grid.spot(top, left), "merged_value")


def _values(
    answered: Mapping[str, FormRow], facts: Mapping[str, FactValue], answers: Answers
) -> Reading[dict[str, ReportedValue]]:
    year = int(str(facts["year"])) if "year" in facts else None
    values: dict[str, ReportedValue] = {}
    for kpi in catalogue().kpis:
        row = answered.get(kpi.code)
        if row is None:
            values[kpi.code] = not_reported(kpi, year)
            continue
        values[kpi.code] = yield from read_kpi_value(kpi, row, year, answers)
        yield from check_value(kpi, values[kpi.code], row.value)
        yield from _check_sign(kpi, values[kpi.code], row.value)
    yield from check_consistency(values, lambda code: answered[code].value)
    return values


def _check_sign(kpi: Kpi, value: ReportedValue, spot: SourceCell) -> Iterator[Fault]:
    """A reduction below zero is an increase, as the form says. Who meant the size of a reduction is told what it counts
    as; where before and after are stated too, they say which it was.
    """
    stated = value.before is not None and value.after is not None
    if kpi.reduces and value.value is not None and value.value < 0 and not stated:
        yield fault_at(spot, "reduction_below_zero", item_params(kpi), size=-value.value)


_HEADER = ("item", *ANSWER_FIELDS)
_COLUMNS = FormHeader(0, {name: column for column, name in enumerate(_HEADER)})
_NAME = "answer-sheet.csv"
_UNSENT = FileInfo(_NAME, "", None, (), "text")
_BASIS: Mapping[Basis | None, str] = {"relative": "relative", "points": "points", None: ""}
_NOT_APPLICABLE = "不适用"
LIST_SEPARATOR = "；"
"""Between the names of a list in one text."""
_UNREAD = ("unknown_body", "unknown_district", "unknown_scenario")
"""Warnings of a text that was not read; it stands in the sheet all the same, to be seen and fixed."""
# Where a file's faulty text belongs unless its fault says so; of any other fault it is the value's.
_FIELD_OF_CODE = {
    "missing_basis": "basis",
    "unknown_basis": "basis",
    "basis_not_allowed": "basis",
    "reason_missing": "note",
    "zero_start": "before",
}


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One item as text. ``cell`` is where it stood in the file it came from, None where it was typed on the page."""

    item: str
    value: str = ""
    basis: str = ""
    before: str = ""
    after: str = ""
    note: str = ""
    cell: CellReference | None = None

    def text(self, field: str) -> str:
        return str(getattr(self, field))

    def with_text(self, field: str, text: str) -> AnswerRow:
        """Changed on the page: its cell no longer tells where it is from."""
        return replace(self, cell=None, **{field: text})


AnswerSheet = tuple[AnswerRow, ...]


def sheet_items() -> list[str]:
    """Facts, then KPIs, by code: the order of every sheet."""
    return [fact.code for fact in catalogue().facts] + [kpi.code for kpi in catalogue().kpis]


def sheet_of(application: Application, problems: Sequence[Problem] = ()) -> AnswerSheet:
    """The rows of what was read; a text that could not be read stands where it stood."""
    unread = [item for item in problems if item.value and (item.blocks or item.code in _UNREAD)]
    faulty = {(str(item.params.get("item")), _field(item)): str(item.value) for item in unread}
    for problem in problems:
        if "stated" in problem.params:
            faulty[str(problem.params["item"]), "value"] = _number_text(float(problem.params["stated"]))
    computed = {str(item.params.get("item")) for item in problems if item.code == "value_computed"}
    rows = [
        AnswerRow(fact.code, _fact_text(application.facts.get(fact.code), fact, unread)) for fact in catalogue().facts
    ]
    rows += [_row(value, value.code in computed) for value in application.values.values()]
    return tuple(_with_faulty(row, faulty) for row in rows)


def read_sheet(sheet: AnswerSheet) -> ReadResult:
    """The rows read by the rules of a file: row 2 is the first item; columns are item, then ``ANSWER_FIELDS``."""
    file = SourceFile(_NAME, application_limits())
    lines = [_HEADER, *((row.item, *map(row.text, ANSWER_FIELDS)) for row in sheet)]
    ([parsed], layout), faults = taken(read_form(Sheet(None, lines), _COLUMNS, file))
    problems, questions = report(_NAME, faults, file.limits)
    application = _from_file(parsed.application, {row.item: row.cell for row in sheet})
    return ReadResult(_UNSENT, (application,), problems, (layout,), questions)


def place_of(problem: Problem, sheet: AnswerSheet) -> tuple[str, str] | None:
    """Item and field of a problem of a sheet, or None where it is of the whole.

    Only ``read_sheet`` names the sheet's own rows; what is held against the calendar or others names the file's.
    """
    item = problem.params.get("item")
    if problem.file != _NAME or problem.row is None or not 2 <= problem.row < len(sheet) + 2:
        return (str(item), "value") if item else None
    column = ord(problem.column or "B") - ord("B")
    return sheet[problem.row - 2].item, ANSWER_FIELDS[column] if 0 <= column < len(ANSWER_FIELDS) else "value"


def dump_sheet(sheet: AnswerSheet) -> str:
    return json.dumps([asdict(row) for row in sheet], ensure_ascii=False)


def load_sheet(text: str) -> AnswerSheet:
    return tuple(
        AnswerRow(**(row | {"cell": CellReference(**row["cell"]) if row["cell"] else None})) for row in json.loads(text)
    )


def _with_faulty(row: AnswerRow, faulty: Mapping[tuple[str, str], str]) -> AnswerRow:
    """The row with the texts of its faulty cells, which still stand where they stood."""
    for field in ANSWER_FIELDS:
        text = faulty.get((row.item, field))
        if text and not row.text(field):
            row = replace(row.with_text(field, text), cell=row.cell)
    return row


def _row(value: ReportedValue, computed: bool) -> AnswerRow:
    not_applicable = value.state == "not_applicable"
    return AnswerRow(
        item=value.code,
        value=_NOT_APPLICABLE if not_applicable else "" if computed else _number_text(value.value),
        basis=_BASIS[value.basis],
        before=_number_text(value.before),
        after=_number_text(value.after),
        note=value.note or "",
        cell=value.cell,
    )


def _fact_text(answer: FactValue | None, fact: Fact, unread: Sequence[Problem]) -> str:
    if fact.kind == "list":
        unknown = [str(problem.value) for problem in unread if problem.params.get("item") == fact.code]
        return LIST_SEPARATOR.join([*(answer if isinstance(answer, tuple) else ()), *unknown])
    return _number_text(answer) if isinstance(answer, float) else "" if answer is None else str(answer)


def _number_text(number: float | None) -> str:
    """The shortest text that reads back as the same number; never with an exponent, which a factory would not write."""
    if number is None:
        return ""
    return format(Decimal(repr(float(number))), "f").removesuffix(".0")


def _field(problem: Problem) -> str:
    return str(problem.params.get("field") or _FIELD_OF_CODE.get(problem.code, "value"))


def _from_file(application: Application, cells: Mapping[str, CellReference | None]) -> Application:
    """Each value with the cell of the file it came from."""
    values = {code: replace(value, cell=cells.get(code)) for code, value in application.values.items()}
    return Application(application.facts, values)
