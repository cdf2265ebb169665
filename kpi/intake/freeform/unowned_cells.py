"""Numbers that no header or no single line owns: a column without a header, a cell merged over several lines."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.intake.freeform.header_columns import HeaderColumn
from kpi.intake.freeform.table_finder import TableRegion
from kpi.intake.headless_numbers import check_headless_numbers


def check_unowned_cells(found: TableRegion, columns: Sequence[HeaderColumn], places: set[int], used: set[int]) -> None:
    """Reports what would be left out in silence: nothing of it can be shown to belong to a KPI of one record.

    ``places`` are the columns that hold values, ``used`` the lines that are read.
    """
    if places and used:
        headed = {column.place for column in columns}
        headless = [place for place in range(min(places) + 1, found.grid.width) if place not in headed]
        check_headless_numbers(found.grid, headless, range(found.top, found.first), sorted(used))
        _merged(found, places, used)


def _merged(found: TableRegion, places: set[int], used: set[int]) -> None:
    grid = found.grid
    for top, left, bottom, right in grid.merged:
        covered = len(places.intersection(range(left, right + 1)))
        lines = len(used.intersection(range(top, bottom + 1)))
        if covered and lines and covered * lines > 1 and not grid.blank(top, left):
            grid.faults.at(grid.spot(top, left), "merged_value")
