"""Cells merged over several rows of a list: a text holds for each of them, as a reader sees it.

The file keeps the content in the first cell alone. A number is not repeated: whose it is cannot be known.
"""

from __future__ import annotations

from dataclasses import replace

from kpi.files.printable import is_blank
from kpi.files.workbook import CellValue, Sheet
from kpi.intake.values.number_text import parse_number


def with_merged_texts(sheet: Sheet, first: int = 1) -> Sheet:
    """``sheet`` with texts merged over rows from the 0-based ``first`` on in each row that holds anything else."""
    blocks = [block for block in sheet.meta.merged if block[0] >= first and block[2] > block[0]]
    if not blocks:
        return sheet
    rows = [list(row) for row in sheet.rows]
    filled = [not all(map(is_blank, row)) for row in rows]
    for top, left, bottom, _ in blocks:
        raw = _raw(rows, top, left)
        if not isinstance(raw, str) or is_blank(raw) or parse_number(raw, percent_sign=True):
            continue
        for row in range(top + 1, min(bottom + 1, len(rows))):
            if filled[row]:
                rows[row] += [None] * (left + 1 - len(rows[row]))
                rows[row][left] = raw
    return replace(sheet, rows=rows)


def _raw(rows: list[list[CellValue]], row: int, column: int) -> CellValue:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else None
