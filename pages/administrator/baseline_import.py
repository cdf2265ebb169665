"""Bringing in a baseline: send the panel, answer what is not certain, see what it is worth, freeze or propose it."""

import streamlit as st

from pages.administrator.parts.baseline_proposals import say_of, show_proposals
from pages.administrator.parts.panel_import import (
    ask_files,
    desk_for,
    forget_files,
    has_questions,
    offer_freezing,
    offer_rereading,
    show_refusal,
)
from pages.administrator.parts.panel_preview import show_preview
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import end_page
from pages.widgets.documents import problem_list

context = require_page("run_programme", "baseline_import")
show_proposals(context)
html.where(translate("baseline_import.how"))
sent = ask_files(context, has_questions())
desk = desk_for(sent)
if sent is None or desk is None:
    end_page()
if kept := desk.collect():
    forget_files()
    say_of(kept)
desk.show_what_stands()
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
