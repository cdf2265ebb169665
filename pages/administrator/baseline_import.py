"""Bringing in a baseline: send the panel, answer what is not certain, see what it is worth, freeze it."""

import streamlit as st

from kpi.errors import UserError
from pages.administrator.parts.panel_import import (
    ask_files,
    desk_for,
    forget_files,
    has_questions,
    offer_freezing,
    offer_rereading,
    show_refusal,
    watch,
)
from pages.administrator.parts.panel_preview import show_preview
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import end_page, show_error
from pages.widgets.documents import problem_list

context = require_page("run_programme", "baseline_import")
if frozen := st.session_state.pop("baseline_frozen", None):
    st.success(frozen)
    st.page_link("pages/administrator/baselines.py", label=translate("baseline_import.to_baselines"))
html.where(translate("baseline_import.how"))
sent = ask_files(context, has_questions())
desk = desk_for(sent)
if sent is None or desk is None:
    end_page()
if baseline := desk.collect():
    forget_files()
    said = translate("baseline_import.frozen", name=html.plain(baseline.name), sha256=baseline.sha256[:12])
    st.session_state["baseline_frozen"] = said
    st.rerun()
if job := desk.previewing or desk.freezing:
    watch(job, desk.freezing is not None)
    end_page()
if isinstance(desk.error, UserError):
    show_error(desk.error)
elif desk.error:
    raise desk.error
if desk.refused:
    show_refusal(context, sent, desk, desk.refused)
elif desk.preview:
    show_preview(context, desk.preview, sent.incoming)
    problem_list(desk.preview.panel.warnings)
    offer_rereading(context, sent, desk, desk.preview.panel.shape)
    offer_freezing(context, sent, desk, desk.preview)
elif st.button(translate("baseline_import.preview"), type="primary"):
    desk.check(context, sent, desk.recipe)
    st.rerun()
