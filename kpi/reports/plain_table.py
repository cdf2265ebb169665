"""A table as a file for a spreadsheet: CSV with a mark of its encoding, or a workbook; no cell is ever a formula."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO, StringIO

import xlsxwriter

from kpi.files.text import no_formula
from kpi.reports.report_cells import clean
from kpi.reports.sheet_names import sheet_name

WIDEST, NARROWEST = 60, 8
"""Characters of a column."""

Rows = Sequence[Sequence[str]]


def table_csv(_title: str, columns: Sequence[str], rows: Rows) -> bytes:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([no_formula(clean(cell)) for cell in row] for row in (columns, *rows))
    return out.getvalue().encode("utf-8-sig")


def table_xlsx(title: str, columns: Sequence[str], rows: Rows) -> bytes:
    """One sheet with a filter; every cell is text."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(sheet_name(title))
        head, plain = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for at, row in enumerate((columns, *rows)):
            for place, cell in enumerate(row):
                sheet.write_string(at, place, clean(cell), plain if at else head)
        for place in range(len(columns)):
            longest = max((len(line) for row in (columns, *rows) for line in row[place].split("\n")), default=0)
            sheet.set_column(place, place, min(max(longest * 1.3, NARROWEST), WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    return out.getvalue()


TABLE_FORMS: Mapping[str, Callable[[str, Sequence[str], Rows], bytes]] = {".csv": table_csv, ".xlsx": table_xlsx}
"""Extension -> the function that writes it."""
