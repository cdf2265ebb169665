"""What is seen of a sheet while its file is walked: how far it reaches, flagged cells, hidden and merged blocks."""

from __future__ import annotations

from collections.abc import Iterable

from kpi.files.limits import FileLimits
from kpi.files.workbook import CellFlag, MergedRange, SheetMeta, UnreadableFile


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
