"""What is wrong with a file - an application, a list, a panel -: returned by whoever finds it, reported together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from kpi.catalogue.schema import Fact, Kpi
from kpi.files.limits import FileLimits
from kpi.files.text import cell_text, is_blank, printable, printable_file_name
from kpi.files.workbook import CellValue, column_letter
from kpi.intake.answers import NO_ANSWERS, Answers, Ground, Question, QuestionTopic
from kpi.model.application import CellReference
from kpi.model.problem import PROBLEM_CODES, Problem, Severity

TableCell = tuple[str | None, int, int, object]
"""Sheet, 1-based row, 0-based column and what stood there; None and NaN are blanks."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file while it is read: its printable name, its limits, and the answers that were confirmed for it."""

    name: str
    limits: FileLimits
    answers: Answers = NO_ANSWERS


@dataclass(frozen=True, slots=True)
class SourceCell:
    """A cell of a file: where it stands and what stood there.

    ``broken`` cells are a fault already and are not asked about again; ``percent`` cells are shown as a percentage;
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
    """A question before it has its place: see ``answers.Question``."""

    topic: QuestionTopic
    key: str
    proposal: str
    options: tuple[str, ...]
    grounds: tuple[Ground, ...] = ()


# What is wrong, as a value: whoever finds it yields it, and returns beside it what could be read.


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at one place of a file; one with a ``question`` is put right by its answer.

    ``row`` is 1-based and ``column`` a letter; both are None of a whole sheet, and the sheet too of the whole file.
    ``value`` is what stood there, in full; ``items`` are the codes where it is of several. ``more`` faults of the same
    code were found and are only counted.
    """

    code: str
    severity: Severity
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: object = None
    params: Mapping[str, str | float] = field(default_factory=dict)
    items: tuple[str, ...] = ()
    question: PendingQuestion | None = None
    more: int = 0

    @property
    def blocks(self) -> bool:
        """An error or an open question."""
        return self.severity != "warning"


T = TypeVar("T")
Reading = Generator[Fault, None, T]
"""What a function reads, returned, and what is wrong with it, yielded: ``value = yield from read_it(cell)``."""


def taken(reading: Reading[T], most: int | None = None) -> tuple[T, list[Fault]]:
    """What is read, and its faults in the order in which they were found, ``capped`` while they are."""
    end: list[T] = []

    def faults() -> Iterator[Fault]:
        end.append((yield from reading))

    found = capped(faults(), most)
    return end[0], found


def capped(faults: Iterable[Fault], most: int | None) -> list[Fault]:
    """Of one code no more than ``most``: a million rows may each be wrong in four ways. The last counts the rest."""
    kept: list[Fault] = []
    times, rest = Counter[str](), 0
    for found in faults:
        times[found.code] += 1
        if most is None or times[found.code] <= most:
            kept.append(found)
        else:
            rest += 1 + found.more
    return [*kept[:-1], replace(kept[-1], more=kept[-1].more + rest)] if rest else kept


def all_of(readings: Iterable[Reading[T]]) -> Reading[list[T]]:
    """What each of several reads, one after the other."""
    read: list[T] = []
    for reading in readings:
        read += [(yield from reading)]
    return read


def count_of(faults: Iterable[Fault]) -> int:
    """How many were found, those too that are only counted."""
    return sum(1 + found.more for found in faults)


def unit_params(kpi: Kpi, found: str) -> dict[str, str]:
    """A KPI with the unit that it has, and the text that the table has in its place."""
    return {**item_params(kpi), "found": found, "unit_zh": kpi.unit.zh, "unit_en": kpi.unit.en}


def fault_at(
    spot: SourceCell,
    code: str,
    about: Mapping[str, str] | None = None,
    /,
    severity: Severity | None = None,
    question: PendingQuestion | None = None,
    **params: str | float,
) -> Fault:
    """A fault of one cell. ``severity`` is needed only where the code may carry more than one."""
    cell, shown = spot.cell, spot.raw if spot.original is None else spot.original
    known = _severity(code, "question" if question else severity)
    value, filled = None if is_blank(shown) else shown, {**(about or {}), **params}
    return Fault(code, known, cell.sheet, cell.row, cell.column, value, filled, question=question)


def fault_in_table(code: str, cell: TableCell, **params: str | float) -> Fault:
    """A fault of one cell of a plain table."""
    sheet, row, column, value = cell
    return Fault(code, _severity(code), sheet, row, column_letter(column), None if value != value else value, params)


def many_faults(
    code: str,
    places: Sequence[int],
    cell: Callable[[int], TableCell],
    params: Callable[[int], Mapping[str, str | float]],
    most: int,
) -> Iterator[Fault]:
    """The same fault at many places, in the file's order: ``most`` are built, and the last of them counts the rest."""
    for number, place in enumerate(places[:most], 1):
        found = fault_in_table(code, cell(place), **params(place))
        yield replace(found, more=len(places) - most) if number == most else found


def fault_of_sheet(
    sheet: str | None,
    code: str,
    about: Mapping[str, str] | None = None,
    /,
    severity: Severity | None = None,
    row: int | None = None,
    items: tuple[str, ...] = (),
    **params: str | float,
) -> Fault:
    """A fault of a whole sheet or row, such as a column that is not there; ``items`` where it is of several."""
    return Fault(code, _severity(code, severity), sheet, row, params={**(about or {}), **params}, items=items)


def fault_of_file(code: str, params: Mapping[str, str | float]) -> Fault:
    """A fault of the file as such."""
    return Fault(code, _severity(code), params=params)


def _severity(code: str, stated: Severity | None = None) -> Severity:
    known = stated or PROBLEM_CODES[code][0]
    if known not in PROBLEM_CODES[code]:
        raise ValueError(f"{code} is never a {known}")
    return known


# What a reader of the file gets of its faults: in the file's order, each question once, not too many.


def report(
    file: str,
    faults: Iterable[Fault],
    limits: FileLimits,
    most: int | None = None,
    remembered: Answers = NO_ANSWERS,
) -> tuple[tuple[Problem, ...], tuple[Question, ...]]:
    """The problems of one file and its questions, each of which is asked once.

    Sheet by sheet from top to bottom, as a sender walks through the file; what has no cell stands first.
    Of more than ``most`` errors go before warnings, and a last problem counts those left out. ``remembered`` are
    answers for earlier files, which are proposals and no more.
    """
    found = list(_asked_once(faults))
    place, total = _place_in(found), count_of(found)
    listed = sorted(found, key=place)
    if most is not None and total > most:
        listed = sorted(sorted(listed, key=lambda each: not each.blocks)[:most], key=place)
    problems = problems_of(file, listed, limits)
    pairs = zip(listed, problems, strict=True)
    questions = tuple(_question(each.question, problem, remembered) for each, problem in pairs if each.question)
    if total > len(listed):
        more = {"more": total - len(listed), "told": len(listed)}
        problems += problems_of(file, [fault_of_file("panel_more_problems", more)], limits)
    return problems, questions


def problems_of(file: str, faults: Iterable[Fault], limits: FileLimits) -> tuple[Problem, ...]:
    """Each fault as a problem of ``file``, in the order given; what stood there is cut to what can be shown."""
    name, most = printable_file_name(file, limits.problem_value_characters), limits.problem_value_characters
    return tuple(
        Problem(
            found.severity,
            found.code,
            name,
            found.sheet,
            found.row,
            found.column,
            None if found.value is None else printable(found.value, most) or None,
            found.params,
            found.items,
        )
        for found in faults
    )


def _asked_once(faults: Iterable[Fault]) -> Iterator[Fault]:
    asked: set[tuple[QuestionTopic, str] | None] = set()
    for found in faults:
        key = (found.question.topic, found.question.key) if found.question else None
        if key is None or key not in asked:
            yield found
        asked.add(key)


def _place_in(found: Iterable[Fault]) -> Callable[[Fault], tuple[int, int, int, str]]:
    """Sheets stand in the order in which something was found in them."""
    order = {sheet: place for place, sheet in enumerate(dict.fromkeys(each.sheet for each in found))}
    return lambda each: (order[each.sheet], each.row or 0, len(each.column or ""), each.column or "")


def _question(asked: PendingQuestion, problem: Problem, remembered: Answers) -> Question:
    """An answer for an earlier file stands beside it, unless the numbers of this one speak against it."""
    answer = remembered.to(asked.topic, asked.key)
    if answer not in asked.options or (asked.topic == "unit" and answer != asked.proposal):
        answer = None
    return Question(asked.topic, asked.key, problem, asked.proposal, asked.options, asked.grounds, answer)


def item_params(thing: Kpi | Fact) -> dict[str, str]:
    """An item in both languages: a problem does not know yet in which it will be shown."""
    return {"item": thing.code, "name_zh": thing.name.zh, "name_en": thing.name.en}
