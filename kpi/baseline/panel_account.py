"""What became of a panel's rows and columns: every row read was taken, merged or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kpi.files.printable import number_ranges

RefusedBecause = Literal["left_out", "no_value"]


@dataclass(frozen=True, slots=True)
class MergedRow:
    """A row that says the same as an earlier one of its enterprise, or fills its blanks."""

    row: int
    into: int


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """``words``: why somebody left it out; a row without a value says nothing to compare with."""

    row: int
    because: RefusedBecause
    words: str = ""


@dataclass
class RowsKept:
    """What becomes of the rows while they are read; ``blanked``: how many cells each word for "not reported" had.

    ``nulls``: how many cells of values in each column, by its name, were null or NaN in the file.
    """

    merged: list[MergedRow] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    blanked: Counter[str] = field(default_factory=Counter)
    nulls: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowAccount:
    """``read`` = taken + merged + refused; ``taken`` as runs of rows, the first and the last of each.

    Rows are 1-based with headers counted; rows without any content are not counted.
    """

    read: int = 0
    taken: tuple[tuple[int, int], ...] = ()
    merged: tuple[MergedRow, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    blanked: Mapping[str, int] = field(default_factory=dict)
    nulls: Mapping[str, int] = field(default_factory=dict)

    @property
    def count_taken(self) -> int:
        return self.read - len(self.merged) - len(self.refused)


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """A column of the file: its letter, its header, and what it holds; None where nobody knows.

    ``occurrence`` tells columns of one header apart.
    """

    letter: str
    header: str
    occurrence: int
    holds: str | None


@dataclass(frozen=True, slots=True)
class PanelShape:
    """How a file was opened. ``missing``: columns of the format that it lacks.

    ``illustrative``: what it says of itself where that is that it is illustrative, above its columns or on a sheet.
    """

    encoding: str | None
    sheet: str | None
    sheets: tuple[str, ...]
    header_row: int
    columns: tuple[ColumnRead, ...]
    missing: tuple[str, ...]
    illustrative: str | None


def row_account(read: int, rows: list[int], kept: RowsKept) -> RowAccount:
    """``rows`` are all that were not merged, left out or without a value."""
    refused = tuple(sorted(kept.refused, key=lambda one: one.row))
    return RowAccount(read, number_ranges(rows), tuple(kept.merged), refused, dict(kept.blanked), kept.nulls)
