"""What a sheet of a panel or a register hides or merges: a blank left behind would say what nobody said."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kpi.baseline.panel_table import PanelTable, blank_cells, column_texts
from kpi.intake.problem_collector import ProblemCollector


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
