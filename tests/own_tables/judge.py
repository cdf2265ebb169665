"""Holds what was read of a table against its marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import problem_message
from kpi.intake.answers import Question
from kpi.intake.read import read
from kpi.intake.result import ReadResult
from kpi.model.application import ReportedValue
from kpi.model.problem import Problem
from tests.freeform.hand_made_sheets import Page, code
from tests.own_tables.marks import Mark, Table
from tests.own_tables.writers import written

_At = tuple[str | None, int, int]
"""Sheet, row and column of a cell, both counted from 1."""
_EXACT = 1e-9
# A problem of a whole sheet that says which hidden cells were not read.
_HIDDEN = ("hidden_rows", "hidden_columns")
_KPIS = frozenset(kpi.code for kpi in catalogue().kpis)
_AS_FACTS = frozenset(fact.code for fact in catalogue().facts)
_NO_VALUE = frozenset({"ignore", "note", "unit", "item"}) | _AS_FACTS


@dataclass(frozen=True, slots=True)
class Verdict:
    """``faults`` by cell; ``silent`` of ``present`` true values were read without a question; ``wrong`` are the cells
    whose value or basis is another than the truth while nothing is said of it."""

    faults: dict[str, str]
    silent: int
    present: int
    wrong: dict[str, str]


def judged(table: Table) -> Verdict:
    return _Judge(table, _reading(table)).verdict()


def read_silently(table: Table) -> dict[str, float]:
    """What is read of a table of one factory and year without an error or a question, by KPI."""
    return _Judge(table, _reading(table)).silent_values()


def _reading(table: Table) -> ReadResult:
    return read(f"{table.name}.{table.form.partition('-')[0]}", written(table))


class _Judge:
    def __init__(self, table: Table, reading: ReadResult) -> None:
        self.reading = reading
        self.text = table.form.startswith("csv")
        pages = table.pages[:1] if self.text else table.pages
        self.pages = {self._sheet(page): page for page in pages}
        cells = {
            (self._sheet(page), row, column): cell
            for page in pages
            for row, cells in enumerate(page.rows, 1)
            for column, cell in enumerate(cells, 1)
            if isinstance(cell, Mark)
        }
        self.marks = {at: cell for at, cell in cells.items() if cell.must not in ("label", "note")}
        self.labels = [at for at, cell in cells.items() if cell.must == "label"]
        self.notes = [at for at, cell in cells.items() if cell.must == "note"]

    def _sheet(self, page: Page) -> str | None:
        return None if self.text else page.name

    def verdict(self) -> Verdict:
        faults = {self._name(at): fault for at, mark in self.marks.items() if (fault := self._fault(at, mark))}
        faults |= {self._name(at): fault for at in self.labels if (fault := self._proposed(at))}
        faults |= {self._name(at): fault for at in self.notes if (fault := self._blocked(at))}
        made_up = dict(self._made_up())
        wrong = dict(self._wrong()) | made_up
        true = [(at, mark) for at, mark in self.marks.items() if mark.must in ("read", "asked", "read or asked")]
        present = [(at, mark) for at, mark in true if mark.state == "reported"]
        silent = sum(mark.must != "asked" and not self._fault_of_read(at, mark) for at, mark in present)
        return Verdict({**made_up, **faults}, silent, len(present), wrong)

    def silent_values(self) -> dict[str, float]:
        values = {mark.code: (self._value(mark), at, mark) for at, mark in self.marks.items()}
        return {
            name: value.value
            for name, (value, at, mark) in values.items()
            if value and value.value is not None and not any(finding.blocks for finding in self._about(at, mark))
        }

    def _name(self, at: _At) -> str:
        sheet, row, column = at
        place = f"{get_column_letter(column)}{row}"
        return place if len(self.pages) == 1 else f"{sheet}!{place}"

    def _fault(self, at: _At, mark: Mark) -> str | None:
        questions = [problem for problem in self._about(at, mark) if problem.severity == "question"]
        if mark.must == "read":
            return self._fault_of_read(at, mark)
        if mark.must == "read or asked":
            return None if questions else self._fault_of_read(at, mark)
        if mark.must == "asked":
            held = self._value(mark)
            if not questions:
                return "not asked"
            return f"asked, and read as {held.value}" if held and held.value is not None else None
        if any(self._stands_at(value, at) for value in self._values()):
            return "read"
        if not self._about(at, mark):
            return "dropped without a word"
        proposals = [
            question
            for question in self._questions_on(at, mark)
            if question.topic == "header" and question.preset == mark.code
        ]
        if mark.must in ("other", "level") and proposals:
            return f"{mark.code} is proposed"
        words = "".join("".join(problem_message(problem, "zh")) for problem in self._about(at, mark))
        return "no word of before and after" if mark.must == "level" and "改造前" not in words else None

    def _fault_of_read(self, at: _At, mark: Mark) -> str | None:
        asked = [problem.code for problem in self._about(at, mark) if problem.blocks]
        if asked:
            return f"{', '.join(dict.fromkeys(asked))} instead of being read"
        value = self._value(mark)
        if mark.state != "reported":
            state = value.state if value else "not_reported"
            return None if state == mark.state else state
        if value is None or value.value is None:
            return "not read"
        return self._difference(value, mark)

    def _difference(self, value: ReportedValue, mark: Mark) -> str | None:
        if mark.value is None or value.value is None:
            return None
        if abs(value.value - mark.value) > _EXACT * max(1.0, abs(mark.value)) or value.basis != mark.basis:
            return f"read as {value.value} {value.basis or ''}".strip()
        return None

    def _wrong(self) -> Iterator[tuple[str, str]]:
        """What is read of a marked value and is not the truth, with nothing that blocks it."""
        for at, mark in self.marks.items():
            value = self._value(mark) if mark.code else None
            if value is None or value.value is None or any(finding.blocks for finding in self._about(at, mark)):
                continue
            fault = self._difference(value, mark)
            if mark.must in ("read", "read or asked") and fault:
                yield self._name(at), fault
            elif mark.must in ("asked", "refused", "other", "level") and self._stands_at(value, at):
                yield self._name(at), f"read as {value.value}"

    def _made_up(self) -> Iterator[tuple[str, str]]:
        """Values of a KPI, factory and year of which the table holds none."""
        true = {
            (code(mark.factory), mark.year, mark.code)
            for mark in self.marks.values()
            if mark.must in ("read", "asked", "read or asked")
        }
        for application in self.reading.applications:
            who, year = application.facts.get("credit_code"), application.facts.get("year")
            for value in application.values.values():
                if value.state != "reported" or (who, year, value.code) in true or value.cell is None:
                    continue
                if who is None or year is None:
                    # An error says that these are missing; the application cannot be used.
                    continue
                at = value.cell.sheet, value.cell.row, column_index_from_string(value.cell.column)
                if not any(finding.blocks for finding in self._about(at, Mark(value.value, "refused", value.code))):
                    yield self._name(at), f"{value.code} of {who} in {year} is made up: {value.value}"

    def _values(self) -> Iterator[ReportedValue]:
        for application in self.reading.applications:
            yield from (value for value in application.values.values() if value.state == "reported")

    def _value(self, mark: Mark) -> ReportedValue | None:
        mine = [
            application.values[mark.code]
            for application in self.reading.applications
            if application.facts.get("credit_code") == code(mark.factory) and application.facts.get("year") == mark.year
        ]
        stated = [value for value in mine if value.state != "not_reported"]
        return next(iter(stated or mine), None)

    def _stands_at(self, value: ReportedValue, at: _At) -> bool:
        cell = value.cell
        return cell is not None and (cell.sheet, cell.row, column_index_from_string(cell.column)) == at

    def _about(self, at: _At, mark: Mark) -> list[Problem]:
        return [problem for problem in self.reading.problems if self._names(problem, at, mark)]

    def _questions_on(self, at: _At, mark: Mark) -> list[Question]:
        return [question for question in self.reading.questions if self._names(question.problem, at, mark)]

    def _names(self, problem: Problem, at: _At, mark: Mark) -> bool:
        """Whether a problem bears on a cell: at the cell, its header or its row's label, its KPI, its whole sheet."""
        sheet, row, column = at
        if problem.sheet != sheet:
            return problem.sheet is None and problem.row is None and problem.blocks
        if problem.row is None or problem.column is None:
            return problem.code in _HIDDEN
        if mark.code and problem.params.get("item") == mark.code and problem.severity == "question":
            return True
        if problem.code == "mark_unclear" and problem.value == str(mark.written).strip():
            return True
        place = problem.row, column_index_from_string(problem.column)
        if place == (row, column) or problem.code == "orientation_unclear":
            return True
        others = problem.params.get("item") in _KPIS - {mark.code} and mark.code
        if others or (sheet, *place) in self.marks:
            return False
        heads = (place[1] == column and place[0] < row) or (place[0] == row and place[1] < column)
        return heads or self._spans(sheet, place, at)

    def _spans(self, sheet: str | None, place: tuple[int, int], at: _At) -> bool:
        """A merged header that stands over the cell, or beside it; unmerged, blanks to its right are its own."""
        page = self.pages[sheet]
        for block in page.merged:
            left, top, right, bottom = range_boundaries(block)
            if (top, left) == place:
                return (left <= at[2] <= right and top < at[1]) or (top <= at[1] <= bottom and left < at[2])
        cells = page.rows[place[0] - 1]
        blank = cells[place[1] : at[2]]
        return place[0] < at[1] and place[1] < at[2] and all(cell is None for cell in blank)

    def _proposed(self, at: _At) -> str | None:
        for question in self.reading.questions:
            problem = question.problem
            if problem.row is None or problem.column is None:
                continue
            here = (problem.sheet, problem.row, column_index_from_string(problem.column)) == at
            if here and question.topic == "header" and question.preset not in (None, *_NO_VALUE):
                return f"{question.preset} is proposed"
        return None

    def _blocked(self, at: _At) -> str | None:
        found = [
            problem.code
            for problem in self.reading.problems
            if problem.blocks and (problem.sheet, problem.row) == at[:2]
        ]
        return ", ".join(dict.fromkeys(found)) or None
