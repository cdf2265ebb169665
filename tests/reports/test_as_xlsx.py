"""The report as a workbook, as it looks: what a table writes side by side does not run together."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise

import openpyxl
from openpyxl.cell import Cell

from kpi.reports.as_xlsx import as_xlsx
from kpi.reports.report_builder import report_content
from tests.reports import planted


def test_a_text_beside_a_number_stands_apart_from_it() -> None:
    book = openpyxl.load_workbook(BytesIO(as_xlsx(report_content(planted.authority(), "zh"))))
    pairs: list[tuple[Cell, Cell]] = [
        (before, cell)
        for sheet in book
        for row in sheet.iter_rows()
        for before, cell in pairwise(row)
        if before.value is not None and before.alignment.horizontal == "right"
        if cell.value is not None and cell.alignment.horizontal != "right"
    ]
    assert len(pairs) > 20
    assert [(before.value, cell.value) for before, cell in pairs if cell.alignment.indent < 1] == []
