"""In a text file more cells than the header has mean an unquoted comma: "1,234" has fallen in two."""

from __future__ import annotations

from collections.abc import Iterable

from kpi.files.printable import cell_text
from kpi.files.workbook import Sheet
from kpi.intake.problem_collector import ProblemCollector, source_cell


def check_stray_separators(
    sheet: Sheet, header_rows: Iterable[int], rows: Iterable[int], faults: ProblemCollector
) -> None:
    """Reports the first cell of each 0-based row that stands right of every header; a workbook cannot slip so."""
    if sheet.name is not None:
        return
    width = max((_filled(sheet, row) for row in header_rows), default=0)
    for row in rows:
        reach = _filled(sheet, row)
        if width and reach > width:
            extra = next(at for at in range(width, reach) if _is_filled(sheet, row, at))
            faults.at(source_cell(faults.file, sheet, row, extra), "extra_cells", columns=width)


def _filled(sheet: Sheet, row: int) -> int:
    """Up to where a row is filled."""
    return max((at + 1 for at in range(len(sheet.rows[row])) if _is_filled(sheet, row, at)), default=0)


def _is_filled(sheet: Sheet, row: int, at: int) -> bool:
    return bool(cell_text(sheet.rows[row][at]).strip())
