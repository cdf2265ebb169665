"""Collects every problem of one file, each with its place; the registry of codes is held here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from kpi.catalogue.schema import Fact, Kpi
from kpi.files.limits import FileLimits
from kpi.files.printable import cell_text, printable
from kpi.files.workbook import CellValue, Sheet, column_letter
from kpi.intake.answers import NO_ANSWERS, Answers
from kpi.intake.layout import Question, QuestionTopic
from kpi.intake.problem_codes import INTAKE_CODES
from kpi.model.application import CellReference
from kpi.model.problem import Problem, Severity

_Place = tuple[str | None, int | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class SourceCell:
    """A cell of a file: where it stands and what stood there.

    ``broken`` cells have been reported already and are not asked again; ``percent`` cells are shown as a percentage;
    ``fraction`` cells are known to hold 0.35 for 35 %. ``stood`` is what stood there where ``raw`` is how it is read.
    """

    cell: CellReference
    raw: CellValue
    broken: bool = False
    percent: bool = False
    fraction: bool = False
    stood: CellValue = None

    @property
    def blank(self) -> bool:
        return self.raw is None or (isinstance(self.raw, str) and not self.raw.strip())

    @property
    def text(self) -> str:
        """What stands there as text, without the blanks around it."""
        return cell_text(self.raw).strip()

    def at_column(self, column: int) -> SourceCell:
        """The same row's place in another column, for a fault of a column that the table lacks."""
        return replace(self, cell=replace(self.cell, column=column_letter(column)))

    def holding(self, raw: CellValue) -> SourceCell:
        return replace(self, raw=raw)

    def read_as(self, raw: CellValue) -> SourceCell:
        """The same cell, read as ``raw``; a problem of it still shows what stood there."""
        return replace(self, raw=raw, stood=self.raw if self.stood is None else self.stood)

    def out_of_use(self) -> SourceCell:
        return replace(self, raw=None, broken=True)

    def shown_as_percent(self) -> SourceCell:
        return replace(self, percent=True)


def source_cell(file: str, sheet: Sheet, row: int, column: int | None) -> SourceCell:
    """The cell at 0-based ``row`` and ``column``; blank where the row is shorter or ``column`` is None."""
    cells = sheet.rows[row] if row < len(sheet.rows) else []
    raw = cells[column] if column is not None and column < len(cells) else None
    return SourceCell(CellReference(file, sheet.name, row + 1, column_letter(column or 0)), raw)


@dataclass(frozen=True, slots=True)
class PendingQuestion:
    """A question before it has its place: see ``layout.Question``."""

    topic: QuestionTopic
    key: str
    proposal: str
    options: tuple[str, ...]


class ProblemCollector:
    """The problems of one file, in the order in which they were found."""

    def __init__(self, file: str, limits: FileLimits, answers: Answers = NO_ANSWERS) -> None:
        self.file = file
        self.limits = limits
        self.answers = answers
        self.found: list[Problem] = []
        self.asked: dict[tuple[QuestionTopic, str], Question] = {}

    def in_order(self) -> tuple[Problem, ...]:
        """Sheet by sheet from top to bottom, as a sender walks through the file; what has no cell stands first."""
        return tuple(sorted(self.found, key=self._place()))

    def questions(self) -> tuple[Question, ...]:
        """What was asked, in the order of the problems."""
        place = self._place()
        return tuple(sorted(self.asked.values(), key=lambda question: place(question.problem)))

    def _place(self) -> Callable[[Problem], tuple[int, int, int, str]]:
        order = {sheet: place for place, sheet in enumerate(dict.fromkeys(problem.sheet for problem in self.found))}

        def place(problem: Problem) -> tuple[int, int, int, str]:
            column = problem.column or ""
            return order[problem.sheet], problem.row or 0, len(column), column

        return place

    def at(
        self,
        spot: SourceCell,
        code: str,
        about: Mapping[str, str] | None = None,
        /,
        severity: Severity | None = None,
        **params: str | float,
    ) -> None:
        """A fault of one cell. ``severity`` is needed only where the code may carry more than one."""
        cell = spot.cell
        stood = spot if spot.stood is None else spot.holding(spot.stood)
        value = None if stood.blank else printable(stood.raw, self.limits.problem_value_characters)
        self._add(code, severity, (cell.sheet, cell.row, cell.column, value), {**(about or {}), **params})

    def ask(
        self,
        spot: SourceCell,
        asked: PendingQuestion,
        code: str,
        about: Mapping[str, str] | None = None,
        /,
        **params: str | float,
    ) -> None:
        """A question at one cell; the same key is asked once in a file."""
        if (asked.topic, asked.key) in self.asked:
            return
        self.at(spot, code, about, severity="question", **params)
        self.asked[asked.topic, asked.key] = Question(
            asked.topic, asked.key, self.found[-1], asked.proposal, asked.options
        )

    def of_sheet(
        self,
        sheet: Sheet,
        code: str,
        about: Mapping[str, str] | None = None,
        /,
        severity: Severity | None = None,
        **params: str | float,
    ) -> None:
        """A fault of a whole sheet, such as a row that is not there."""
        self._add(code, severity, (sheet.name, None, None, None), {**(about or {}), **params})

    def of_file(self, code: str, params: Mapping[str, str | float]) -> None:
        """A fault of the file as such."""
        self._add(code, None, (None, None, None, None), params)

    def _add(self, code: str, severity: Severity | None, place: _Place, params: Mapping[str, str | float]) -> None:
        known = severity or INTAKE_CODES[code][0]
        if known not in INTAKE_CODES[code]:
            raise ValueError(f"{code} is never a {known}")
        sheet, row, column, value = place
        self.found.append(Problem(known, code, self.file, sheet, row, column, value, params))


def item_params(thing: Kpi | Fact) -> dict[str, str]:
    """An item in both languages: a problem does not know yet in which it will be told."""
    return {"item": thing.code, "name_zh": thing.name.zh, "name_en": thing.name.en}
