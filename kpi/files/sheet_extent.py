"""How far a sheet's content reaches, held against the limits while it is being read."""

from __future__ import annotations

from collections.abc import Iterable

from kpi.files.limits import FileLimits
from kpi.files.workbook import MergedRange, UnreadableFile


class SheetExtent:
    """The block from A1 to the farthest filled cell. One far cell would make a dense sheet cost gigabytes."""

    def __init__(self, limits: FileLimits) -> None:
        self.limits = limits
        self.rows = self.columns = 0

    def reach(self, row: int, column: int) -> None:
        """A filled cell at 0-based ``row`` and ``column``. Raises ``UnreadableFile`` beyond the limits."""
        if row >= self.rows:
            if row >= self.limits.rows:
                raise UnreadableFile("too_many_rows", found=row + 1, limit=self.limits.rows)
            self.rows = row + 1
        if column >= self.columns:
            if column >= self.limits.columns:
                raise UnreadableFile("too_many_columns", found=column + 1, limit=self.limits.columns)
            self.columns = column + 1


def check_cells(areas: Iterable[SheetExtent], limits: FileLimits) -> None:
    """All sheets together. Raises ``UnreadableFile``."""
    cells = sum(area.rows * area.columns for area in areas)
    if cells > limits.cells:
        raise UnreadableFile("too_many_cells", found=cells, limit=limits.cells)


def clip_merged(merged: list[MergedRange], area: SheetExtent) -> tuple[MergedRange, ...]:
    """Merged blocks cut to the sheet's content.

    Raises ``UnreadableFile`` where they overlap each other many times over.
    """
    cut = [
        (first, left, min(last, area.rows - 1), min(right, area.columns - 1))
        for first, left, last, right in merged
        if first <= last and left <= right and first < area.rows and left < area.columns
    ]
    if sum((last - first + 1) * (right - left + 1) for first, left, last, right in cut) > area.rows * area.columns:
        raise UnreadableFile("unsafe_file")
    return tuple(cut)
