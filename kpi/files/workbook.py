"""What a sent file turns into before anybody asks what it means: sheets of cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kpi.files.limits import FileLimits

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


# What is seen of a sheet while its file is walked: how far it reaches, flagged cells, hidden and merged blocks.


class SheetScan:
    """One sheet, held against the limits as it is met; all rows and columns are 0-based.

    ``rows`` and ``columns`` measure the block from A1 to the farthest filled cell: one far cell would make a dense
    sheet cost gigabytes.
    """

    def __init__(self, limits: FileLimits) -> None:
        self.limits = limits
        self.rows = self.columns = 0
        self.flags: dict[tuple[int, int], CellFlag] = {}
        # As ranges, of which there are few, however often a file repeats them.
        self._hidden_rows: set[range] = set()
        self._hidden_columns: set[range] = set()
        self._merged: list[MergedRange] = []

    def reach(self, row: int, column: int) -> None:
        """A filled cell. Raises ``UnreadableFile`` beyond the limits."""
        if row >= self.rows:
            if row >= self.limits.rows:
                raise UnreadableFile("too_many_rows", found=row + 1, limit=self.limits.rows)
            self.rows = row + 1
        if column >= self.columns:
            if column >= self.limits.columns:
                raise UnreadableFile("too_many_columns", found=column + 1, limit=self.limits.columns)
            self.columns = column + 1

    def hide_rows(self, first: int, last: int) -> None:
        self._hidden_rows.add(range(first, min(last + 1, self.limits.rows)))

    def hide_columns(self, first: int, last: int) -> None:
        self._hidden_columns.add(range(first, min(last + 1, self.limits.columns)))

    def merge(self, first: int, left: int, last: int, right: int) -> None:
        """A block of cells merged into one, its corners included."""
        self._merged.append((first, left, last, right))

    def meta(self) -> SheetMeta:
        """All of it, merged blocks cut to the sheet's content.

        Raises ``UnreadableFile`` where they overlap each other many times over.
        """
        cut = tuple(
            (first, left, min(last, self.rows - 1), min(right, self.columns - 1))
            for first, left, last, right in self._merged
            if first <= last and left <= right and first < self.rows and left < self.columns
        )
        if sum((last - first + 1) * (right - left + 1) for first, left, last, right in cut) > self.rows * self.columns:
            raise UnreadableFile("unsafe_file")
        return SheetMeta(
            self.flags, frozenset().union(*self._hidden_rows), frozenset().union(*self._hidden_columns), cut
        )


def check_cells(scans: Iterable[SheetScan], limits: FileLimits) -> None:
    """All sheets together. Raises ``UnreadableFile``."""
    cells = sum(scan.rows * scan.columns for scan in scans)
    if cells > limits.cells:
        raise UnreadableFile("too_many_cells", found=cells, limit=limits.cells)
