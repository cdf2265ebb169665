"""Forms of the answer sheet, for every width: one item with all its fields, and the facts of annex 3 together."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import streamlit as st

from kpi.catalogue.catalogue import catalogue
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.form.answer_sheet import place_of
from kpi.model.problem import Problem
from kpi.services.enterprise.sheets import LONGEST_WHY, OwnAnswerSheet, SheetEdit
from kpi.services.year import policy_for_application
from pages.enterprise.parts.answers.answer_fields import item_inputs, item_names
from pages.enterprise.parts.answers.answer_saving import OpenForm, note_open_form, save_form
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import entries
from pages.widgets.option_picker import pick_option

FIXED = ("credit_code", "year")
"""Another code or year would be another sheet."""


def item_form(context: PageContext, sheet: OwnAnswerSheet, item: str, key: str, locked: bool = False) -> None:
    """One item with all its fields; ``key`` tells one place of the page from another. Once locked nothing is saved."""
    _form(context, sheet, [item], f"{key}-{item}", translate("sheet.save"), locked)


def one_item(context: PageContext, sheet: OwnAnswerSheet, problems: Sequence[Problem], locked: bool) -> None:
    """One KPI at a time, where there is no room for the grid; those with a problem are marked."""
    marked = {found[0] for one in problems if (found := place_of(one, sheet.rows))}
    names = item_names(context)
    chosen = pick_option(
        translate("sheet.item"),
        [kpi.code for kpi in catalogue().kpis],
        "item",
        lambda item: f"{'! ' if item in marked else ''}{names[item]}",
    )
    item_form(context, sheet, chosen, key="one", locked=locked)


def fact_form(context: PageContext, sheet: OwnAnswerSheet, locked: bool) -> None:
    """The facts of annex 3, folded, with those that are blank named; but for the two that name the sheet."""
    items = [fact.code for fact in catalogue().facts if fact.code not in FIXED]
    blank = {problem.params["item"] for problem in sheet.reading.problems if problem.code == "missing_fact"}
    with st.expander(translate("sheet.facts", count=len(blank)) if blank else translate("sheet.facts_all")):
        policy = policy_for_application(context.store, context.viewer, sheet.year)
        html.where(translate("sheet.contacts", years=policy.contact_years))
        _form(context, sheet, items, "facts", translate("sheet.save_facts"), locked)


def _form(context: PageContext, sheet: OwnAnswerSheet, items: Sequence[str], key: str, save: str, locked: bool) -> None:
    rows = {row.item: row for row in sheet.rows}
    # Where what it is about has changed it is a new form: what was typed into the one before has been kept, or the page
    # says why it was not. A change elsewhere in the sheet leaves what stands in it.
    texts = repr([[rows[item].text(field) for field in ANSWER_FIELDS] for item in items])
    name = f"{key}-{sheet.credit_code}-{sheet.year}-{sha256(texts.encode()).hexdigest()[:12]}"
    with entries(name):
        inputs = [item_inputs(context, rows[item], name) for item in items]

        def held() -> list[SheetEdit]:
            return [one for read in inputs for one in read()]

        if not locked:
            st.text_input(translate("sheet.why"), max_chars=LONGEST_WHY, key=f"{name}-why", on_change="ignore")
            note_open_form(name, OpenForm(sheet, held, f"{name}-why"))
        # Before the page is drawn again, which is no more of this form where a colleague has saved meanwhile.
        st.button(save, type="primary", disabled=locked, on_click=save_form, args=(context, name), key=f"{name}-save")
        if not locked:
            html.where(translate("sheet.form_how"))
