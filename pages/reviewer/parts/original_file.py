"""The file as the enterprise sent it, opened in place at the cell of one KPI. Everything in it is escaped."""

from __future__ import annotations

from html import escape

import streamlit as st

from kpi.errors import UserError
from kpi.intake.cell_view import CellView
from kpi.services.reviewer.evidence import open_original
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.error_message import show_error

OPENED = "original-opened"
"""What is open: of which candidate and KPI, and what was read. One at a time: opening is an act, not to be repeated."""


def open_in_place(context: PageContext, credit_code: str, year: int, kpi: str) -> None:
    """A button that opens it, and then what stands around the cell."""
    at = (credit_code, year, kpi)
    opened: tuple[tuple[str, int, str], CellView] | None = st.session_state.get(OPENED)
    if opened is None or opened[0] != at:
        if not st.button(translate("evidence.open"), key="open-original"):
            return
        try:
            view = open_original(context.store, context.viewer, credit_code, year, kpi)
        except UserError as error:
            show_error(error)
            return
        st.session_state[OPENED] = at, view
        st.rerun()
    view = opened[1]
    where = f"{view.sheet}!{view.column}{view.row}" if view.sheet else f"{view.column}{view.row}"
    html.clause(translate("evidence.opened", file=view.file, where=where))
    html.element(_table(view))
    if view.own_only:
        html.where(translate("evidence.own_only"))
    if view.masked:
        html.where(translate("evidence.masked"))
    if st.button(translate("evidence.close"), key="close-original"):
        del st.session_state[OPENED]
        st.rerun()


def _table(view: CellView) -> str:
    """Rows by number and columns by letter, as a spreadsheet shows them."""
    head = "".join(f'<th scope="col">{escape(letter)}</th>' for letter in view.columns)
    body = "".join(
        f'<tr><th scope="row">{number}</th>{"".join(_cell(view, number, *one) for one in _lettered(view, texts))}</tr>'
        for number, texts in view.rows
    )
    label = escape(translate("evidence.opened", file=view.file, where=f"{view.column}{view.row}"))
    table = f'<table class="kpi-file" aria-label="{label}"><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody>'
    return f'<div class="kpi-table-box kpi-plain" tabindex="0">{table}</table></div>'


def _lettered(view: CellView, texts: tuple[str, ...]) -> list[tuple[str, str]]:
    return list(zip(view.columns, texts, strict=True))


def _cell(view: CellView, number: int, letter: str, text: str) -> str:
    here = ' class="here"' if (number, letter) == (view.row, view.column) else ""
    return f"<td{here}>{escape(text)}</td>"
