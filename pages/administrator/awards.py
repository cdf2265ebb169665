"""Awards: the list of factories awarded so far, against which every application is checked, and what it adds up to."""

import streamlit as st

from kpi.services.administrator.awards import award_history, list_awards
from pages.administrator.parts.awards import (
    offer_award_file,
    offer_single_award,
    show_awards,
    show_changes,
    show_totals,
)
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.outreach import show_outreach_in_reach

context = require_page("run_programme", "awards")
found = list_awards(context.store, context.viewer)
changes = award_history(context.store, context.viewer)
enterprises = len({item.credit_code or item.factory for item in found})
said = translate("awards.sentence" if found else "awards.none", count=len(found), enterprises=enterprises)
html.answer(translate("awards.what"), "", "", said, "", "plain")
parts = [*["list", "totals"] * bool(found), "import", "single", *["history"] * bool(changes)]
with st.container(border=True):
    tabs = dict(zip(parts, st.tabs([translate(f"awards.{name}") for name in parts]), strict=True))
if found:
    with tabs["list"]:
        show_awards(context, found)
    with tabs["totals"]:
        show_totals(context)
with tabs["import"]:
    offer_award_file(context)
with tabs["single"]:
    offer_single_award(context, found)
if changes:
    with tabs["history"]:
        show_changes(context, changes)
show_outreach_in_reach(context)
