"""What a sheet of a panel or a register hides, merges or has not worked out: a blank left behind would say what nobody
said.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kpi.baseline.panel_table import PanelTable, blank_cells, column_texts
from kpi.intake.problems import ProblemCollector

_NOT_WRITTEN = {"error": "panel_error_cell", "formula": "panel_formula_not_computed"}


def report_unseen_cells(table: PanelTable, columns: Iterable[int], faults: ProblemCollector) -> None:
    """Reports hidden content, which is not read, and cells left blank below a merged one.

    ``columns`` are the 0-based ones in which a blank is no fault of its own: not reported, or belonging to none.
    """
    hidden_rows, hidden_columns = table.hidden
    if hidden_rows:
        faults.of_sheet(table.sheet, "panel_hidden_rows", rows=hidden_rows)
    if hidden_columns:
        faults.of_sheet(table.sheet, "panel_hidden_columns", columns=hidden_columns)
    sought = frozenset(columns)
    blocks = [
        (top, left, bottom, covered)
        for top, left, bottom, right in table.merged
        if top >= table.header_row and (covered := sought.intersection(range(left, right + 1)))
    ]
    begins = np.searchsorted(table.rows, [top + 1 for top, *_ in blocks]).tolist()
    ends = np.searchsorted(table.rows, [bottom + 2 for _, _, bottom, _ in blocks]).tolist()
    for (top, left, _, covered), begin, end in zip(blocks, begins, ends, strict=True):
        if begin == end or table.rows[begin] != top + 1:
            continue
        shown = column_texts(table.columns[left][begin : begin + 1])[0]
        if shown and any(blank_cells(table.columns[column][begin:end]).any() for column in covered):
            faults.in_table("panel_merged_cells", (table.sheet, top + 1, left, shown))


def report_not_written(table: PanelTable, columns: Iterable[int], faults: ProblemCollector) -> None:
    """Reports formulas that give nothing, in ``columns`` where a blank is an answer."""
    sought, place = frozenset(columns), {row: at for at, row in enumerate(table.rows.tolist())}
    for (row, column), flag in sorted(table.flags.items()):
        if column in sought and flag.kind in _NOT_WRITTEN and row + 1 in place:
            shown = column_texts(table.columns[column])[place[row + 1]]
            faults.in_table(_NOT_WRITTEN[flag.kind], (table.sheet, row + 1, column, shown))
