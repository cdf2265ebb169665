"""In a text file more cells than the header has mean an unquoted comma: "1,234" has fallen in two."""

from __future__ import annotations

from collections.abc import Iterable

from kpi.intake.grid import Grid


def check_stray_separators(grid: Grid, width: int, rows: Iterable[int]) -> None:
    """Reports the first cell of each 0-based row that stands right of ``width`` columns; a workbook cannot slip so."""
    if grid.sheet.name is not None or not width:
        return
    flat = grid.upright()
    for row in rows:
        extra = next((at for at in range(width, len(flat.rows[row])) if not flat.blank(row, at)), None)
        if extra is not None:
            flat.faults.at(flat.spot(row, extra), "extra_cells", columns=width)


def filled_width(grid: Grid, rows: Iterable[int]) -> int:
    """Up to which column the fullest of the sheet's 0-based rows is filled; 0 in a workbook."""
    if grid.sheet.name is not None:
        return 0
    flat = grid.upright()
    return max((at + 1 for row in rows for at in range(len(flat.rows[row])) if not flat.blank(row, at)), default=0)
