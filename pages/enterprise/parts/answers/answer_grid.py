"""The 21 KPIs of the answer sheet as a grid, where there is room for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from kpi.catalogue.load import catalogue
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.form.answer_sheet import AnswerRow, place_of
from kpi.model.problem import Problem
from kpi.services.enterprise.answer_sheets import LONGEST_WHY, OwnAnswerSheet
from kpi.services.enterprise.sheet_edits import SheetEdit
from pages.enterprise.parts.answers.answer_fields import basis_options, basis_words, item_names, kpi_unit
from pages.enterprise.parts.answers.answer_saving import save_edits
from pages.session.language import translate
from pages.session.page_context import PageContext

NO_BASIS = "none"
"""A blank choice is drawn as Streamlit's own word for nothing, so nothing is a choice of its own."""
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


def kpi_grid(context: PageContext, sheet: OwnAnswerSheet, problems: Sequence[Problem], locked: bool) -> None:
    """What was answered of each KPI with its unit and where it is from, and whether something is wrong with it.

    Once locked it is only read.
    """
    if not locked:
        st.text_input(translate("sheet.why"), key="why", max_chars=LONGEST_WHY)
    kpis = {kpi.code: kpi for kpi in catalogue().kpis}
    rows = [row for row in sheet.rows if row.item in kpis]
    names, marks = item_names(context), _marks(sheet, problems)
    table = [
        {"item": names[row.item]}
        | {field: row.text(field) for field in ANSWER_FIELDS}
        | {
            "unit": kpi_unit(kpis[row.item], row.basis, context.lang),
            "basis": row.basis or NO_BASIS,
            "cell": str(row.cell or (translate("sheet.typed") if row.value else "")),
            "problem": marks.get(row.item, ""),
        }
        for row in rows
    ]
    # Beside the name: the last columns are the first to lie beyond the edge.
    columns = ("item", "problem", "value", "unit", "basis", "before", "after", "note", "cell")
    # A new version is a new editor: what was typed into the one before has been kept, or the page says why it was not.
    name = f"grid-{sheet.credit_code}-{sheet.year}-{sheet.version}"
    st.data_editor(
        table,
        key=name,
        hide_index=True,
        column_order=columns,
        disabled=True if locked else ["item", "unit", "cell", "problem"],
        column_config={
            column: st.column_config.TextColumn(translate(f"sheet.{column}"), width=_WIDTHS[column])
            for column in columns
        }
        | {"basis": _bases(rows)},
        height=ROW_PIXELS * (len(rows) + 1) + 2,
        row_height=ROW_PIXELS,
        alt=translate("sheet.alt"),
        on_change=lambda: _save(context, sheet, rows, name),
    )


def _bases(rows: Sequence[AnswerRow]) -> Any:  # Streamlit's type of it is not public
    return st.column_config.SelectboxColumn(
        translate("sheet.basis"),
        options=[NO_BASIS, *basis_options(rows)],
        format_func=lambda basis: "—" if basis == NO_BASIS else basis_words(str(basis)),
        width=_WIDTHS["basis"],
    )


def _save(context: PageContext, sheet: OwnAnswerSheet, rows: Sequence[AnswerRow], name: str) -> None:
    changed = st.session_state[name]["edited_rows"]
    edits = [
        SheetEdit(rows[int(at)].item, field, "" if text in (None, NO_BASIS) else str(text))
        for at, fields in changed.items()
        for field, text in fields.items()
    ]
    save_edits(context, sheet, edits, st.session_state.get("why", ""))


def _marks(sheet: OwnAnswerSheet, problems: Sequence[Problem]) -> dict[str, str]:
    """A word for each item with problems; they are listed in full above and below the grid."""
    found = [(place[0], one.blocks) for one in problems if (place := place_of(one, sheet.rows))]
    odd = {item: translate("sheet.mark_warning") for item, _ in found}
    return odd | {item: translate("sheet.mark_error") for item, blocks in found if blocks}
