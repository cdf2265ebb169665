"""Answering an objection, with what it means for the factory, and taking an answered one up again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import streamlit as st

from kpi.errors import UserError
from kpi.model.lifecycle import is_off_the_list
from kpi.model.programme import OUTCOMES, Objection
from kpi.model.times import now, shanghai_date
from kpi.services.administrator.objections import (
    ListedObjection,
    answer_objection,
    objection_file,
    reopen_objection,
)
from kpi.services.administrator.stages import LONGEST_NOTE
from pages.administrator.parts.objections.adding import offer_addition
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.datetime_format import format_datetime
from pages.widgets.downloads import offer_sent_file
from pages.widgets.error_message import show_error
from pages.widgets.option_picker import pick_option

PICKED, JUST_RECORDED = "objection", "objection-recorded"


BEGUN = 16
"""So much of an objection distinguishes it from another to the same factory of the same day."""


def offer_answers(context: PageContext, found: Sequence[ListedObjection]) -> None:
    """One objection, whole, and what can be done about it: after one was recorded, that one."""
    if not found:
        return
    by_key = {one.objection.id: one for one in found}
    if (recorded := st.session_state.pop(JUST_RECORDED, None)) in by_key:
        st.session_state[PICKED] = recorded
    chosen = by_key[pick_option(translate("objections.one"), list(by_key), PICKED, lambda key: _label(by_key[key]))]
    _whole(context, chosen)
    offer_addition(context, chosen)
    # What is being written when a colleague has answered it, or taken it up again, stays and is said to be of before.
    is_open = chosen.objection.state == "open"
    if is_open or _begun(f"{_form_of(chosen, 'answer')}-words"):
        _answer(context, chosen, meanwhile=not is_open)
    if not is_open or _begun(f"{_form_of(chosen, 'reopen')}-reason"):
        _reopen(context, chosen, meanwhile=is_open)


def _form_of(one: ListedObjection, act: str) -> str:
    """Empty again after one's own act alone."""
    return f"{act}-{one.objection.id}-{st.session_state.get(f'{act}-times-{one.objection.id}', 0)}"


def _begun(field: str) -> bool:
    return bool(st.session_state.get(field, "").strip())


def _label(one: ListedObjection) -> str:
    name = one.application.enterprise or one.application.credit_code
    words = one.objection.objection
    begun = words if len(words) <= BEGUN else f"{words[:BEGUN]}…"
    return f"{one.objection.received_on}　{name}　{begun}　{translate(f'objections.state.{one.objection.state}')}"


def _whole(context: PageContext, one: ListedObjection) -> None:
    given = one.objection
    html.clause(given.objection)
    said = translate("objections.from", who=given.objector or translate("objections.deleted"), day=given.received_on)
    if one.late:
        said += translate("objections.outside")
    html.where(said)
    html.bullets([said for _, said in sorted([*_answers(given), *_additions(one)])])
    for part in (given.id, *(added.id for added in given.additions)):
        if part in one.file_names:
            find = partial(objection_file, context.store, number=part)
            offer_sent_file(context, f"{given.credit_code} {given.year}", find, f"objection-file-{part}")


def _answers(given: Objection) -> list[tuple[datetime, str]]:
    """When each was given, and how it is said."""
    return [
        (
            answer.answered_at,
            translate(
                f"objections.answered_{answer.outcome}",
                day=answer.answered_on,
                by=answer.answered_by,
                at=format_datetime(answer.answered_at),
                answer=answer.answer,
            ),
        )
        for answer in given.answers
    ]


def _additions(one: ListedObjection) -> list[tuple[datetime, str]]:
    """When each was added, and how it is said."""
    return [
        (
            added.added_at,
            translate(
                "objections.added",
                day=added.received_on,
                words=one.words_of(added),
                by=added.added_by,
                at=format_datetime(added.added_at),
            ),
        )
        for added in one.objection.additions
    ]


def _answer(context: PageContext, one: ListedObjection, *, meanwhile: bool) -> None:
    """``meanwhile``: a colleague has answered it, and nothing more can be sent before it is taken up again."""
    key = _form_of(one, "answer")
    # Always there, so that the fields keep their place and what is typed in them.
    with st.container():
        if meanwhile:
            html.notice(translate("objections.answered_meanwhile"))
    outcome = st.radio(
        translate("objections.outcome_of"),
        OUTCOMES,
        index=None,
        format_func=lambda name: translate(f"objections.outcome.{name}"),
        horizontal=True,
        key=f"{key}-outcome",
    )
    today = shanghai_date(now())
    day = st.date_input(
        translate("objections.answered_on"),
        today,
        min_value=one.objection.received_on,
        max_value=today,
        key=f"{key}-day",
        format="YYYY-MM-DD",
    )
    words = st.text_input(translate("objections.answer"), max_chars=LONGEST_NOTE, key=f"{key}-words")
    if meanwhile:
        return
    if outcome is None or not words.strip():
        html.where(translate("objections.to_answer"))
        return
    who = one.application.enterprise or one.application.credit_code
    state = translate(f"step.{one.application.stage}")
    off = "_off" if outcome == "upheld" and is_off_the_list(one.application.stage) else ""
    means = translate(f"objections.means_{outcome}{off}", who=who, year=one.application.year, state=state)
    if outcome != "upheld" and one.returns_to:
        after = translate(f"step.{one.returns_to}")
        means = translate(
            f"objections.means_{outcome}_back", who=who, year=one.application.year, state=state, after=after
        )
    if not ask_once(translate("objections.answer_it"), means, key=f"{key}-send", read=one.objection.parts):
        return
    try:
        answer_objection(context.store, context.viewer, one.objection.id, outcome, words, day, seen=one.objection.parts)
    except UserError as error:
        show_error(error)
        return
    _done(one, "answer", translate("objections.answered_now"))


def _reopen(context: PageContext, one: ListedObjection, *, meanwhile: bool) -> None:
    """``meanwhile``: a colleague has taken it up again."""
    key = _form_of(one, "reopen")
    with st.container():
        if meanwhile:
            html.notice(translate("objections.reopened_meanwhile"))
    reason = st.text_input(translate("objections.reopen_reason"), max_chars=LONGEST_NOTE, key=f"{key}-reason")
    if meanwhile or not reason.strip():
        return
    state = translate(f"step.{one.application.stage}")
    if not ask_once(translate("objections.reopen"), translate("objections.reopen_means", state=state), key=key):
        return
    try:
        reopen_objection(context.store, context.viewer, one.objection.id, reason)
    except UserError as error:
        show_error(error)
        return
    _done(one, "reopen", translate("objections.reopened_now"))


def _done(one: ListedObjection, act: str, said: str) -> None:
    times = f"{act}-times-{one.objection.id}"
    st.session_state[times] = st.session_state.get(times, 0) + 1
    st.session_state["objection_said"] = said
    st.rerun()
