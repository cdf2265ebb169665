"""What reading a file comes to: applications, problems, what was recognised, and what must be asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kpi.catalogue.catalogue import catalogue
from kpi.files.workbook import FileKind
from kpi.intake.answers import Question, SheetLayout
from kpi.intake.problems import SourceCell
from kpi.model.application import Application, CellReference
from kpi.model.problem import Problem

# What reading a file comes to: applications, problems, what was recognised, and what must be asked.


@dataclass(frozen=True, slots=True)
class FileInfo:
    """What was sent: ``sha256`` is of its bytes, "" for an answer sheet; ``sheets`` names a workbook's visible sheets.

    ``kind`` is that of the content, None where the file could not be opened; ``separator`` parts a text's columns.
    """

    name: str
    sha256: str
    encoding: str | None
    sheets: tuple[str, ...]
    kind: FileKind | None = None
    separator: str | None = None


@dataclass(frozen=True, slots=True)
class ReadResult:
    """A file read: what could be understood, and everything that is wrong with it.

    Applications come back even beside problems; use them only where ``blocked`` is False. ``layout`` says, sheet by
    sheet, what each header was taken for; ``questions`` are those of the problems that ``Answers`` can answer.
    """

    file: FileInfo
    applications: tuple[Application, ...]
    problems: tuple[Problem, ...]
    layout: tuple[SheetLayout, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def blocked(self) -> bool:
        """An error or an unanswered question stands."""
        return any(problem.blocks for problem in self.problems)


# Which of a file's problems are which application's: none may vanish because a file holds several factories.


def own_problems(reading: ReadResult, which: int) -> tuple[Problem, ...]:
    """The problems of one application's items; all that have an item where the file holds one application alone."""
    return tuple(problem for problem in reading.problems if _is_of(problem, reading.applications, which))


def unassigned_problems(reading: ReadResult) -> tuple[Problem, ...]:
    """Errors of no item of any application: a row that was not recognised, a header given twice, a sheet not read."""
    every = range(len(reading.applications))
    return tuple(
        problem
        for problem in reading.problems
        if problem.blocks and not any(_is_of(problem, reading.applications, which) for which in every)
    )


def _is_of(problem: Problem, applications: tuple[Application, ...], which: int) -> bool:
    item = str(problem.params.get("item", ""))
    if not item:
        return False
    if len(applications) == 1:
        return True
    mine = _cells([applications[which]], item)
    others = _cells([application for at, application in enumerate(applications) if at != which], item)
    # A row or a column that is one application's alone holds its faults, whichever way round the table lies.
    in_my_row = _row(problem) in {_row(cell) for cell in mine} - {_row(cell) for cell in others}
    in_my_column = _column(problem) in {_column(cell) for cell in mine} - {_column(cell) for cell in others}
    return in_my_row or in_my_column


def _cells(applications: Iterable[Application], item: str) -> list[CellReference]:
    """Where an item's values stand; of a fact, which keeps no cell, where its application's values do."""
    kpis = {kpi.code for kpi in catalogue().kpis}
    return [
        value.cell
        for application in applications
        for code, value in application.values.items()
        if value.cell and (code == item or item not in kpis)
    ]


def _row(place: Problem | CellReference) -> tuple[str | None, int | None]:
    return place.sheet, place.row


def _column(place: Problem | CellReference) -> tuple[str | None, str | None]:
    return place.sheet, place.column


# One application as it leaves a table.


@dataclass(frozen=True, slots=True)
class ParsedApplication:
    """An application with the cell that stands for it, for a problem of the whole."""

    application: Application
    spot: SourceCell
