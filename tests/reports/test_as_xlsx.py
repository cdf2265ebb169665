"""The report as a workbook, as it looks: what a table writes side by side does not run together."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import openpyxl
import pytest
from openpyxl.cell import Cell

from kpi.reports.as_xlsx import as_xlsx
from kpi.reports.content import ReportColumn, ReportRow, ReportSection, ReportTable, share
from kpi.reports.evaluation import report_content
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


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0.0%"), (0.0004, '"< 0.1%"'), (0.0005, "0.0%"), (0.9994, "0.0%"), (0.9996, '"> 99.9%"'), (1.0, "0.0%")],
)
def test_a_share_below_one_is_never_shown_as_all_nor_one_above_nought_as_none(value: float, shown: str) -> None:
    column = ReportColumn("占比", 1, right=True)
    table = ReportTable((column,), (ReportRow((share(value, 1),)),))
    report = replace(report_content(planted.authority(), "zh"), sections=(ReportSection("t", "表", table=table),))
    book = openpyxl.load_workbook(BytesIO(as_xlsx(report)))
    [cell] = [cell for row in book.worksheets[-1] for cell in row if cell.data_type == "n" and cell.value is not None]
    assert (cell.value, cell.number_format) == (value, shown)
