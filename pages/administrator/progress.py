"""Progress: every locked application by name, and the step it has come to."""

import streamlit as st

from kpi.model.application_state import APPLICATION_STATES
from kpi.services.administrator.progress import BY_THE_ENTERPRISE, applications_in_progress, record_step
from pages.administrator.parts import scope_labels
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.option_picker import pick_option

context = require_page("run_programme", "progress")
found = {f"{one.credit_code} {one.year}": one for one in applications_in_progress(context.store, context.viewer)}
if not found:
    st.info(translate("progress.none"))
    st.stop()

listed = sum(one.state == "listed" for one in found.values())
html.sentence(translate("progress.sentence", count=len(found), listed=listed))
chosen = found[
    pick_option(
        translate("progress.application"),
        list(found),
        "application",
        lambda key: f"{key}　{found[key].enterprise or ''}",
    )
]
before = chosen.state or "submitted"
# Of this application as it stands: after a step the fields are empty again.
fields = f"{chosen.credit_code}-{chosen.year}-{before}"
state = st.selectbox(
    translate("progress.to"),
    [state for state in APPLICATION_STATES if state not in BY_THE_ENTERPRISE and state != before],
    index=None,
    placeholder=translate("progress.choose"),
    format_func=lambda state: translate(f"step.{state}"),
    key=f"state-{fields}",
)
note = st.text_input(translate("progress.note"), max_chars=200, key=f"note-{fields}")
if state is not None and ask_once(
    translate("progress.take"),
    translate(
        "progress.means",
        who=chosen.enterprise or chosen.credit_code,
        year=chosen.year,
        before=translate(f"step.{before}"),
        after=translate(f"step.{state}"),
    ),
    key=f"take-{fields}",
):
    record_step(context.store, context.viewer, chosen.credit_code, chosen.year, state, note)
    st.session_state["step_taken"] = True
    st.rerun()
if st.session_state.pop("step_taken", False):
    st.success(translate("progress.taken"))

html.table(
    [
        translate("progress.application"),
        translate("progress.who"),
        translate("progress.where"),
        translate("progress.state"),
    ],
    [
        [
            key,
            "\n".join(name for name in (one.enterprise, one.factory) if name),
            "\n".join(scope_labels.scope_label(reach, context.lang) for reach in (one.industry, one.body or "")),
            translate(f"step.{one.state or 'submitted'}"),
        ]
        for key, one in found.items()
    ],
    form="stacked",
)
