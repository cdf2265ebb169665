"""Adding late evidence to an objection that is recorded and not answered: its day, its words, its file."""

from __future__ import annotations

import streamlit as st

from kpi.errors import UserError
from kpi.files.limits import application_limits
from kpi.model.times import now, shanghai_date
from kpi.services.administrator.objections import LONGEST_OBJECTION, LateEvidence, ListedObjection, add_to_objection
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.error_message import show_error


def offer_addition(context: PageContext, one: ListedObjection) -> None:
    """While it is open; what is being written when a colleague answers it stays, and is said to be of before."""
    given = one.objection
    times = f"addition-times-{given.id}"
    key = f"addition-{given.id}-{st.session_state.get(times, 0)}"
    meanwhile = given.state != "open"
    if meanwhile and not (st.session_state.get(f"{key}-words", "").strip() or st.session_state.get(f"{key}-file")):
        return
    with st.expander(translate("objections.add"), key=f"{key}-box", expanded=meanwhile):
        if meanwhile:
            html.notice(translate("objections.added_too_late"))
        today = shanghai_date(now())
        day = st.date_input(
            translate("objections.added_on"),
            today,
            min_value=given.received_on,
            max_value=today,
            key=f"{key}-day",
            format="YYYY-MM-DD",
        )
        words = st.text_area(translate("objections.added_words"), max_chars=LONGEST_OBJECTION, key=f"{key}-words")
        file = st.file_uploader(
            translate("objections.added_file"), key=f"{key}-file", max_upload_size=application_limits().file_megabytes
        )
        if meanwhile:
            return
        if not (words.strip() or file):
            html.where(translate("objections.to_add"))
            return
        if not ask_once(translate("objections.add_it"), translate("objections.add_means"), key=f"{key}-send"):
            return
        sent = (file.name, file.getvalue()) if file else None
        try:
            add_to_objection(context.store, context.viewer, given.id, LateEvidence(day, words, sent))
        except UserError as error:
            show_error(error)
            return
    st.session_state[times] = st.session_state.get(times, 0) + 1
    st.session_state["objection_said"] = translate("objections.added_now")
    st.rerun()
