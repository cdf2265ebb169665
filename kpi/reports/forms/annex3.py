"""Annex 3 (申报单位信息表) of one applicant as a Word document, its two rows numbered 8 included."""

from __future__ import annotations

from typing import Any

import docx  # noqa: F401 - the package before its parts (tests/house/test_imports.py)
from docx.shared import Mm

from kpi.catalogue.forms import Annex3Row, notice_forms
from kpi.model.application import Application
from kpi.reports.docx_formatting import whole
from kpi.reports.forms.form_facts import form_fact
from kpi.reports.forms.form_page import TITLE_SIZE, add_line, as_bytes, form_document, set_widths, write_cell

WIDTHS = (12, 46, 70, 46)
"""In millimetres: number, title, and one or two facts."""

SIZE, ROW_HEIGHT, REMARK_HEIGHT = 12.0, 12, 40


def annex3_docx(application: Application, warning: str = "") -> bytes:
    """``warning`` stands at the head of the page, for fictitious data."""
    form = notice_forms().annex3
    document = form_document(form.title, application.year, warning)
    add_line(document, form.number, SIZE, heading=True)
    add_line(document, form.title, TITLE_SIZE, heading=True, centred=True)
    table = document.add_table(rows=len(form.row), cols=len(WIDTHS), style="Table Grid")
    set_widths(table, WIDTHS)
    for line, row in zip(table.rows, form.row, strict=True):
        _row(line, row, application)
    return as_bytes(document)


def _row(line: Any, row: Annex3Row, application: Application) -> None:
    whole(line)
    line.height = Mm(ROW_HEIGHT if row.number else REMARK_HEIGHT)
    cells = line.cells
    write_cell(cells[0], row.number, SIZE, centred=True)
    write_cell(cells[1], row.title, SIZE, centred=True)
    texts = [form_fact(application, code) for code in row.facts]
    if len(texts) == len(cells) - 2:
        for cell, text in zip(cells[2:], texts, strict=True):
            write_cell(cell, text, SIZE)
        return
    write_cell(cells[2].merge(cells[3]), "".join(texts), SIZE)
