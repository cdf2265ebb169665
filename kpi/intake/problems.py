"""Collects every problem of one file - application, list of awards, baseline panel - each with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from kpi.catalogue.schema import Fact, Kpi
from kpi.files.limits import FileLimits
from kpi.files.text import cell_text, is_blank, printable, printable_file_name
from kpi.files.workbook import CellValue, column_letter
from kpi.intake.answers import NO_ANSWERS, Answers, Ground, Question, QuestionTopic
from kpi.model.application import CellReference
from kpi.model.problem import PROBLEM_CODES, Problem, Severity

_Place = tuple[str | None, int | None, str | None, str | None]

TableCell = tuple[str | None, int, int, object]
"""Sheet, 1-based row, 0-based column and what stood there; None and NaN are blanks."""


@dataclass(frozen=True, slots=True)
class SourceCell:
    """A cell of a file: where it stands and what stood there.

    ``broken`` cells have been reported already and are not asked again; ``percent`` cells are shown as a percentage;
    ``fraction`` cells are known to hold 0.35 for 35 %. ``original`` is the file's where ``raw`` is how it is read.
    """

    cell: CellReference
    raw: CellValue
    broken: bool = False
    percent: bool = False
    fraction: bool = False
    original: CellValue = None

    @property
    def blank(self) -> bool:
        return is_blank(self.raw)

    @property
    def text(self) -> str:
        """What stands there as text, without the blanks around it."""
        return cell_text(self.raw).strip()

    def holding(self, raw: CellValue) -> SourceCell:
        return replace(self, raw=raw)

    def read_as(self, raw: CellValue) -> SourceCell:
        """The same cell, read as ``raw``; a problem of it still shows what stood there."""
        return replace(self, raw=raw, original=self.raw if self.original is None else self.original)

    def out_of_use(self) -> SourceCell:
        return replace(self, raw=None, broken=True)

    def shown_as_percent(self) -> SourceCell:
        return replace(self, percent=True)


@dataclass(frozen=True, slots=True)
class PendingQuestion:
    """A question before it has its place: see ``layout.Question``."""

    topic: QuestionTopic
    key: str
    proposal: str
    options: tuple[str, ...]
    grounds: tuple[Ground, ...] = ()


class ProblemCollector:
    """The problems of one file, in the order in which they were found.

    ``answers`` are those confirmed for this file; ``remembered`` those of earlier ones, which are proposals and no
    more. ``most`` is how many problems are listed, where there may be a million: the rest are counted in ``total``.
    """

    def __init__(
        self,
        file: str,
        limits: FileLimits,
        answers: Answers = NO_ANSWERS,
        most: int | None = None,
        remembered: Answers = NO_ANSWERS,
    ) -> None:
        self.remembered = remembered
        self.file = printable_file_name(file, limits.problem_value_characters)
        self.limits = limits
        self.answers = answers
        self.most = most
        self.total = 0
        self.found: list[Problem] = []
        self.asked: dict[tuple[QuestionTopic, str], Question] = {}
        self._times: Counter[str] = Counter()

    def in_order(self) -> tuple[Problem, ...]:
        """Sheet by sheet from top to bottom, as a sender walks through the file; what has no cell stands first.

        Of too many errors go before warnings, and a last problem counts those left out.
        """
        place = self._place()
        listed = sorted(self.found, key=place)
        if self.most is not None and self.total > self.most:
            listed = sorted(sorted(listed, key=lambda one: not one.blocks)[: self.most], key=place)
            more = {"more": self.total - len(listed), "told": len(listed)}
            listed.append(Problem("error", "panel_more_problems", self.file, params=more))
        return tuple(listed)

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
        shown = spot if spot.original is None else spot.holding(spot.original)
        value = None if shown.blank else printable(shown.raw, self.limits.problem_value_characters)
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
            asked.topic,
            asked.key,
            self.found[-1],
            asked.proposal,
            asked.options,
            asked.grounds,
            self._remembered(asked),
        )

    def _remembered(self, asked: PendingQuestion) -> str | None:
        """The answer for an earlier file, unless the numbers of this one speak against it."""
        answer = self.remembered.to(asked.topic, asked.key)
        if answer not in asked.options or (asked.topic == "unit" and answer != asked.proposal):
            return None
        return answer

    def in_table(self, code: str, cell: TableCell, **params: str | float) -> None:
        """A fault of one cell of a plain table."""
        sheet, row, column, value = cell
        text = None if value != value else printable(value, self.limits.problem_value_characters) or None
        self._add(code, None, (sheet, row, column_letter(column), text), params)

    def many(
        self,
        code: str,
        places: Sequence[int],
        cell: Callable[[int], TableCell],
        params: Callable[[int], Mapping[str, str | float]] = lambda _: {},
    ) -> None:
        """The same fault at many places, in the file's order; only those that may be listed are built."""
        built = places[: self.most]
        for place in built:
            self.in_table(code, cell(place), **params(place))
        self.total += len(places) - len(built)

    def of_sheet(
        self,
        sheet: str | None,
        code: str,
        about: Mapping[str, str] | None = None,
        /,
        severity: Severity | None = None,
        row: int | None = None,
        items: tuple[str, ...] = (),
        **params: str | float,
    ) -> None:
        """A fault of a whole sheet or row, such as a column that is not there; ``items`` where it is of several."""
        self._add(code, severity, (sheet, row, None, None), {**(about or {}), **params}, items)

    def of_file(self, code: str, params: Mapping[str, str | float]) -> None:
        """A fault of the file as such."""
        self._add(code, None, (None, None, None, None), params)

    def _add(
        self,
        code: str,
        severity: Severity | None,
        place: _Place,
        params: Mapping[str, str | float],
        items: tuple[str, ...] = (),
    ) -> None:
        """Of one code no more than are listed in all: a million rows may each be wrong in four ways."""
        known = severity or PROBLEM_CODES[code][0]
        if known not in PROBLEM_CODES[code]:
            raise ValueError(f"{code} is never a {known}")
        self.total += 1
        self._times[code] += 1
        if self.most is None or self._times[code] <= self.most:
            self.found.append(Problem(known, code, self.file, *place, params, items))


def item_params(thing: Kpi | Fact) -> dict[str, str]:
    """An item in both languages: a problem does not know yet in which it will be shown."""
    return {"item": thing.code, "name_zh": thing.name.zh, "name_en": thing.name.en}
