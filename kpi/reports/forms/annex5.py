"""Annex 5 (推荐汇总表) of a recommending body as a workbook or a Word document: columns, order and note as printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from io import BytesIO
from pathlib import PurePath

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kpi.catalogue.forms import Annex5Form, notice_forms
from kpi.charts.theme import LIGHT
from kpi.model.application import Application
from kpi.model.times import year_end
from kpi.reports.docx_formatting import cell_margins, repeat, whole
from kpi.reports.forms.form_facts import form_fact
from kpi.reports.forms.form_page import (
    A4,
    MARGIN,
    TITLE_SIZE,
    add_line,
    as_bytes,
    form_document,
    set_widths,
    write_cell,
)

SIZE, HEAD_SIZE = 8.0, 12.0
CHARACTERS = 1.1
"""Characters per unit of column width."""

ROW_HEIGHT = 13.5
"""Points of one line of a cell."""

HEAD_HEIGHTS = (18, 28, 22)
"""Points of the lines above the table: the annex's number, its title, and the body."""

CELL_MARGINS = (60, 45)
"""Twentieths of a point above and below, and beside the text of a cell in Word.

Without room above it a program that has not the named font draws another's letters over the line between two rows; with
Word's usual room beside it a credit code does not fit its column.
"""


def is_annex5_name(name: str) -> bool:
    """Whether the name has a supported extension."""
    return PurePath(name).suffix.lower() in FORMS


def annex5(name: str, body: str, year: int, applications: Sequence[Application], warning: str = "") -> bytes:
    """The list in the format of the file's ``name``; ``applications`` in the order of priority.

    ``warning`` stands at the head of each page, and in a workbook below the form, for fictitious data.

    Raises KeyError: not ``is_annex5_name``.
    """
    return FORMS[PurePath(name).suffix.lower()](body, year, applications, warning)


def annex5_rows(applications: Sequence[Application]) -> list[list[str]]:
    """The cells below the heads: the place, then the facts as reported."""
    columns = notice_forms().annex5.column
    return [
        [str(place) if column.fact is None else form_fact(application, column.fact) for column in columns]
        for place, application in enumerate(applications, start=1)
    ]


def annex5_docx(body: str, year: int, applications: Sequence[Application], warning: str = "") -> bytes:
    form = notice_forms().annex5
    document = form_document(form.title, year, warning, landscape=True)
    add_line(document, form.number, HEAD_SIZE, heading=True)
    add_line(document, form.title, TITLE_SIZE, heading=True, centred=True)
    add_line(document, form.body + body, HEAD_SIZE)
    table = document.add_table(rows=1, cols=len(form.column), style="Table Grid")
    cell_margins(table, *CELL_MARGINS)
    repeat(table.rows[0])
    for cell, column in zip(table.rows[0].cells, form.column, strict=True):
        write_cell(cell, column.title, SIZE, centred=True, bold=True)
    for texts in annex5_rows(applications):
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            write_cell(cell, text, SIZE, centred=True)
    share = (max(A4) - 2 * MARGIN) / sum(column.width for column in form.column)
    set_widths(table, [column.width * share for column in form.column])
    for row in table.rows:
        whole(row)
    add_line(document, form.note, HEAD_SIZE)
    return as_bytes(document)


def annex5_xlsx(body: str, year: int, applications: Sequence[Application], warning: str = "") -> bytes:
    form = notice_forms().annex5
    out = BytesIO()
    # A name that starts with "=" stays a name.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {"title": form.title, "comments": warning, "created": datetime.combine(year_end(year), time())}
        )
        sheet = book.add_worksheet(form.title)
        _paper(sheet, form, warning)
        plain = {"font_name": "仿宋_GB2312", "font_size": 10, "valign": "vcenter"}
        line = book.add_format(plain | {"font_size": HEAD_SIZE})
        title = book.add_format(plain | {"font_name": "黑体", "font_size": TITLE_SIZE, "align": "center"})
        cell = book.add_format(plain | {"border": 1, "text_wrap": True, "align": "center"})
        head = book.add_format(plain | {"border": 1, "text_wrap": True, "align": "center", "bold": True})
        last = len(form.column) - 1
        for row, height in enumerate(HEAD_HEIGHTS):
            sheet.set_row(row, height)
        sheet.write_string(0, 0, form.number, line)
        sheet.merge_range(1, 0, 1, last, form.title, title)
        sheet.write_string(2, 0, form.body + body, line)
        _table(sheet, form, annex5_rows(applications), head, cell)
        sheet.write_string(4 + len(applications), 0, form.note, line)
        if warning:
            # Below the form: who reads the cells alone sees no header of a page.
            sheet.write_string(5 + len(applications), 0, warning, book.add_format(plain | {"font_color": LIGHT.error}))
    return out.getvalue()


def _paper(sheet: Worksheet, form: Annex5Form, warning: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    if warning:
        # "&" starts a code in a header; doubled it is literal.
        sheet.set_header("&C" + warning.replace("&", "&&"))
    for at, column in enumerate(form.column):
        sheet.set_column(at, at, column.width * CHARACTERS)


def _table(sheet: Worksheet, form: Annex5Form, rows: list[list[str]], head: Format, cell: Format) -> None:
    heads = [column.title for column in form.column]
    for row, (texts, look) in enumerate([(heads, head), *((texts, cell) for texts in rows)], start=3):
        sheet.set_row(row, ROW_HEIGHT * max(_lines(text, form.column[at].width) for at, text in enumerate(texts)))
        for at, text in enumerate(texts):
            sheet.write_string(row, at, text, look)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes: no program computes the height of a row before it is opened."""
    return -(-sum(1 if character.isascii() else 2 for character in text) // max(int(width * CHARACTERS) - 1, 1)) or 1


FORMS: Mapping[str, Callable[[str, int, Sequence[Application], str], bytes]] = {
    ".xlsx": annex5_xlsx,
    ".docx": annex5_docx,
}
"""Extension -> the function that writes it."""
