"""Panel: the scores of a released round, how far reviewers agree, the agenda, and what is said of each candidate."""

import streamlit as st

from kpi.errors import UserError
from kpi.services.administrator.meeting import LONGEST_NOTE, write_review_panel_note
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets.acts import form_button, show_error
from pages.widgets.meeting import pick_meeting, show_meeting

context = require_page("see_panel", "panel")
meeting = pick_meeting(context)
if st.session_state.pop("panel-noted", False):
    st.success(translate("panel.noted"))
code, beside, _ = show_meeting(context, meeting, "detail", ("scores_name", "detail", "severity", "download"))
# Empty again after one's own note alone: several write at once, and what a colleague adds takes nothing away.
form = f"note-{meeting.round.id}-{code}"
with beside, st.form(f"{form}-{st.session_state.get(form, 0)}", border=False):
    field = f"{form}-{st.session_state.get(form, 0)}-words"
    note = st.text_input(translate("panel.note"), max_chars=LONGEST_NOTE, key=field)
    if form_button(translate("panel.note_add"), {translate("panel.note"): field}):
        try:
            write_review_panel_note(context.store, context.viewer, meeting.round.id, code, note)
        except UserError as error:
            show_error(error)
        else:
            st.session_state[form] = st.session_state.get(form, 0) + 1
            st.session_state["panel-noted"] = True
            st.rerun()
