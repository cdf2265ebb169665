"""What a sent file turns into before anybody asks what it means: sheets of cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

_MEGABYTE = 1_000_000

CellValue = object
"""A cell as the reader gives it: str, float, int, bool, date, time or timedelta; "" and None are blank."""


@dataclass(frozen=True, slots=True)
class CellFlag:
    """What only the workbook knows of a cell: a percentage format, an error (#DIV/0!), a formula never computed."""

    kind: Literal["percent", "error", "formula"]
    text: str


FileKind = Literal["xlsx", "xlsm", "xls", "ods", "text"]

MergedRange = tuple[int, int, int, int]
"""Cells merged into one: first row, first column, last row, last column, 0-based and inclusive."""


@dataclass(frozen=True, slots=True)
class SheetMeta:
    """What a workbook says of a sheet beside its values; rows and columns are 0-based."""

    flags: Mapping[tuple[int, int], CellFlag] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[MergedRange, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file. ``rows[r][c]`` is at 1-based row ``r + 1``; ``name`` is None for a text file."""

    name: str | None
    rows: Sequence[Sequence[CellValue]]
    meta: SheetMeta = field(default_factory=SheetMeta)

    @property
    def flags(self) -> Mapping[tuple[int, int], CellFlag]:
        return self.meta.flags


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file opened. ``encoding`` and ``separator`` are None for a workbook; a text file has no hidden sheets."""

    kind: FileKind
    encoding: str | None
    sheets: tuple[Sheet, ...]
    separator: str | None = None
    hidden: tuple[Sheet, ...] = ()


class UnreadableFile(Exception):
    """A file that cannot be opened safely or at all; becomes one problem."""

    def __init__(self, code: str, **params: str | float) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def too_large(found: int, limit: int) -> UnreadableFile:
    """More bytes than the limit; both are given in megabytes."""
    return UnreadableFile("too_large", found=round(found / _MEGABYTE, 1), limit=limit / _MEGABYTE)


def column_letter(column: int) -> str:
    """Spreadsheet letter of a 0-based column: 0 is A, 26 is AA."""
    name = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
