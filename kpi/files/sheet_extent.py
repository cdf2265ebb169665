"""How far a sheet's content reaches, held against the limits while it is being read."""

from __future__ import annotations

from collections.abc import Iterable

from kpi.files.limits import Limits
from kpi.files.workbook import Block, Refused


class Area:
    """The block from A1 to the farthest filled cell. One far cell would make a dense sheet cost gigabytes."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.rows = self.columns = 0

    def reach(self, row: int, column: int) -> None:
        """A filled cell at 0-based ``row`` and ``column``. Raises ``Refused`` beyond the limits."""
        if row >= self.rows:
            if row >= self.limits.rows:
                raise Refused("too_many_rows", found=row + 1, limit=self.limits.rows)
            self.rows = row + 1
        if column >= self.columns:
            if column >= self.limits.columns:
                raise Refused("too_many_columns", found=column + 1, limit=self.limits.columns)
            self.columns = column + 1


def check_cells(areas: Iterable[Area], limits: Limits) -> None:
    """All sheets together. Raises ``Refused``."""
    cells = sum(area.rows * area.columns for area in areas)
    if cells > limits.cells:
        raise Refused("too_many_cells", found=cells, limit=limits.cells)


def kept(merged: list[Block], area: Area) -> tuple[Block, ...]:
    """Merged blocks cut to the sheet's content. Raises ``Refused`` where they overlap each other many times over."""
    cut = [
        (first, left, min(last, area.rows - 1), min(right, area.columns - 1))
        for first, left, last, right in merged
        if first <= last and left <= right and first < area.rows and left < area.columns
    ]
    if sum((last - first + 1) * (right - left + 1) for first, left, last, right in cut) > area.rows * area.columns:
        raise Refused("unsafe_file")
    return tuple(cut)
