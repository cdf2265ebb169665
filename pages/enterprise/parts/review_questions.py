"""Questions from the review: a to-do above every step, and where they are answered."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.claims import WHOLE_APPLICATION
from kpi.services.enterprise.documents import LONGEST_ANSWER, OwnEnquiry, answer_enquiry, own_enquiries
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import form_button
from pages.widgets.datetime_format import format_datetime
from pages.widgets.error_message import show_error

SENT = "answer-sent"
PAGE = "pages/enterprise/submission.py"
_WORDS = "-words"


def remind_of_questions(context: PageContext) -> None:
    """How many wait for an answer, and the way there; nothing where none does."""
    if waiting := _waiting(context):
        html.notice(translate("own_enquiry.todo", open=len(waiting)))
        with st.container(key="to-questions", width="content"):
            _link(waiting)


def questions_first(context: PageContext) -> bool:
    """Whether questions wait: on the home they come before the next step."""
    waiting = _waiting(context)
    if waiting:
        html.sentence(translate("own_enquiry.todo", open=len(waiting)))
        with st.container(key="step-next", width="content"):
            _link(waiting)
    return bool(waiting)


def _waiting(context: PageContext) -> list[OwnEnquiry]:
    return [one for one in own_enquiries(context.store, context.viewer) if one.waiting]


def _link(waiting: Sequence[OwnEnquiry]) -> None:
    to = {"application": f"{waiting[0].credit_code} {waiting[0].year}"}
    st.page_link(PAGE, label=translate("own_enquiry.to_questions"), query_params=to)


def review_questions(context: PageContext, credit_code: str | None, year: int | None) -> None:
    """Each question of this factory and year with its answers; nothing where nothing was asked."""
    found = [
        one
        for one in own_enquiries(context.store, context.viewer)
        if (one.credit_code, one.year) == (credit_code, year)
    ]
    if not found:
        return
    waiting = sum(one.waiting for one in found)
    st.subheader(translate("own_enquiry.title", open=waiting, all=len(found)), anchor=False)
    html.where(translate("own_enquiry.how"))
    if st.session_state.pop(SENT, False):
        st.success(translate("own_enquiry.sent"))
    for one in found:
        # Withdrawn while its form stood on this page: what is typed in it stays.
        begun = one.withdrawn_because is not None and _form_key(one) + _WORDS in st.session_state
        state = translate(f"own_enquiry.{_state(one)}")
        name = f"{format_datetime(one.at)} · {_about(context, one)} · {state}"
        with st.expander(html.plain(name), expanded=one.waiting or begun):
            html.clause(one.question)
            for given in one.answers:
                at = format_datetime(given.at)
                html.where(translate("own_enquiry.done", answer=given.answer, at=at, by=given.by))
            # Always there, so that the form below keeps its place and what is typed in it.
            with st.container():
                if one.withdrawn_because is not None:
                    html.where(translate("own_enquiry.withdrawn_because", reason=one.withdrawn_because))
                    if begun:
                        html.notice(translate("own_enquiry.withdrawn_meanwhile"))
            if one.withdrawn_because is None or begun:
                _answer_form(context, one)


def _state(one: OwnEnquiry) -> str:
    if one.withdrawn_because is not None:
        return "withdrawn"
    return "open" if one.waiting else "answered"


def _about(context: PageContext, one: OwnEnquiry) -> str:
    if one.kpi == WHOLE_APPLICATION:
        return translate("enquiry.whole")
    return f"{one.kpi} {catalogue().kpi(one.kpi).name.in_(context.lang)}"


def _times(one: OwnEnquiry) -> str:
    return f"answered-{one.id}"


def _form_key(one: OwnEnquiry) -> str:
    """Another one once an answer was sent here; not by a colleague's, by which what is being written would go."""
    return f"answer-{one.id}-{st.session_state.get(_times(one), 0)}"


def _answer_form(context: PageContext, one: OwnEnquiry) -> None:
    key = _form_key(one)
    with st.form(key, border=False):
        answer = st.text_area(translate("own_enquiry.answer"), max_chars=LONGEST_ANSWER, key=key + _WORDS)
        sent = st.file_uploader(translate("own_enquiry.file"), key=f"{key}-file")
        if not form_button(translate("own_enquiry.send"), {translate("own_enquiry.answer"): key + _WORDS}):
            return
    try:
        file = (sent.name, sent.getvalue()) if sent else None
        answer_enquiry(context.store, context.viewer, one.id, answer, file)
    except UserError as error:
        show_error(error)
    else:
        st.session_state[_times(one)] = st.session_state.get(_times(one), 0) + 1
        st.session_state[SENT] = True
        st.rerun()
