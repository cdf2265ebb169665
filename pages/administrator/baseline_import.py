"""Bringing in a baseline: send the panel, see what it is worth, freeze it."""

import streamlit as st

from kpi.errors import InvalidFile
from kpi.services.administrator.baseline_import import BaselinePreview, preview_baseline
from pages.administrator.parts.baseline_files import ask_files
from pages.administrator.parts.baseline_freezing import offer_freezing
from pages.administrator.parts.baseline_preview import show_preview
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html
from pages.widgets.problem_list import problem_list

context = require_page("run_programme", "baseline_import")
if frozen := st.session_state.pop("baseline_frozen", None):
    st.success(frozen)
    st.page_link("pages/administrator/baselines.py", label=translate("baseline_import.to_baselines"))
html.where(translate("baseline_import.how"))
sent = ask_files()
if sent is None:
    st.stop()
if st.session_state.get("baseline_previewed") != sent.key:
    if not st.button(translate("baseline_import.preview"), type="primary"):
        st.stop()
    st.session_state.pop("baseline_preview", None)
    with st.spinner(translate("baseline_import.checking")):
        try:
            st.session_state["baseline_preview"] = preview_baseline(
                context.store, context.viewer, sent.incoming, sent.sizes, sent.groups
            )
        except InvalidFile as refused:
            html.sentence(translate("baseline_import.refused", count=sum(one.blocks for one in refused.problems)))
            problem_list(refused.problems)
            st.stop()
    st.session_state["baseline_previewed"] = sent.key
    st.rerun()
preview: BaselinePreview = st.session_state["baseline_preview"]
show_preview(context, preview)
problem_list(preview.warnings)
offer_freezing(context, sent, preview)
