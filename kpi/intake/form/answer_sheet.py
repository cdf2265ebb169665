"""The answer sheet as people edit it on a page: one row of text an item, read by the same rules as a file.

A file's reading becomes rows once; from then on the rows are the truth, and the file is where they came from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal

from kpi.catalogue.load import catalogue
from kpi.catalogue.schema import Fact
from kpi.files.limits import application_limits
from kpi.files.workbook import Sheet
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.form.answer_table import FormHeader
from kpi.intake.form.form_reader import read_form
from kpi.intake.problem_collector import ProblemCollector
from kpi.intake.read_result import FileInfo, ReadResult
from kpi.model.application import Application, Basis, CellReference, FactValue, ReportedValue
from kpi.model.problem import Problem

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
    unread = [one for one in problems if one.value and (one.blocks or one.code in _UNREAD)]
    faulty = {(str(one.params.get("item")), _field(one)): str(one.value) for one in unread}
    for one in problems:
        if "stated" in one.params:
            faulty[str(one.params["item"]), "value"] = _number_text(float(one.params["stated"]))
    computed = {str(one.params.get("item")) for one in problems if one.code == "value_computed"}
    rows = [
        AnswerRow(fact.code, _fact_text(application.facts.get(fact.code), fact, unread)) for fact in catalogue().facts
    ]
    rows += [_row(value, value.code in computed) for value in application.values.values()]
    return tuple(_with_faulty(row, faulty) for row in rows)


def read_sheet(sheet: AnswerSheet) -> ReadResult:
    """The rows read by the rules of a file: row 2 is the first item; columns are item, then ``ANSWER_FIELDS``."""
    faults = ProblemCollector(_NAME, application_limits())
    lines = [_HEADER, *((row.item, *map(row.text, ANSWER_FIELDS)) for row in sheet)]
    [parsed], layout = read_form(Sheet(None, lines), _COLUMNS, faults)
    application = _from_file(parsed.application, {row.item: row.cell for row in sheet})
    return ReadResult(_UNSENT, (application,), faults.in_order(), (layout,), faults.questions())


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
        unknown = [str(one.value) for one in unread if one.params.get("item") == fact.code]
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
