"""Objections while a list is in publicity: recorded, answered, taken up again; for administrators only."""

import streamlit as st

from kpi.services.administrator.objections import listed_objections, open_to_objection
from pages.administrator.parts.objections import objection_list, offer_answers, offer_recording
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import show_done

context = require_page("run_programme", "objections")
if said := st.session_state.pop("objection_said", None):
    show_done(said)
found = listed_objections(context.store, context.viewer)
waiting = sum(item.objection.state == "open" for item in found)
html.sentence(translate("objections.sentence" if found else "objections.none", count=len(found), waiting=waiting))
html.where(translate("objections.how"))
offer_answers(context, found)
objection_list(context, found)
offer_recording(context, open_to_objection(context.store, context.viewer))
