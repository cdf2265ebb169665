"""What became of a panel's rows and columns: every row read was taken, merged or refused."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kpi.baseline.panel_header import HeaderMeaning
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


ChangeKind = Literal["percent", "blank", "repaired"]
"""0.35 is read as 35, a word as not reported, a cell as somebody put it right."""


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """What of a column is read otherwise than it stands there: how many cells, and the first of them."""

    kind: ChangeKind
    count: int
    was: str
    becomes: str


@dataclass
class RowsKept:
    """What becomes of the rows while they are read; ``blanked``: how many cells each word for "not reported" had.

    ``nulls``: how many cells of values in each column, by its name, were null or NaN in the file. ``changes`` by
    0-based column.
    """

    merged: list[MergedRow] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    blanked: Counter[str] = field(default_factory=Counter)
    nulls: dict[str, int] = field(default_factory=dict)
    changes: dict[int, list[ColumnChange]] = field(default_factory=lambda: defaultdict(list))


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

    ``occurrence`` tells columns of one header apart. ``meaning`` is what its header says, and why. ``example`` is a
    cell as it stands there and as it is read; ``changes`` are all that are read otherwise.
    """

    letter: str
    header: str
    occurrence: int
    holds: str | None
    meaning: HeaderMeaning
    example: tuple[str, str] | None = None
    changes: tuple[ColumnChange, ...] = ()


WordKind = Literal["blank", "mark", "not_applicable", "other"]
"""A word for "no data", a mark that may be one, a word for "does not apply", and any other that stands for numbers."""


@dataclass(frozen=True, slots=True)
class WordRead:
    """A word that stands in ``count`` cells where numbers belong, the first of them by name."""

    word: str
    kind: WordKind
    count: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScaleDoubt:
    """A KPI that a recipe for another file takes for fractions, while ``cell`` holds ``value`` or another header.

    Without a recipe's word: all its values, ``count`` of them, are such as only fractions would be.
    """

    kpi: str
    header: str
    cell: str
    value: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class PanelShape:
    """How a file was opened. ``missing``: columns of the format that it lacks. ``words``, ``scales``: to be asked.

    ``illustrative``: what it says of itself where that is that it is illustrative, above its columns or on a sheet.
    """

    encoding: str | None
    sheet: str | None
    sheets: tuple[str, ...]
    header_row: int
    columns: tuple[ColumnRead, ...]
    missing: tuple[str, ...]
    illustrative: str | None
    words: tuple[WordRead, ...] = ()
    scales: tuple[ScaleDoubt, ...] = ()


def row_account(read: int, rows: list[int], kept: RowsKept) -> RowAccount:
    """``rows`` are all that were not merged, left out or without a value."""
    refused = tuple(sorted(kept.refused, key=lambda one: one.row))
    return RowAccount(read, number_ranges(rows), tuple(kept.merged), refused, dict(kept.blanked), kept.nulls)
