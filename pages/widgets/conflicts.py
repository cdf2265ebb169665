"""Conflicts of interest, asked before the material: of all candidates at once of which nothing was said yet."""

from __future__ import annotations

import streamlit as st

from kpi.errors import UserError
from kpi.services.administrator.accounts import LONGEST_CONFLICT_REASON
from kpi.services.reviewer.conflicts import candidates_to_declare_on, state_conflicts
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, end_page, show_error


def ask_conflicts(context: PageContext) -> None:
    """The page goes on once it is said of everybody; those with a conflict are out of sight from then on."""
    asked = {record.key: record for record in candidates_to_declare_on(context.store, context.viewer)}
    if not asked:
        return
    html.sentence(translate("conflicts.ask", count=len(asked)))
    html.where(translate("conflicts.how"))
    html.bullets([f"{record.enterprise} · {record.factory}" for record in asked.values()])
    own = st.multiselect(
        translate("conflicts.own"),
        list(asked),
        format_func=lambda key: f"{asked[key].enterprise}　{asked[key].credit_code}",
        placeholder=translate("sheet.choose"),
        key="own-conflicts",
    )
    why = ""
    if own:
        why = st.text_input(translate("conflicts.why"), max_chars=LONGEST_CONFLICT_REASON, key="own-conflicts-why")
    rest = [key for key in asked if key not in own]
    said = [translate("conflicts.means_none", count=len(rest))] if rest else []
    said += [translate("scores.conflict_means", candidate=asked[key].enterprise) for key in own]
    if confirm_act(translate("conflicts.declare"), "\n".join(said), key="declare-conflicts", read=list(asked)):
        try:
            state_conflicts(context.store, context.viewer, rest, own, why)
        except UserError as error:
            show_error(error)
        else:
            st.rerun()
    end_page()
