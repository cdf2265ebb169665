"""A workbook of plain sheets: numbers as numbers, undefined ones blank, texts as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from math import isfinite

import xlsxwriter

from kpi.reports.report_cells import clean
from kpi.reports.sheet_names import sheet_name

Written = str | float | int | None
Rows = Iterable[Sequence[Written]]

FIRST_WIDTH, OTHER_WIDTH, OTHERS = 34, 16, 20


def plain_workbook(sheets: Mapping[str, Rows]) -> bytes:
    """An xlsx with a sheet a name, whose first row is the heading."""
    out = BytesIO()
    # A text that starts with "=" stays a text.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        for name, rows in sheets.items():
            _sheet(book, name, rows)
    return out.getvalue()


def _sheet(book: xlsxwriter.Workbook, name: str, rows: Rows) -> None:
    sheet = book.add_worksheet(sheet_name(name, book.sheetnames))
    head = book.add_format({"bold": True})
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(at, column, clean(value), head if at == 0 else None)
            elif value is not None and isfinite(value):
                sheet.write_number(at, column, value)
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, FIRST_WIDTH)
    sheet.set_column(1, OTHERS, OTHER_WIDTH)
