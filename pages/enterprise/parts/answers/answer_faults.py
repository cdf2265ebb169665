"""What must be fixed on the answer sheet, first on the page, and what to look at again: each with its inputs.

One is open at a time, the first at first; a link opens another where it stands.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi.catalogue.catalogue import catalogue
from kpi.intake.form.answer_sheet import place_of
from kpi.model.problem import Problem
from kpi.services.enterprise.sheets import OwnAnswerSheet
from pages.enterprise.parts.answers.answer_fields import item_names
from pages.enterprise.parts.answers.answer_forms import FIXED, item_form
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.problem_list import problem_items

_OPEN, _LOOKED_AT = "fix", "remark"


def fix_faults(context: PageContext, sheet: OwnAnswerSheet, problems: Sequence[Problem]) -> None:
    """The errors and questions item by item; nothing where there is none."""
    by_item: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.blocks and (found := place_of(problem, sheet.rows)):
            by_item.setdefault(found[0], []).append(problem)
    if not by_item:
        return
    asked = st.query_params.get(_OPEN)
    opened = asked if asked in by_item else next(iter(by_item))
    st.subheader(translate("sheet.to_fix", count=len(by_item)), anchor=False)
    for item, faults in by_item.items():
        problem_items(faults, lambda problem: place(context, sheet, problem))
        if item == opened:
            item_form(context, sheet, item, key="fix")
        else:
            label = translate("sheet.fix", item=item_names(context)[item])
            st.button(label, key=f"fix-{item}", on_click=_open, args=(_OPEN, item))


def show_remarks(context: PageContext, sheet: OwnAnswerSheet, remarks: Sequence[Problem], locked: bool) -> None:
    """What need not be changed, item by item, each with a button that opens its inputs below it; none once locked."""
    if not remarks:
        return
    by_item: dict[str, list[Problem]] = {}
    for problem in remarks:
        found = place_of(problem, sheet.rows)
        by_item.setdefault(found[0] if found else "", []).append(problem)
    st.subheader(translate("faults.warning", count=len(remarks)), anchor=False)
    for item, found_here in by_item.items():
        problem_items(found_here, lambda problem: place(context, sheet, problem))
        if locked or not item or item in FIXED:
            continue
        if item == st.query_params.get(_LOOKED_AT):
            item_form(context, sheet, item, key="remark")
        else:
            label = translate("sheet.change", item=item_names(context)[item])
            st.button(label, key=f"remark-{item}", on_click=_open, args=(_LOOKED_AT, item))


def _open(kind: str, item: str) -> None:
    st.query_params[kind] = item


def place(context: PageContext, sheet: OwnAnswerSheet, problem: Problem) -> str:
    """Where a problem is, as the sheet's reader knows it: the item, its field, and the file's cell it came from."""
    found = place_of(problem, sheet.rows)
    if found is None:
        return ""
    item, field = found
    row = next(row for row in sheet.rows if row.item == item)
    # A fact has nothing but its value; the cell that is known is the value's, not that of the basis or the note.
    of_kpi = any(kpi.code == item for kpi in catalogue().kpis)
    cell = str(row.cell) if row.cell and field == "value" else ""
    parts = [item_names(context)[item], translate(f"sheet.{field}") if of_kpi else "", cell]
    return " › ".join(part for part in parts if part)
