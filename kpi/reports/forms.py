"""Annexes 3 and 5 of the notice as Word documents, in the form of the notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from io import BytesIO
from pathlib import PurePath
from typing import Any

import docx  # noqa: F401 - the package before its parts (tests/house/test_imports.py)
import xlsxwriter
from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Annex3Row, Annex5Form
from kpi.charts.theme import LIGHT
from kpi.model.application import Application
from kpi.model.times import year_end
from kpi.reports.as_docx import add_words, cell_margins, font, repeat, undated, whole

# Facts as a form of the notice shows them: as reported, a level as "L3", blank where nothing was reported.


LIST_MARK = "、"
LEVEL = "maturity_level"


def form_fact(application: Application, code: str) -> str:
    fact = application.facts.get(code)
    if fact is None:
        return ""
    if isinstance(fact, tuple):
        return LIST_MARK.join(fact)
    return f"L{fact}" if code == LEVEL else str(fact)


# A page of a form in Word: paper, official fonts, a warning at the head, cells with text.


TEXT, HEADING = ("Times New Roman", "仿宋_GB2312"), ("Arial", "黑体")
A4, MARGIN = (210, 297), 18
FORM_PAGE_CELL_MARGINS = (60, 60)
"""Twentieths of a point above and below a cell's text, and beside it: without, the line above cuts letters off."""
TITLE_SIZE = 18.0


def form_document(title: str, year: int, warning: str, *, landscape: bool = False) -> Doc:
    """A document without text but the warning; its properties name the form and the year, never a person."""
    document = Document()
    kept = document.core_properties
    kept.title, kept.author, kept.comments = title, "", warning
    kept.created = kept.modified = datetime.combine(year_end(year), time())
    kept.language = "zh-CN"
    font(document.styles["Normal"].element.get_or_add_rPr(), *TEXT)
    page = document.sections[0]
    width, height = reversed(A4) if landscape else A4
    page.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Mm(width), Mm(height)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(MARGIN)
    if warning:
        run = page.header.paragraphs[0].add_run(warning)
        run.font.color.rgb = RGBColor.from_string(LIGHT.error[1:])
        page.header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    return document


def add_line(document: Doc, text: str, size: float, *, heading: bool = False, centred: bool = False) -> None:
    """A heading is not left alone at the end of a page."""
    paragraph = document.add_paragraph()
    run = add_words(paragraph, text)
    run.font.size = Pt(size)
    if heading:
        paragraph.paragraph_format.keep_with_next = True
        font(run._r.get_or_add_rPr(), *HEADING)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def set_widths(table: Any, widths: Sequence[float]) -> None:
    """In millimetres. Word goes by each cell, LibreOffice by the columns."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def write_cell(cell: Any, text: str, size: float, *, centred: bool = False, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    run = add_words(paragraph, text)
    run.font.size, run.bold = Pt(size), bold
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def as_bytes(document: Doc) -> bytes:
    """The same for the same text, whenever it is written."""
    out = BytesIO()
    document.save(out)
    return undated(out.getvalue())


# Annex 5 (推荐汇总表) of a recommending body as a workbook or a Word document: columns, order and note as printed.


ANNEX5_SIZE, HEAD_SIZE = 8.0, 12.0
CHARACTERS = 1.1
"""Characters per unit of column width."""

ANNEX5_ROW_HEIGHT = 13.5
"""Points of one line of a cell."""

HEAD_HEIGHTS = (18, 28, 22)
"""Points of the lines above the table: the annex's number, its title, and the body."""

ANNEX5_CELL_MARGINS = (60, 45)
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
    columns = catalogue().annex5.column
    return [
        [str(place) if column.fact is None else form_fact(application, column.fact) for column in columns]
        for place, application in enumerate(applications, start=1)
    ]


def annex5_docx(body: str, year: int, applications: Sequence[Application], warning: str = "") -> bytes:
    form = catalogue().annex5
    document = form_document(form.title, year, warning, landscape=True)
    add_line(document, form.number.zh, HEAD_SIZE, heading=True)
    add_line(document, form.title, TITLE_SIZE, heading=True, centred=True)
    add_line(document, form.body + body, HEAD_SIZE)
    table = document.add_table(rows=1, cols=len(form.column), style="Table Grid")
    cell_margins(table, *ANNEX5_CELL_MARGINS)
    repeat(table.rows[0])
    for cell, column in zip(table.rows[0].cells, form.column, strict=True):
        write_cell(cell, column.title, ANNEX5_SIZE, centred=True, bold=True)
    for texts in annex5_rows(applications):
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            write_cell(cell, text, ANNEX5_SIZE, centred=True)
    share = (max(A4) - 2 * MARGIN) / sum(column.width for column in form.column)
    set_widths(table, [column.width * share for column in form.column])
    for row in table.rows:
        whole(row)
    add_line(document, form.note, HEAD_SIZE)
    return as_bytes(document)


def annex5_xlsx(body: str, year: int, applications: Sequence[Application], warning: str = "") -> bytes:
    form = catalogue().annex5
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
        sheet.write_string(0, 0, form.number.zh, line)
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
        sheet.set_row(
            row, ANNEX5_ROW_HEIGHT * max(_lines(text, form.column[at].width) for at, text in enumerate(texts))
        )
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


# Annex 3 (申报单位信息表) of one applicant as a Word document, its two rows numbered 8 included.


WIDTHS = (12, 46, 70, 46)
"""In millimetres: number, title, and one or two facts."""

ANNEX3_SIZE, ANNEX3_ROW_HEIGHT, REMARK_HEIGHT = 12.0, 12, 40


def annex3_docx(application: Application, warning: str = "") -> bytes:
    """``warning`` stands at the head of the page, for fictitious data."""
    form = catalogue().annex3
    document = form_document(form.title, application.year, warning)
    add_line(document, form.number.zh, ANNEX3_SIZE, heading=True)
    add_line(document, form.title, TITLE_SIZE, heading=True, centred=True)
    table = document.add_table(rows=len(form.row), cols=len(WIDTHS), style="Table Grid")
    set_widths(table, WIDTHS)
    for line, row in zip(table.rows, form.row, strict=True):
        _row(line, row, application)
    return as_bytes(document)


def _row(line: Any, row: Annex3Row, application: Application) -> None:
    whole(line)
    line.height = Mm(ANNEX3_ROW_HEIGHT if row.number else REMARK_HEIGHT)
    cells = line.cells
    write_cell(cells[0], row.number, ANNEX3_SIZE, centred=True)
    write_cell(cells[1], row.title, ANNEX3_SIZE, centred=True)
    texts = [form_fact(application, code) for code in row.facts]
    if len(texts) == len(cells) - 2:
        for cell, text in zip(cells[2:], texts, strict=True):
            write_cell(cell, text, ANNEX3_SIZE)
        return
    write_cell(cells[2].merge(cells[3]), "".join(texts), ANNEX3_SIZE)
