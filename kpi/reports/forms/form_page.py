"""A page of a form in Word: paper, official fonts, a warning at the head, cells with text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor

from kpi.charts.theme import LIGHT
from kpi.model.times import year_end
from kpi.reports.docx_formatting import add_words, font, undated

TEXT, HEADING = ("Times New Roman", "仿宋_GB2312"), ("Arial", "黑体")
A4, MARGIN = (210, 297), 18
CELL_MARGINS = (60, 60)
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
