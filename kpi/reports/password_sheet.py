"""First passwords to hand out: one strip an account, to be cut apart and given to its holder alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import docx  # noqa: F401 - the package before its parts (tests/house/test_imports.py)
from docx.shared import Pt

from kpi.access.passwords import FirstPassword
from kpi.i18n import text
from kpi.model.language import Lang
from kpi.reports.docx_formatting import cell_margins, font, whole
from kpi.reports.forms.form_page import CELL_MARGINS, add_line, as_bytes, form_document, set_widths, write_cell

SIZE, TITLE_SIZE, PASSWORD_SIZE = 10.5, 15.0, 14.0
WIDTHS = (74, 100)
"""In millimetres: whose account it is, and the password."""
FONT = ("Courier New", "仿宋_GB2312")


def password_sheet(passwords: Sequence[FirstPassword], lang: Lang, address: str, on: date) -> bytes:
    """A Word document. ``address`` is where one signs in; left out where it is not known."""
    title = text("password_sheet.title", lang)
    document = form_document(title, on.year, "")
    add_line(document, title, TITLE_SIZE, heading=True, centred=True)
    add_line(document, text("password_sheet.how", lang, count=len(passwords), on=on.isoformat()), SIZE)
    table = document.add_table(rows=len(passwords), cols=len(WIDTHS), style="Table Grid")
    cell_margins(table, *CELL_MARGINS)
    set_widths(table, WIDTHS)
    for row, one in zip(table.rows, passwords, strict=True):
        whole(row)
        _strip(row.cells, one, lang, address)
    return as_bytes(document)


def _strip(cells: Any, one: FirstPassword, lang: Lang, address: str) -> None:
    write_cell(cells[0], one.display, SIZE, bold=True)
    _line(cells[0], text(f"page.role.{one.role}", lang))
    _line(cells[0], text("password_sheet.account", lang, account=one.account))
    write_cell(cells[1], text("password_sheet.password", lang), SIZE)
    written = cells[1].add_paragraph().add_run(one.password)
    written.font.size = Pt(PASSWORD_SIZE)
    font(written._r.get_or_add_rPr(), *FONT)
    if address:
        _line(cells[1], text("password_sheet.address", lang, address=address))
    _line(cells[1], text("password_sheet.change", lang))


def _line(cell: Any, words: str) -> None:
    cell.add_paragraph().add_run(words).font.size = Pt(SIZE)
