"""Questions to the enterprise, with its answers and the files that came with them, and the form that asks another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal, get_args

import streamlit as st

from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.claims import WHOLE_APPLICATION, Enquiry
from kpi.services.reviewer.evidence import LONGEST_QUESTION, answer_file, ask_enterprise, withdraw_question
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import ask_once, entries, form_button
from pages.widgets.datetime_format import format_datetime
from pages.widgets.downloads import offer_sent_file
from pages.widgets.error_message import show_error

SAVED = "enterprise-asked"
About = Literal["kpi", "all"]


def ask_and_read_answers(context: PageContext, credit_code: str, year: int, kpi: str, asked: Sequence[Enquiry]) -> None:
    """What was asked about this KPI and about the whole application; other KPIs have theirs beside them."""
    html.clause(translate("enquiry.title"))
    if done := st.session_state.pop(SAVED, ""):
        st.success(translate(f"enquiry.{done}"))
    for one in asked:
        if one.kpi in (kpi, WHOLE_APPLICATION):
            _enquiry(context, one)
    _form(context, credit_code, year, kpi)


def about(context: PageContext, kpi: str) -> str:
    """What a question is about, in words."""
    if kpi == WHOLE_APPLICATION:
        return translate("enquiry.whole")
    return f"{kpi} {catalogue().kpi(kpi).name.in_(context.lang)}"


def _enquiry(context: PageContext, one: Enquiry) -> None:
    at = format_datetime(one.at)
    lines = [about(context, one.kpi), translate("enquiry.asked_by", at=at, by=one.by, question=one.question)]
    lines += [
        translate("enquiry.answered_by", at=format_datetime(given.at), by=given.by, answer=given.answer)
        for given in one.answers
    ]
    if one.withdrawal:
        back = one.withdrawal
        lines.append(translate("enquiry.withdrawn_by", at=format_datetime(back.at), by=back.by, reason=back.reason))
    html.bullets([*lines, translate("enquiry.waiting")] if one.waiting else lines)
    # Answered while its form stood on this page: what is typed in it stays.
    begun = bool(one.answers) and bool(st.session_state.get(_why_key(one)))
    if (one.waiting or begun) and one.by == context.viewer.account:
        _withdraw(context, one, begun)
    for upload in [given.upload for given in one.answers if given.upload]:
        _file(context, one, upload)


def _why_key(one: Enquiry) -> str:
    return f"withdraw-why-{one.id}"


def _withdraw(context: PageContext, one: Enquiry, answered: bool) -> None:
    with st.expander(translate("enquiry.withdraw"), expanded=answered):
        # Always there, so that what is below keeps its place and what is typed in it.
        with st.container():
            if answered:
                html.notice(translate("enquiry.answered_meanwhile"))
        reason = st.text_input(translate("enquiry.withdraw_why"), max_chars=LONGEST_QUESTION, key=_why_key(one))
        if not ask_once(translate("enquiry.withdraw"), translate("enquiry.withdraw_means"), key=f"withdraw-{one.id}"):
            return
        try:
            withdraw_question(context.store, context.viewer, one.credit_code, one.year, one.id, reason)
        except UserError as error:
            show_error(error)
        else:
            st.session_state[SAVED] = "withdrawn"
            st.rerun()


def _file(context: PageContext, one: Enquiry, upload: str) -> None:
    find = partial(answer_file, context.store, credit_code=one.credit_code, year=one.year, upload=upload)
    offer_sent_file(context, f"{one.credit_code} {one.year}", find, f"answer-file-{upload}")


def _form(context: PageContext, credit_code: str, year: int, kpi: str) -> None:
    # Empty again once another was asked here; not when a colleague asks one, by which what is being written would go.
    times = f"asked-{credit_code}-{year}-{kpi}"
    key = f"ask-{credit_code}-{year}-{kpi}-{st.session_state.get(times, 0)}"
    with entries(key):
        chosen: About = st.radio(
            translate("enquiry.about"),
            get_args(About),
            format_func=lambda one: translate(f"enquiry.about_{one}"),
            horizontal=True,
            key=f"{key}-about",
            on_change="ignore",
        )
        question = st.text_input(
            translate("enquiry.question"), max_chars=LONGEST_QUESTION, key=f"{key}-question", on_change="ignore"
        )
        html.where(translate("enquiry.how"))
        if form_button(translate("enquiry.ask"), {translate("enquiry.question"): f"{key}-question"}, key):
            try:
                asked = kpi if chosen == "kpi" else WHOLE_APPLICATION
                ask_enterprise(context.store, context.viewer, credit_code, year, asked, question)
            except UserError as error:
                show_error(error)
            else:
                st.session_state[times] = st.session_state.get(times, 0) + 1
                st.session_state[SAVED] = "asked"
                st.rerun()
