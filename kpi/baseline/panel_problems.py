"""Collects the faults of a panel by the thousand: all are counted, the first are told, errors before warnings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpi.baseline.problem_codes import PANEL_CODES
from kpi.files.printable import printable, printable_file_name
from kpi.files.workbook import column_letter
from kpi.model.problem import Problem

RowIndices = NDArray[np.intp]
ProblemParams = Mapping[str, str | float]


class PanelProblems:
    """The problems of one panel file. ``most`` is how many of them are told, ``characters`` how much of a value."""

    def __init__(self, file: str, most: int, characters: int) -> None:
        self.file = printable_file_name(file, characters)
        self.most = most
        self.characters = characters
        self.total = 0
        self._found: list[Problem] = []
        self._kept: Counter[str] = Counter()

    def of_file(self, code: str, **params: str | float) -> None:
        """A fault of the file as such."""
        self.of_sheet(code, None, None, **params)

    def of_sheet(self, code: str, sheet: str | None, row: int | None, **params: str | float) -> None:
        """A fault of a whole sheet or row, such as a column that is not there."""
        self._keep(Problem(PANEL_CODES[code], code, self.file, sheet, row, None, None, params))

    def at(self, code: str, sheet: str | None, row: int, column: int, value: object, **params: str | float) -> None:
        """A fault of one cell; ``row`` is 1-based, ``column`` 0-based; a NaN is a blank."""
        text = None if value != value else printable(value, self.characters) or None
        severity = PANEL_CODES[code]
        self._keep(Problem(severity, code, self.file, sheet, row, column_letter(column), text, params))

    def _keep(self, problem: Problem) -> None:
        """Of one code no more than are told in all: a million rows may each be wrong in four ways."""
        self.total += 1
        self._kept[problem.code] += 1
        if self._kept[problem.code] <= self.most:
            self._found.append(problem)

    def many(
        self,
        code: str,
        places: RowIndices,
        address: Callable[[int], tuple[str | None, int, int, object]],
        params: Callable[[int], ProblemParams] = lambda _: {},
    ) -> None:
        """The same fault at many places, in the file's order; ``address`` gives sheet, row, column and value.

        Only the first ``most`` are built: a file with a shifted column has hundreds of thousands.
        """
        told = [int(place) for place in places[: self.most]]
        for place in told:
            sheet, row, column, value = address(place)
            self.at(code, sheet, row, column, value, **params(place))
        self.total += len(places) - len(told)

    def problems(self) -> tuple[Problem, ...]:
        """In the file's order, with a last problem that counts those left out."""
        errors = [problem for problem in self._found if problem.blocks]
        warnings = [problem for problem in self._found if not problem.blocks]
        told = sorted((sorted(errors, key=_place) + sorted(warnings, key=_place))[: self.most], key=_place)
        if self.total > len(told):
            more: dict[str, Any] = {"more": self.total - len(told), "told": len(told)}
            told.append(Problem(PANEL_CODES["panel_more_problems"], "panel_more_problems", self.file, params=more))
        return tuple(told)


def _place(problem: Problem) -> tuple[int, int, str]:
    column = problem.column or ""
    return problem.row or 0, len(column), column
