"""Numbers that no header or no single line owns: a column without a header, a cell merged over several lines."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.intake.freeform.header_columns import HeaderColumn
from kpi.intake.freeform.kpi_columns import KpiColumns
from kpi.intake.freeform.record_rows import RecordRows
from kpi.intake.freeform.table_finder import TableRegion


def check_unowned_cells(
    found: TableRegion, columns: Sequence[HeaderColumn], measures: Sequence[KpiColumns], lines: RecordRows
) -> None:
    """Reports what would be left out in silence: nothing of it can be shown to belong to a KPI of one record."""
    places = {place for measure in measures for place in measure.columns.values()}
    used = sorted({line for record in lines.records for line in record.lines.values()})
    if places and used:
        _headless(found, {column.place for column in columns}, min(places), used)
        _merged(found, places, set(used))


def _headless(found: TableRegion, headed: set[int], first: int, used: Sequence[int]) -> None:
    grid = found.grid
    for place in range(first + 1, grid.width):
        if place in headed or any(grid.text(line, place) for line in range(found.top, found.first)):
            continue
        line = next((line for line in used if isinstance(grid.raw(line, place), int | float)), None)
        if line is not None:
            grid.faults.at(grid.spot(line, place), "missing_header")


def _merged(found: TableRegion, places: set[int], used: set[int]) -> None:
    grid = found.grid
    for top, left, bottom, right in grid.merged:
        covered = len(places.intersection(range(left, right + 1)))
        lines = len(used.intersection(range(top, bottom + 1)))
        if covered and lines and covered * lines > 1 and not grid.blank(top, left):
            grid.faults.at(grid.spot(top, left), "merged_value")
