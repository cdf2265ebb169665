"""Progress: every locked application by name, and the step it has come to."""

import streamlit as st

from kpi.model.application_state import STATES
from kpi.services.administrator.progress import BY_THE_ENTERPRISE, in_hand, take_step
from pages.administrator.parts import scope_labels
from pages.session.language import words
from pages.session.page_context import enter
from pages.widgets import html
from pages.widgets.option_picker import pick

here = enter("run_programme", "progress")
found = {f"{one.credit_code} {one.year}": one for one in in_hand(here.store, here.viewer)}
if not found:
    st.info(words("progress.none"))
    st.stop()

listed = sum(one.state == "listed" for one in found.values())
html.sentence(words("progress.sentence", count=len(found), listed=listed))
chosen = found[
    pick(words("progress.application"), list(found), "application", lambda key: f"{key}　{found[key].enterprise or ''}")
]
with st.form("step", border=False):
    state = st.selectbox(
        words("progress.to"),
        [state for state in STATES if state not in BY_THE_ENTERPRISE],
        format_func=lambda state: words(f"step.{state}"),
    )
    note = st.text_input(words("progress.note"), max_chars=200)
    if st.form_submit_button(words("progress.take"), type="primary"):
        take_step(here.store, here.viewer, chosen.credit_code, chosen.year, state, note)
        st.session_state["step_taken"] = True
        st.rerun()
if st.session_state.pop("step_taken", False):
    st.success(words("progress.taken"))

html.table(
    [words("progress.application"), words("progress.who"), words("progress.where"), words("progress.state")],
    [
        [
            key,
            "\n".join(name for name in (one.enterprise, one.factory) if name),
            f"{scope_labels.told(one.industry, here.lang)}\n{scope_labels.told(one.body or '', here.lang)}",
            words(f"step.{one.state or 'submitted'}"),
        ]
        for key, one in found.items()
    ],
    form="stacked",
)
