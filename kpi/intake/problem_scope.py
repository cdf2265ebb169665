"""Which of a file's problems are which application's: none may vanish because a file holds several factories."""

from __future__ import annotations

from collections.abc import Iterable

from kpi.catalogue.load import catalogue
from kpi.intake.read_result import ReadResult
from kpi.model.application import Application, CellReference
from kpi.model.problem import Problem


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
    others = _cells([one for at, one in enumerate(applications) if at != which], item)
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
