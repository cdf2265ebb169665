"""Progress: every locked application by name, and the step it has come to."""

import streamlit as st

from kpi.model.lifecycle import is_listed, is_out_of_order, must_be_looked_up, targets, waits_for_its_body
from kpi.services.administrator.stages import advance, applications_in_progress
from pages.administrator.parts.objections import award_lines, objection_lines, open_objections_to
from pages.administrator.parts.progress import (
    filtered_applications,
    offer_batches,
    offer_lists,
    offer_undo,
    offered,
    progress_table,
)
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, end_with_next, show_done
from pages.widgets.picker import pick_option

context = require_page("run_programme", "progress")
found = {
    f"{application.credit_code} {application.year}": application
    for application in applications_in_progress(context.store, context.viewer)
}
if not found:
    end_with_next(translate("progress.none"), "programme-year")

listed = sum(is_listed(item.stage) for item in found.values())
html.sentence(translate("progress.sentence", count=len(found), listed=listed))
chosen = found[
    pick_option(
        translate("progress.application"),
        list(found),
        "application",
        lambda key: f"{found[key].enterprise or ''}　{key}".strip(),
    )
]
before = chosen.stage
# Of this application as it stands: after a step the fields are empty again.
fields = f"{chosen.credit_code}-{chosen.year}-{before}"
possible = targets("set", before)
# The body moves its own; from there on it is mostly the next stage.
following = [] if waits_for_its_body(before) else [item for item in possible if not is_out_of_order(before, item)]
state = st.selectbox(
    translate("progress.to"),
    possible,
    index=possible.index(following[0]) if following else None,
    placeholder=translate("progress.choose"),
    format_func=lambda state: translate(f"step.{state}"),
    key=f"state-{fields}",
)
note = st.text_input(translate("progress.note"), max_chars=200, key=f"note-{fields}")
waiting = open_objections_to(context, chosen) if state and must_be_looked_up(state, "objections_open") else []
if state is not None and offered(context, [chosen], state, note, waiting):
    means = translate(
        "progress.means",
        who=chosen.enterprise or chosen.credit_code,
        year=chosen.year,
        before=translate(f"step.{before}"),
        after=translate(f"step.{state}"),
    )
    means = "\n".join([means, *award_lines([(before, state)])])
    if waiting:
        lines = [line for item in waiting for line in objection_lines(item)]
        means = "\n".join([translate("objections.open_here", count=len(waiting)), *lines, means])
    if confirm_act(translate("progress.take"), means, key=f"take-{fields}"):
        on = (context.store, context.viewer, chosen.credit_code, chosen.year)
        seen = [part for item in waiting for part in item.objection.parts]
        advance(*on, state, note, seen, since=chosen.since)
        st.session_state["step_taken"] = True
        st.rerun()
offer_undo(context, chosen)
if st.session_state.pop("step_taken", False):
    show_done(translate("progress.taken"))

if taken := st.session_state.pop("steps_taken", 0):
    show_done(translate("progress.taken_several", count=taken))
if undone := st.session_state.pop("steps_undone", 0):
    show_done(translate("progress.undone", count=undone))

st.subheader(translate("progress.listed"), anchor=False)
shown, asked = filtered_applications(context, found.values())
html.where(translate("progress.shown", shown=len(shown), count=len(found)))
progress_table(context, shown, list(found.values()), asked)
offer_batches(context, shown)
offer_lists(context, sorted({item.year for item in found.values()}, reverse=True))
