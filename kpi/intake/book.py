"""What a sent file turns into before anybody asks what it means: sheets of cells, and a reading with its problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kpi.intake.layout import Question, SheetLayout
from kpi.model.problem import Problem
from kpi.model.reported import Application

_MEGABYTE = 1_000_000

Raw = object
"""A cell as the reader gives it: str, float, int, bool, date, time or timedelta; "" and None are blank."""


@dataclass(frozen=True, slots=True)
class Oddity:
    """What only the workbook knows of a cell: a percentage format, an error (#DIV/0!), a formula never computed."""

    kind: Literal["percent", "error", "formula"]
    text: str


FileKind = Literal["xlsx", "xlsm", "xls", "ods", "text"]

Block = tuple[int, int, int, int]
"""Cells merged into one: first row, first column, last row, last column, 0-based and inclusive."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What a workbook says of a sheet beside its values; rows and columns are 0-based."""

    oddities: Mapping[tuple[int, int], Oddity] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file. ``rows[r][c]`` is at 1-based row ``r + 1``; ``name`` is None for a text file."""

    name: str | None
    rows: Sequence[Sequence[Raw]]
    marks: Marks = field(default_factory=Marks)

    @property
    def oddities(self) -> Mapping[tuple[int, int], Oddity]:
        return self.marks.oddities


@dataclass(frozen=True, slots=True)
class Book:
    """A file opened. ``encoding`` and ``separator`` are None for a workbook; a text file has no hidden sheets."""

    kind: FileKind
    encoding: str | None
    sheets: tuple[Sheet, ...]
    separator: str | None = None
    hidden: tuple[Sheet, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What was sent: ``sha256`` is of its bytes; ``sheets`` names all visible sheets of a workbook.

    ``kind`` is told by the content and None where the file could not be opened; ``separator`` parts a text's columns.
    """

    name: str
    sha256: str
    encoding: str | None
    sheets: tuple[str, ...]
    kind: FileKind | None = None
    separator: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read: what could be understood, and everything that is wrong with it.

    Applications come back even beside problems; use them only where ``blocked`` is False. ``layout`` says, sheet by
    sheet, what each header was taken for; ``questions`` are those of the problems that ``Answers`` can answer.
    """

    file: ReadFile
    applications: tuple[Application, ...]
    problems: tuple[Problem, ...]
    layout: tuple[SheetLayout, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def blocked(self) -> bool:
        """An error or an unanswered question stands."""
        return any(problem.blocks for problem in self.problems)


class Refused(Exception):
    """A file that cannot be opened safely or at all; becomes one problem."""

    def __init__(self, code: str, **params: str | float) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def too_large(found: int, limit: int) -> Refused:
    """More bytes than the limit; both are told in megabytes."""
    return Refused("too_large", found=round(found / _MEGABYTE, 1), limit=limit / _MEGABYTE)


def letter(column: int) -> str:
    """Spreadsheet letter of a 0-based column: 0 is A, 26 is AA."""
    name = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
