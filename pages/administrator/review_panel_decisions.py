"""Panel decisions: item by item in the agenda's order, each with its reason."""

import streamlit as st

from kpi.errors import UserError
from kpi.services.administrator.meeting import LONGEST_DECISION_REASON, decide_candidates
from pages.administrator.parts.decisions import decide_together, pick_outcome, several_undecided
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import entries, form_button, show_error
from pages.widgets.meeting import pick_meeting, show_meeting

context = require_page("run_panel", "decisions")
meeting = pick_meeting(context)
if st.session_state.pop("panel-decided", False):
    st.success(translate("panel.done_decided"))
several = several_undecided(meeting)
tabs = ("detail", "scores_name", "severity", "download", *["together"] * bool(several))
code, beside, last = show_meeting(context, meeting, "together" if several else "", tabs)
if several:
    with last:
        decide_together(context, meeting, several)
# What was pressed is meant for the edition that stood here when it was read: a form named by the edition would be
# another one once a colleague has decided, and the press would be lost without a word.
form = f"decide-{meeting.round.id}-{code}"
seen = st.session_state.get(f"{form}-seen", meeting.edition(code))
st.session_state[f"{form}-seen"] = meeting.edition(code)
fields = f"{form}-{st.session_state.get(f'{form}-times', 0)}"
with beside, entries(fields):
    outcome = pick_outcome(context, f"{fields}-outcome", on_change="ignore")
    label = translate("panel.reason")
    reason = st.text_input(label, max_chars=LONGEST_DECISION_REASON, key=f"{fields}-reason", on_change="ignore")
    sure = st.checkbox(translate("panel.decide_sure"), key=f"{fields}-sure", on_change="ignore")
    asked = form_button(translate("panel.decide"), {label: f"{fields}-reason"}, fields, type="primary")
with beside:
    if asked and not sure:
        html.notice(translate("scoring.not_sure"))
    elif asked:
        try:
            if outcome is None:
                raise UserError("no_such_outcome")
            decide_candidates(context.store, context.viewer, meeting.round.id, {code: seen}, outcome, reason)
        except UserError as error:
            show_error(error)
        else:
            st.session_state[f"{form}-times"] = st.session_state.get(f"{form}-times", 0) + 1
            st.session_state["panel-decided"] = True
            st.rerun()
