"""The answer sheet to edit: a grid where there is room, one item at a time where there is not.

Both write through the same service, at the version that the reader saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import streamlit as st

from kpi import i18n
from kpi.catalogue.load import catalogue
from kpi.errors import UserError
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.form.answer_sheet import AnswerRow, place_of
from kpi.model.problem import Problem
from kpi.services.enterprise.answer_sheets import OwnAnswerSheet, SheetEdit, edit_sheet
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.error_message import show_error
from pages.widgets.option_picker import pick_option

FIXED = ("credit_code", "year")
"""Another code or year would be another sheet."""


def kpi_grid(context: PageContext, sheet: OwnAnswerSheet, problems: Sequence[Problem]) -> None:
    """The 21 KPIs with value, basis, before, after and note."""
    by_code = {kpi.code: kpi for kpi in catalogue().kpis}
    rows = [row for row in sheet.rows if row.item in by_code]
    _grid(context, sheet, rows, ANSWER_FIELDS, problems, "kpis")


def fact_grid(context: PageContext, sheet: OwnAnswerSheet, problems: Sequence[Problem]) -> None:
    """The facts of annex 3, but for the two that name the sheet."""
    known = {fact.code for fact in catalogue().facts} - set(FIXED)
    _grid(context, sheet, [row for row in sheet.rows if row.item in known], ("value",), problems, "facts")


def one_item(context: PageContext, sheet: OwnAnswerSheet, problems: Sequence[Problem]) -> None:
    """One item with all its fields, the first that has a fault before others."""
    faulty = [place[0] for one in problems if one.blocks and (place := place_of(one, sheet.rows))]
    items = [row.item for row in sheet.rows if row.item not in FIXED]
    ordered = list(dict.fromkeys([*faulty, *items]))
    names = _names(context)
    chosen = pick_option(
        translate("sheet.item"), ordered, "item", lambda item: f"{'! ' if item in faulty else ''}{names[item]}"
    )
    row = next(row for row in sheet.rows if row.item == chosen)
    fields = ANSWER_FIELDS if chosen.startswith("K") else ("value",)
    with st.form(f"one-{chosen}-{sheet.version}", border=False):
        texts = {field: st.text_input(translate(f"sheet.{field}"), row.text(field)) for field in fields}
        why = st.text_input(translate("sheet.why"), max_chars=200)
        if st.form_submit_button(translate("sheet.save"), type="primary"):
            _save(context, sheet, [SheetEdit(chosen, field, text) for field, text in texts.items()], why)
            st.rerun()


def _grid(
    context: PageContext,
    sheet: OwnAnswerSheet,
    rows: Sequence[AnswerRow],
    fields: Sequence[str],
    problems: Sequence[Problem],
    key: str,
) -> None:
    names, messages = _names(context), _messages(context, sheet, problems)
    table = [
        {"item": names[row.item]}
        | {field: row.text(field) for field in fields}
        | {"cell": str(row.cell or translate("sheet.typed")), "problem": messages.get(row.item, "")}
        for row in rows
    ]
    # A new version is a new editor: what was typed into the one before has been kept, or the page says why it was not.
    name = f"grid-{key}-{sheet.credit_code}-{sheet.year}-{sheet.version}"
    st.data_editor(
        table,
        key=name,
        hide_index=True,
        disabled=["item", "cell", "problem"],
        column_config={
            column: st.column_config.TextColumn(translate(f"sheet.{column}"), width=_WIDTHS.get(column, "small"))
            for column in ("item", *fields, "cell", "problem")
        }
        | ({"basis": _bases(rows)} if "basis" in fields else {}),
        height=ROW_PIXELS * (len(rows) + 1) + 2,
        row_height=ROW_PIXELS,
        alt=translate("sheet.alt"),
        on_change=lambda: _from_grid(context, sheet, rows, name),
    )


def _bases(rows: Sequence[AnswerRow]) -> Any:  # Streamlit's type of it is not public
    """The two bases to choose from, and whatever else a file has put there, so that it is seen."""
    known = ["", "relative", "points"]
    return st.column_config.SelectboxColumn(
        translate("sheet.basis"),
        options=known + sorted({row.basis for row in rows} - set(known)),
        format_func=lambda basis: translate(f"basis.{basis}") if basis in known[1:] else str(basis),
        width="small",
    )


ROW_PIXELS = 35
_WIDTHS: dict[str, Literal["small", "medium", "large"]] = {"item": "medium", "problem": "large", "note": "medium"}


def _from_grid(context: PageContext, sheet: OwnAnswerSheet, rows: Sequence[AnswerRow], name: str) -> None:
    changed = st.session_state[name]["edited_rows"]
    edits = [
        SheetEdit(rows[int(at)].item, field, str(text or ""))
        for at, fields in changed.items()
        for field, text in fields.items()
    ]
    _save(context, sheet, edits, st.session_state.get("why", ""))


def _save(context: PageContext, sheet: OwnAnswerSheet, edits: Sequence[SheetEdit], why: str) -> None:
    try:
        edit_sheet(context.store, context.viewer, sheet.credit_code, sheet.year, sheet.version, edits, why)
        st.session_state.pop("not_saved", None)
    except UserError as error:
        # Shown on the next run, beside the sheet as it is now.
        st.session_state["not_saved"] = error


def place(context: PageContext, sheet: OwnAnswerSheet, problem: Problem) -> str:
    """Where a problem is, as the sheet's reader knows it: the item, its field, and the file's cell it came from."""
    found = place_of(problem, sheet.rows)
    if found is None:
        return ""
    item, field = found
    row = next(row for row in sheet.rows if row.item == item)
    parts = [_names(context)[item], translate(f"sheet.{field}"), str(row.cell) if row.cell else ""]
    return " › ".join(part for part in parts if part)


def show_not_saved() -> None:
    """Why the last edit was not kept, if it was not."""
    if error := st.session_state.pop("not_saved", None):
        show_error(error)


def _names(context: PageContext) -> dict[str, str]:
    names = {kpi.code: f"{kpi.code} {kpi.short.in_(context.lang)}" for kpi in catalogue().kpis}
    return names | {fact.code: fact.name.in_(context.lang) for fact in catalogue().facts}


def _messages(context: PageContext, sheet: OwnAnswerSheet, problems: Sequence[Problem]) -> dict[str, str]:
    """What is wrong or odd with each item, in a sentence each."""
    messages: dict[str, str] = {}
    for one in problems:
        if place := place_of(one, sheet.rows):
            message = i18n.problem_message(one, context.lang)[0]
            messages[place[0]] = f"{messages[place[0]]} {message}" if place[0] in messages else message
    return messages
