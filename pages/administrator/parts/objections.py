"""Objections: recorded, added to, answered with an outcome; the list of them, and which are open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.files.limits import application_limits
from kpi.model.lifecycle import ApplicationState, is_listed, is_off_the_list
from kpi.model.programme import OUTCOMES, Objection
from kpi.model.times import now, shanghai_date
from kpi.reports.content import About
from kpi.services.administrator.objections import (
    LONGEST_OBJECTION,
    LONGEST_OBJECTOR,
    LateEvidence,
    ListedObjection,
    NewObjection,
    add_to_objection,
    answer_objection,
    listed_objections,
    objection_file,
    record_objection,
    reopen_objection,
)
from kpi.services.administrator.stages import LONGEST_NOTE
from kpi.tables.stages import ApplicationInHand
from pages.administrator.parts.hearing import may_be_upheld, offer_informing
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, show_error
from pages.widgets.downloads import offer_sent_file
from pages.widgets.picker import pick_option
from pages.widgets.tables import format_datetime, show_table, typed_table

# What moving applications on or off the final list does to awards.


def award_lines(moves: Collection[tuple[ApplicationState, ApplicationState]]) -> list[str]:
    """A line for the awards that these moves give, and one for those that they take back."""
    gained = sum(is_listed(after) and not is_listed(before) for before, after in moves)
    lost = sum(is_listed(before) and not is_listed(after) for before, after in moves)
    counts = {"given": gained, "taken_back": lost}
    return [translate(f"progress.awards_{name}", count=count) for name, count in counts.items() if count]


# Adding late evidence to an objection that is recorded and not answered: its day, its words, its file.


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
        if not confirm_act(translate("objections.add_it"), translate("objections.add_means"), key=f"{key}-send"):
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


# Answering an objection, with what it means for the factory, and taking an answered one up again.


PICKED, JUST_RECORDED = "objection", "objection-recorded"


BEGUN = 16
"""So much of an objection distinguishes it from another to the same factory of the same day."""


def offer_answers(context: PageContext, found: Sequence[ListedObjection]) -> None:
    """One objection, whole, and what can be done about it: after one was recorded, that one."""
    if not found:
        return
    by_key = {objection.objection.id: objection for objection in found}
    if (recorded := st.session_state.pop(JUST_RECORDED, None)) in by_key:
        st.session_state[PICKED] = recorded
    chosen = by_key[pick_option(translate("objections.one"), list(by_key), PICKED, lambda key: _label(by_key[key]))]
    _whole(context, chosen)
    offer_addition(context, chosen)
    given, about = chosen.objection, chosen.application
    if done := offer_informing(context, given, about.enterprise or about.credit_code):
        st.session_state["objection_said"] = done
        st.rerun()
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
    html.bullets([said for _, said in sorted([*_answers(given), *_additions(one), *_heard(given)])])
    for part in (given.id, *(later.id for later in given.later_parts)):
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


def _heard(given: Objection) -> list[tuple[datetime, str]]:
    """When the factory was informed, and when it replied; and how each is said."""
    informed = [
        (
            hearing.informed_at,
            translate(
                "hearing.informed",
                day=hearing.reply_by,
                words=hearing.words,
                by=hearing.informed_by,
                at=format_datetime(hearing.informed_at),
            ),
        )
        for hearing in given.hearings
    ]
    replied = [
        (reply.replied_at, translate(f"hearing.{reply.kind}", words=reply.words, at=format_datetime(reply.replied_at)))
        for reply in given.replies
    ]
    return informed + replied


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
    if outcome == "upheld" and not may_be_upheld(context, one.objection, day):
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
    leads_to = "not_listed" if outcome == "upheld" else one.returns_to
    if leads_to is not None:
        means = "\n".join([means, *award_lines([(one.application.stage, leads_to)])])
    if not confirm_act(translate("objections.answer_it"), means, key=f"{key}-send", read=one.objection.parts):
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
    if not confirm_act(translate("objections.reopen"), translate("objections.reopen_means", state=state), key=key):
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


# Recording an objection: about which factory, when, from whom, what, and the file that came with it.


_ROUND = "objection_round"


def offer_recording(context: PageContext, public: Sequence[ApplicationInHand]) -> None:
    """Of what stands on a public list; the fields are empty again after success."""
    st.subheader(translate("objections.record"), anchor=False)
    if not public:
        html.where(translate("objections.nothing_public"))
        st.page_link("pages/administrator/progress.py", label=translate("objections.to_progress"))
        return
    key = f"objection-{st.session_state.get(_ROUND, 0)}"
    by_key = {f"{hand.credit_code} {hand.year}": hand for hand in public}
    chosen = st.selectbox(
        translate("objections.about"),
        list(by_key),
        index=None,
        placeholder=translate("sheet.choose"),
        format_func=lambda item: f"{item}　{by_key[item].enterprise or ''}",
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
    if not confirm_act(translate("objections.record_one"), means, key=f"{key}-record"):
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


# All objections as a table, with its files, which name who objected.


COLUMNS = ("about", "received_on", "who", "words", "state_of", "answer")


def objection_list(context: PageContext, found: Sequence[ListedObjection]) -> None:
    """Open ones first."""
    if not found:
        return
    st.subheader(translate("objections.all"), anchor=False)
    table = typed_table([translate(f"objections.{name}") for name in COLUMNS], [_row(objection) for objection in found])
    about = About(translate("title.objections"))
    show_table(context, about, table, "objections", form="stacked", thing="objections")


def _row(one: ListedObjection) -> list[str]:
    given, last = one.objection, one.objection.answers[-1:]
    name = one.application.factory or one.application.enterprise or ""
    late = translate("objections.outside") if one.late else ""
    return [
        f"{one.application.credit_code} {one.application.year}\n{name}",
        f"{given.received_on}{late}",
        given.objector or translate("objections.deleted"),
        "\n".join([given.objection, *_added(one)]),
        i18n.begun(translate(f"objections.state.{given.state}")),
        "\n".join(f"{answer.answered_on} {answer.answer}" for answer in last),
    ]


def _added(one: ListedObjection) -> list[str]:
    """Day and words of each addition."""
    return [f"{added.received_on} {one.words_of(added)}" for added in one.objection.additions]


# The open objections to an application that is to be put on the final list: they are read before that.


def open_objections_to(context: PageContext, chosen: ApplicationInHand) -> list[ListedObjection]:
    """With what was added to each."""
    return [
        objection
        for objection in listed_objections(context.store, context.viewer)
        if objection.objection.state == "open" and objection.application == chosen
    ]


def objection_lines(one: ListedObjection) -> list[str]:
    """Day and words of an objection, then of each addition."""
    given = one.objection
    added = [(part.received_on, one.words_of(part)) for part in given.additions]
    return [
        f"{given.received_on} {given.objection}",
        *(translate("objections.added_here", day=day, words=words) for day, words in added),
        *(said for _, said in _heard(given)),
    ]
