"""The columns of a small register beside a panel, found by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kpi.baseline.panel_table import PanelTable
from kpi.baseline.unseen_cells import report_not_written, report_unseen_cells
from kpi.intake.problem_collector import ProblemCollector
from kpi.intake.settings import comparable_word


def named_columns(
    table: PanelTable,
    words: Mapping[str, str],
    needed: Iterable[str],
    faults: ProblemCollector,
    unknown: str,
    **params: str,
) -> dict[str, int]:
    """0-based column by what it holds; every column that is missing, not in ``words`` or there twice is a fault.

    ``words`` gives what a header names; ``unknown`` and ``params`` are the fault of a header that names nothing.
    """
    for row in table.ragged:
        faults.in_table("panel_extra_cells", (table.sheet, row, len(table.header), None))
    for sheet in table.others:
        faults.of_sheet(sheet, "panel_other_sheet")
    columns: dict[str, int] = {}
    for column, name in enumerate(table.header):
        word = words.get(comparable_word(name))
        if word is None:
            faults.in_table(unknown, (table.sheet, table.header_row, column, name), **params)
        elif word in columns:
            faults.in_table("panel_repeated_column", (table.sheet, table.header_row, column, name))
        else:
            columns[word] = column
    for name in needed:
        if name not in columns:
            faults.of_sheet(table.sheet, "panel_missing_column", row=table.header_row, name=name)
    blank_is_said = [columns[name] for name in ("group", "groups") if name in columns]
    report_unseen_cells(table, blank_is_said, faults)
    report_not_written(table, blank_is_said, faults)
    return columns
