"""Giving up a draft: with a confirmation of its own, and never of what is locked."""

from __future__ import annotations

import streamlit as st

from kpi.services.enterprise.drafts import discard_draft, open_drafts, uncovered_drafts
from kpi.services.enterprise.sheets import own_sheets
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html


def offer_discard(context: PageContext, credit_code: str, year: int, opened: bool = False) -> None:
    """The button, once the box beside it says that it is meant. What is locked is not offered."""
    if (credit_code, year) not in open_drafts(context.store, context.viewer):
        return
    sheets = own_sheets(context.store, context.viewer)
    version = next((one.version for one in sheets if (one.credit_code, one.year) == (credit_code, year)), 0)
    # What a colleague has changed since the box was ticked is seen first: another version asks by itself.
    key = f"{credit_code}-{year}-{version}"
    with st.expander(translate("discard.title", year=year), expanded=opened):
        html.where(translate("discard.what"))
        sure = st.checkbox(translate("discard.sure", credit_code=credit_code, year=year), key=f"discard-sure-{key}")
        if st.button(translate("discard.discard"), key=f"discard-{key}", disabled=not sure):
            discard_draft(context.store, context.viewer, credit_code, year, seen=version)
            st.rerun()


def show_uncovered(context: PageContext) -> list[tuple[str, int]]:
    """Drafts of years that no result can be given for, each with the way out; the same list, for who shows the rest."""
    found = uncovered_drafts(context.store, context.viewer)
    for credit_code, year in found:
        st.warning(translate("discard.uncovered", credit_code=credit_code, year=year))
        offer_discard(context, credit_code, year, opened=True)
    return found
