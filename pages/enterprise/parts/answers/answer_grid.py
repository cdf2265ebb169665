"""The 21 KPIs of the answer sheet as a grid, where there is room for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.form.answer_sheet import AnswerRow, place_of
from kpi.model.problem import Problem
from kpi.services.enterprise.sheets import LONGEST_WHY, OwnAnswerSheet, SheetEdit, edit_sheet
from pages.enterprise.parts.answers.answer_fields import basis_options, basis_words, item_names, kpi_unit
from pages.enterprise.parts.answers.answer_saving import save_entered
from pages.enterprise.parts.answers.grid_typing import NO_BASIS, Cell, Edited, GridTyping
from pages.session.language import translate
from pages.session.page_context import PageContext, current_viewer
from pages.widgets import html

_OPEN = "grid"
ROW_PIXELS = 35
_WIDTHS = {
    "item": 200,
    "problem": 90,
    "value": 100,
    "unit": 100,
    "basis": 105,
    "before": 90,
    "after": 90,
    "note": 180,
    "cell": 110,
}


def save_typed(context: PageContext) -> None:
    """Save what was typed into the grid, and into the forms: at the press of its button, and before the sheet is read
    after any other.
    """
    typing: GridTyping | None = st.session_state.get(_OPEN)
    if typing and typing.key in st.session_state:
        typing.keep(st.session_state[typing.key]["edited_rows"], _saving(context, typing.sheet))
    save_entered(context)


def kpi_grid(context: PageContext, sheet: OwnAnswerSheet, problems: Sequence[Problem], locked: bool) -> None:
    """What was answered of each KPI with its unit and where it is from, and whether something is wrong with it.

    Once locked it is only read.
    """
    if not locked:
        st.text_input(translate("sheet.why"), key="why", max_chars=LONGEST_WHY, on_change="ignore")
    kpis = {kpi.code: kpi for kpi in catalogue().kpis}
    rows = [row for row in sheet.rows if row.item in kpis]
    typing = _typing(sheet, rows)
    # One place, however much is said in it: what moves on a page is drawn anew.
    with st.container(key="refused"):
        _show_refused(context, typing, sheet, rows, locked)
    if locked:
        typing = GridTyping(sheet, rows)
    names, marks = item_names(context), _marks(sheet, problems)
    # What can be typed stays as the editor was made with it; what follows from it is as of now.
    table = [
        {"item": names[row.item]}
        | {field: row.text(field) for field in ANSWER_FIELDS}
        | {
            "unit": kpi_unit(kpis[row.item], shown.basis, context.lang),
            "basis": basis_words(row.basis) if row.basis else NO_BASIS,
            "cell": str(shown.cell or (translate("sheet.typed") if shown.value else "")),
            "problem": marks.get(row.item, ""),
        }
        for row, shown in zip(typing.rows, typing.shown(_edited(typing)), strict=True)
    ]
    # Beside the name: the last columns are the first to lie beyond the edge.
    columns = ("item", "problem", "value", "unit", "basis", "before", "after", "note", "cell")
    st.data_editor(
        table,
        key=f"{typing.key}-locked" if locked else typing.key,
        hide_index=True,
        column_order=columns,
        disabled=True if locked else ["item", "unit", "cell", "problem"],
        column_config={
            column: st.column_config.TextColumn(translate(f"sheet.{column}"), width=_WIDTHS[column])
            for column in columns
        }
        | {"basis": _bases(typing.rows)},
        height=ROW_PIXELS * (len(rows) + 1) + 2,
        row_height=ROW_PIXELS,
        alt=translate("sheet.alt"),
        # Run again at every cell, the page would be drawn while the next one is typed, and keys lost meanwhile.
        on_change="ignore",
    )
    if not locked:
        with st.container(key="save-grid", horizontal=True, vertical_alignment="center"):
            st.button(
                translate("sheet.save_grid"), type="primary", key="grid-save", on_click=save_typed, args=(context,)
            )
            html.element(f'<p class="kpi-unsaved" role="status">{escape(translate("sheet.grid_unsaved"))}</p>')
        html.where(translate("sheet.grid_how"))


def _typing(sheet: OwnAnswerSheet, rows: Sequence[AnswerRow]) -> GridTyping:
    """The editor that is open; a new one where that is of another sheet, has been left, or does not show what is."""
    typing: GridTyping | None = st.session_state.get(_OPEN)
    if typing:
        same = (typing.sheet.credit_code, typing.sheet.year) == (sheet.credit_code, sheet.year)
        left = typing.key not in st.session_state
        if same and not left and typing.shows(_edited(typing), rows):
            typing.take_over(_edited(typing), rows, sheet.version)
            return typing
    st.session_state[_OPEN] = typing = GridTyping(sheet, rows, typing.given_up if typing else 0)
    return typing


def _edited(typing: GridTyping) -> Edited:
    state = st.session_state.get(typing.key)
    return state["edited_rows"] if state else {}


def _show_refused(
    context: PageContext, typing: GridTyping, sheet: OwnAnswerSheet, rows: Sequence[AnswerRow], locked: bool
) -> None:
    """What was typed and not saved, why, and what to do about it."""
    if not typing.refused:
        return
    names, now = item_names(context), {row.item: row for row in rows}

    def named(cell: Cell) -> str:
        return f"{names[cell[0]]} › {translate(f'sheet.{cell[1]}')}"

    html.notice(translate("sheet.unsaved", count=len(typing.refused)))
    html.open_points(
        [
            (
                translate(
                    "sheet.unsaved_cell",
                    cell=named(cell),
                    typed=_quoted(cell[1], held.text),
                    now=_quoted(cell[1], now[cell[0]].text(cell[1])),
                ),
                " ".join(i18n.page_error_message(held.error, context.lang)),
            )
            for cell, held in typing.refused.items()
        ]
    )
    with st.container(horizontal=True):
        if not locked:
            insist = partial(_insist, context, typing, sheet.version)
            st.button(translate("sheet.save_mine"), key="grid-insist", on_click=insist)
        st.button(translate("sheet.give_mine_up"), key="grid-give-up", on_click=partial(_give_up, typing))


def _quoted(field: str, text: str) -> str:
    words = basis_words(text) if field == "basis" and text else text
    return translate("sheet.quoted", text=words) if words else translate("sheet.blank")


def _insist(context: PageContext, typing: GridTyping, version: int) -> None:
    typing.insist(version, _saving(context, typing.sheet))


def _give_up(typing: GridTyping) -> None:
    """The next editor is a new one, though of the same version."""
    typing.refused.clear()
    typing.given_up += 1


def _bases(rows: Sequence[AnswerRow]) -> Any:  # Streamlit's type of it is not public
    return st.column_config.SelectboxColumn(
        translate("sheet.basis"),
        # The words themselves, as the template has them: what is copied from there or from here can be pasted.
        options=[NO_BASIS, *dict.fromkeys(map(basis_words, basis_options(rows)))],
        format_func=lambda words: "—" if words == NO_BASIS else str(words),
        width=_WIDTHS["basis"],
    )


def _saving(context: PageContext, sheet: OwnAnswerSheet) -> Callable[[int, list[SheetEdit]], int]:
    """By whoever is signed in by then."""
    why = st.session_state.get("why", "")

    def save(version: int, edits: list[SheetEdit]) -> int:
        code, year = sheet.credit_code, sheet.year
        return edit_sheet(context.store, current_viewer(), code, year, version, edits, why).version

    return save


def _marks(sheet: OwnAnswerSheet, problems: Sequence[Problem]) -> dict[str, str]:
    """A word for each item with problems; they are listed in full above and below the grid."""
    found = [(place[0], one.blocks) for one in problems if (place := place_of(one, sheet.rows))]
    odd = {item: translate("sheet.mark_warning") for item, _ in found}
    return odd | {item: translate("sheet.mark_error") for item, blocks in found if blocks}
