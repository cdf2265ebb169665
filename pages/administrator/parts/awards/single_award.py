"""One award: added, corrected or revoked with a reason, asked once; then what its credit code has now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.errors import InvalidFile, UserError
from kpi.intake.lists import award_tiers, counts_for_quota
from kpi.model.claims import Award
from kpi.model.problem import Problem
from kpi.services.administrator.awards import (
    LONGEST_REASON,
    add_single_award,
    check_awarded,
    correct_award,
    earlier_revocation,
    revoke_award,
)
from pages.administrator.parts.awards.award_label import award_label, change_words
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.error_message import show_error
from pages.widgets.problem_list import problem_list

LONGEST_CELL = 120
_ROUND, _DONE = "award_round", "award_changed"


def offer_single_award(context: PageContext, listed: Sequence[Award]) -> None:
    """The fields are empty again after success."""
    st.subheader(translate("awards.single"), anchor=False)
    if done := st.session_state.pop(_DONE, None):
        st.success(translate(f"awards.done_{done[0]}"))
        _checked(context, done[1])
    key = f"award-{st.session_state.get(_ROUND, 0)}"
    named = partial(award_label, context.lang)
    times = Counter(map(named, listed))
    by_name = {translate("awards.new"): None} | {
        named(one) if times[named(one)] == 1 else f"{named(one)} ({one.source})": one for one in listed
    }
    before = by_name[st.selectbox(translate("awards.which"), list(by_name), key=key)]
    key = f"{key}-{sha256(repr(before).encode()).hexdigest()[:12] if before else 'new'}"
    after = _fields(context, before, key)
    reason = st.text_input(translate("awards.reason"), max_chars=LONGEST_REASON, key=f"{key}-reason")
    if not reason.strip():
        html.where(translate("awards.to_explain"))
        return
    on = (context.store, context.viewer)
    if before is None:
        adds = [translate("awards.add_means", award=named(after)), *_said_of_a_new_one(context, after)]
        if ask_once(translate("awards.add"), "\n".join(adds), key=f"{key}-add"):
            _do("added", after.credit_code, partial(add_single_award, *on, after, reason))
        return
    with st.container(horizontal=True):
        means = translate("awards.correct_means", before=named(before), after=named(after))
        corrected = after != before and ask_once(translate("awards.correct"), means, key=f"{key}-correct")
        revoked = ask_once(
            translate("awards.revoke"),
            translate("awards.revoke_means", award=named(before)),
            key=f"{key}-revoke",
        )
    if corrected:
        _do("corrected", after.credit_code, partial(correct_award, *on, before, after, reason))
    if revoked:
        _do("revoked", before.credit_code, partial(revoke_award, *on, before, reason))


def _said_of_a_new_one(context: PageContext, after: Award) -> list[str]:
    """That it was revoked before, and that no quota counts it."""
    revoked = earlier_revocation(context.store, context.viewer, after)
    lines = [translate("awards.comes_back", words=change_words(revoked))] if revoked else []
    nobodys = after.body is None and counts_for_quota(after)
    return lines + ([translate("awards.without_body", count=1)] if nobodys else [])


def _fields(context: PageContext, before: Award | None, key: str) -> Award:
    """What holds stands in them; of a new award nothing does. Two beside one another, in the order of reading."""
    tiers, bodies = award_tiers(), [body.name.zh for body in catalogue().bodies]
    bounds = catalogue().fact("year")
    first, second = st.columns(2)
    with first:
        code = _text("code", before.credit_code if before else "", key)
    with second:
        factory = _text("factory", before.factory if before else "", key)
    first, second = st.columns(2)
    with first:
        at = tiers.index(before.tier) if before and before.tier in tiers else 0
        shown = partial(i18n.catalogue_name, lang=context.lang)
        tier = st.selectbox(translate("awards.tier"), tiers, at, shown, key=f"{key}-tier")
    with second:
        year = st.number_input(
            translate("awards.year"),
            int(bounds.minimum or 0),
            int(bounds.maximum or 0),
            before.year if before else None,
            key=f"{key}-year",
        )
    first, second = st.columns(2)
    with first:
        source = _text("source", before.source if before else "", key)
    with second:
        body = st.selectbox(
            translate("awards.body"),
            bodies,
            bodies.index(before.body) if before and before.body in bodies else None,
            placeholder=translate("awards.no_body"),
            format_func=lambda one: i18n.catalogue_name(one, context.lang),
            key=f"{key}-body",
        )
    return Award(code, factory, tier, int(year or 0), source, body)


def _text(name: str, held: str, key: str) -> str:
    return st.text_input(translate(f"awards.{name}"), held, max_chars=LONGEST_CELL, key=f"{key}-{name}").strip()


def _do(done: str, code: str, act: Callable[[], object]) -> None:
    try:
        act()
    except InvalidFile as refused:
        html.where(translate("awards.to_correct"))
        problem_list([_of_a_field(one) for one in refused.problems], lambda one: str(one.params["name"]))
    except UserError as error:
        show_error(error)
    else:
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.session_state[_DONE] = (done, code)
        st.rerun()


def _of_a_field(problem: Problem) -> Problem:
    """Where it is: the field by its label on the page, as nothing came as a file."""
    name = str(problem.params["field"]).removeprefix("credit_")
    label = translate(f"awards.{name}")
    return replace(problem, params={**problem.params, "name": label})


def _checked(context: PageContext, code: str) -> None:
    """The check that applications are put to, right after the change."""
    found = check_awarded(context.store, context.viewer, code)
    said = "checked_none" if not found.awards else "checked" if found.barred else "checked_nobody"
    html.where(translate(f"awards.{said}", code=code, count=len(found.awards)))
    html.bullets(
        [translate("awards.bars", who=one.enterprise or one.credit_code, year=one.year) for one in found.barred]
    )
