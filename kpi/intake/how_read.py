"""How a file's values were read, KPI by KPI: the cell, what stands there, what was made of it, and on what ground.

Worked out from the file and the values, not noted down on the way: what is shown is what the two differ by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.files.limits import application_limits
from kpi.files.text import cell_text, is_blank, printable
from kpi.files.workbook import CellValue, UnreadableFile, Workbook, column_letter
from kpi.intake.answers import MatchReason, Question, RecognisedHeader
from kpi.intake.cells import parse_number
from kpi.intake.freeform.headers import heading_words
from kpi.intake.read import open_application
from kpi.intake.result import ReadResult
from kpi.intake.settings import comparable_word
from kpi.model.application import Basis, CellReference, ReportedValue
from kpi.model.problem import Problem

ReadingState = Literal["asked", "certain", "refused", "absent"]
"""A question is open; the value is read; its cell holds a fault; the file says nothing of it."""
ReadingChange = Literal[
    "unchanged", "times_100", "computed", "words_removed", "sign_removed", "blank", "not_applicable"
]
"""What was made of the text: nothing; a fraction its percentage; a change worked out from before and after; words or a
unit taken off; a minus sign taken as the KPI means it; a mark for nothing; a KPI that does not apply.
"""


@dataclass(frozen=True, slots=True)
class KpiReading:
    """``text`` is what stands at ``cell``, "" where nothing does; ``value`` and ``basis`` what it would be read as.

    ``header`` and ``ground`` say by which header it was found and how sure that is; ``questions`` are places in
    ``ReadResult.questions``; ``ends`` are before and after where both are stated.
    """

    kpi: str
    state: ReadingState
    cell: CellReference | None
    text: str
    change: ReadingChange | None
    value: float | None
    basis: Basis | None
    header: str
    ground: MatchReason | None
    ends: tuple[float, float] | None = None
    questions: tuple[int, ...] = ()
    problem: Problem | None = None


def how_read(data: bytes, reading: ReadResult, presumed: ReadResult, which: int) -> tuple[KpiReading, ...]:
    """Every KPI of application ``which``. ``presumed`` is the same file, read as if every preset were confirmed."""
    try:
        book = open_application(data, application_limits())
    except UnreadableFile:
        return ()
    if which >= len(reading.applications):
        return ()
    as_it_is = reading.applications[which].values
    confirmed = presumed.applications[which].values if which < len(presumed.applications) else as_it_is
    # The surest of the headers that name a KPI.
    by_surety = sorted(
        (header for sheet in reading.layout for header in sheet.headers), key=lambda recognised: recognised.confidence
    )
    headers = {header.item: header for header in by_surety if header.item}
    cells = _Cells(book)
    return tuple(_one(kpi, as_it_is, confirmed, reading, cells, headers.get(kpi.code)) for kpi in catalogue().kpis)


class _Cells:
    def __init__(self, book: Workbook) -> None:
        self.sheets = {sheet.name: sheet.rows for sheet in book.sheets}

    def raw(self, cell: CellReference | None) -> CellValue:
        rows: Sequence[Sequence[CellValue]] = self.sheets.get(cell.sheet, ()) if cell else ()
        if cell is None or cell.row > len(rows):
            return None
        row = rows[cell.row - 1]
        return next((raw for place, raw in enumerate(row) if column_letter(place) == cell.column), None)


def _one(
    kpi: Kpi,
    as_it_is: Mapping[str, ReportedValue],
    confirmed: Mapping[str, ReportedValue],
    reading: ReadResult,
    cells: _Cells,
    header: RecognisedHeader | None,
) -> KpiReading:
    value = confirmed.get(kpi.code) or as_it_is[kpi.code]
    if value.cell is None and as_it_is[kpi.code].cell is not None:
        value = as_it_is[kpi.code]
    cell, raw = value.cell, cells.raw(value.cell)
    text = printable(cell_text(raw).strip(), application_limits().problem_value_characters)
    found = as_it_is[kpi.code].state != "not_reported"
    questions = [place for place, asked in enumerate(reading.questions) if _concerns(asked, kpi, text, found)]
    if questions and cell is None:
        cell, text = _asked_cell(reading.questions[questions[0]])
    faults = (problem for problem in reading.problems if _refuses(problem, kpi, cell))
    fault = next(faults, None)
    ends = (value.before, value.after) if value.before is not None and value.after is not None else None
    known = value.state != "not_reported"
    return KpiReading(
        kpi.code,
        "asked" if questions else "refused" if fault else "certain" if known or text else "absent",
        cell,
        text,
        _change(raw, value, ends) if known or (text and not questions) else None,
        value.value,
        value.basis,
        header.text if header else "",
        header.reason if header else None,
        ends,
        tuple(questions),
        fault,
    )


def _concerns(asked: Question, kpi: Kpi, text: str, found: bool) -> bool:
    """A question of this KPI or of the mark in its cell; one of a header concerns the KPI it proposes, if not found."""
    if asked.topic == "mark":
        return bool(text) and heading_words().marks.get(comparable_word(text)) == asked.key
    if asked.topic == "header":
        return not found and kpi.code == next((option for option in asked.options if option.startswith("K")), None)
    return asked.problem.params.get("item") == kpi.code


def _asked_cell(asked: Question) -> tuple[CellReference | None, str]:
    """The header that is asked about, with the first content below it."""
    problem = asked.problem
    if problem.row is None or problem.column is None:
        return None, ""
    cell = CellReference(problem.file, problem.sheet, problem.row, problem.column)
    return cell, str(problem.params.get("example", ""))


def _refuses(problem: Problem, kpi: Kpi, cell: CellReference | None) -> bool:
    """A fault at the KPI's cell, or a level of which before and after are stated and no value."""
    if problem.code == "level_without_value":
        return problem.params.get("item") == kpi.code
    at = cell is not None and (problem.sheet, problem.row, problem.column) == (cell.sheet, cell.row, cell.column)
    return at and problem.severity == "error"


def _change(raw: CellValue, value: ReportedValue, ends: tuple[float, float] | None) -> ReadingChange:
    """What lies between the cell and the value."""
    if value.state == "not_applicable":
        return "not_applicable"
    if value.value is None:
        return "blank"
    if is_blank(raw):
        return "computed"
    parsed = parse_number(raw, percent_sign=True)
    if parsed is None:
        return "words_removed"
    if parsed.value == value.value:
        return "unchanged"
    if ends and parsed.value in ends:
        return "computed"
    if parsed.value == -value.value:
        return "sign_removed"
    return "times_100" if abs(parsed.value * 100 - value.value) < 1e-9 * max(1.0, abs(value.value)) else "words_removed"
