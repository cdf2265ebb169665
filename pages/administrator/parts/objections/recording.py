"""Recording an objection: about which factory, when, from whom, what, and the file that came with it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi.errors import UserError
from kpi.files.limits import application_limits
from kpi.model.times import now, shanghai_date
from kpi.queries import ApplicationInHand
from kpi.services.administrator.objections import (
    LONGEST_OBJECTION,
    LONGEST_OBJECTOR,
    NewObjection,
    record_objection,
)
from pages.administrator.parts.objections.answering import JUST_RECORDED
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.error_message import show_error

_ROUND = "objection_round"


def offer_recording(context: PageContext, public: Sequence[ApplicationInHand]) -> None:
    """Of what stands on a public list; the fields are empty again after success."""
    st.subheader(translate("objections.record"), anchor=False)
    if not public:
        html.where(translate("objections.nothing_public"))
        st.page_link("pages/administrator/progress.py", label=translate("objections.to_progress"))
        return
    key = f"objection-{st.session_state.get(_ROUND, 0)}"
    by_key = {f"{one.credit_code} {one.year}": one for one in public}
    chosen = st.selectbox(
        translate("objections.about"),
        list(by_key),
        index=None,
        placeholder=translate("sheet.choose"),
        format_func=lambda one: f"{one}　{by_key[one].enterprise or ''}",
        key=f"{key}-about",
    )
    today = shanghai_date(now())
    day = st.date_input(
        translate("objections.received_on"), today, max_value=today, key=f"{key}-day", format="YYYY-MM-DD"
    )
    objector = st.text_input(
        translate("objections.objector"),
        max_chars=LONGEST_OBJECTOR,
        key=f"{key}-objector",
        help=translate("objections.objector_how"),
    )
    words = st.text_area(translate("objections.words"), max_chars=LONGEST_OBJECTION, key=f"{key}-words")
    file = st.file_uploader(
        translate("objections.file"), key=f"{key}-file", max_upload_size=application_limits().file_megabytes
    )
    if chosen is None or not (objector.strip() and words.strip()):
        html.where(translate("objections.to_give"))
        return
    about = by_key[chosen]
    means = translate("objections.record_means", who=about.enterprise or about.credit_code, year=about.year)
    if not ask_once(translate("objections.record_one"), means, key=f"{key}-record"):
        return
    sent = (file.name, file.getvalue()) if file else None
    try:
        number = record_objection(
            context.store,
            context.viewer,
            NewObjection(about.credit_code, about.year, day, objector, words, sent),
        )
    except UserError as error:
        show_error(error)
        return
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state[JUST_RECORDED] = number
    st.session_state["objection_said"] = translate("objections.recorded")
    st.rerun()
