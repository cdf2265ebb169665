"""The checklist for an on-site visit as a Word document to print and to write on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import docx  # noqa: F401 - the package before its parts (tests/house/test_imports.py)
from docx.shared import Pt

from kpi.i18n import text
from kpi.model.language import Lang
from kpi.reports.docx_formatting import cell_margins, page_number, repeat, whole
from kpi.reports.forms.form_page import (
    CELL_MARGINS,
    TITLE_SIZE,
    add_line,
    as_bytes,
    form_document,
    set_widths,
    write_cell,
)
from kpi.reports.report_cells import clean

WIDTHS = (12, 44, 64, 30, 24)
"""In millimetres: number, what, what to look at, seen or not, remark."""
SIZE, SECTION_SIZE = 10.5, 13.0
BOX = "□"


@dataclass(frozen=True, slots=True)
class VisitSection:
    """``rows``: what is claimed or open, and what to look at or to ask."""

    title: str
    rows: tuple[tuple[str, str], ...]


def visit_docx(
    factory: str, year: int, about: Sequence[str], sections: Sequence[VisitSection], lang: Lang, warning: str = ""
) -> bytes:
    """``about``: lines below the title. The same for the same words."""
    title = text("visit.heading", lang)
    document = form_document(title, year, warning)
    foot = document.sections[0].footer.paragraphs[0]
    foot.add_run(f"{clean(factory)} · {year}    ").font.size = Pt(SIZE)
    page_number(foot)
    add_line(document, title, TITLE_SIZE, heading=True, centred=True)
    add_line(document, clean(factory), SECTION_SIZE, heading=True)
    for line in (*about, text("visit.signature", lang)):
        add_line(document, clean(line), SIZE)
    for section in sections:
        add_line(document, section.title, SECTION_SIZE, heading=True)
        spacing = document.paragraphs[-1].paragraph_format
        spacing.space_before, spacing.space_after = Pt(12), Pt(3)
        _table(document, section, lang)
    add_line(document, text("visit.source", lang), SIZE)
    document.paragraphs[-1].paragraph_format.space_before = Pt(6)
    return as_bytes(document)


def _table(document: Any, section: VisitSection, lang: Lang) -> None:
    table = document.add_table(rows=len(section.rows) + 1, cols=len(WIDTHS), style="Table Grid")
    cell_margins(table, *CELL_MARGINS)
    set_widths(table, WIDTHS)
    repeat(table.rows[0])
    names = ("number", "what", "look", "result", "remark")
    for cell, name in zip(table.rows[0].cells, names, strict=True):
        write_cell(cell, text(f"visit.{name}", lang), SIZE, centred=True, bold=True)
    boxes = f"{BOX} {text('visit.yes', lang)}\n{BOX} {text('visit.no', lang)}"
    for number, (line, (what, look)) in enumerate(zip(table.rows[1:], section.rows, strict=True), start=1):
        whole(line)
        for cell, said in zip(line.cells, (str(number), clean(what), clean(look), boxes, ""), strict=True):
            write_cell(cell, said, SIZE)
