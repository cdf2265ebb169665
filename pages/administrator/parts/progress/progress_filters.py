"""Which applications are looked for: year, stage and when it was reached, recommending body, a word of name or code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import streamlit as st

from kpi.catalogue.catalogue import catalogue
from kpi.model.lifecycle import LOCKED_STATES
from kpi.model.times import shanghai_date
from kpi.queries import ApplicationInHand
from kpi.reports.content import LabelledLine
from pages.administrator.parts.scope_labels import scope_label
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.option_picker import pick_option, search_word

EVERY = "every"
LONGEST_WORD = 60


def filtered_applications(
    context: PageContext, found: Iterable[ApplicationInHand]
) -> tuple[list[ApplicationInHand], list[LabelledLine]]:
    """The fields, what passes them, and each that narrows with its value."""
    found = list(found)
    first, second, third = st.columns(3)
    years = [EVERY, *sorted({str(one.year) for one in found}, reverse=True)]
    bodies = [EVERY, *sorted({one.body for one in found if one.body}, key=catalogue().body_place)]
    state_words = _or_every(lambda one: translate(f"step.{one}"))
    body_words = _or_every(lambda one: scope_label(one, context.lang))
    with first:
        year = pick_option(translate("progress.year"), years, "progress-year", _or_every(str))
    with second:
        state = pick_option(translate("progress.state"), [EVERY, *LOCKED_STATES], "progress-state", state_words)
    with third:
        body = pick_option(translate("progress.body"), bodies, "progress-body", body_words)
    first, second, third = st.columns(3)
    with first:
        word = search_word(translate("progress.search"), "progress-word", LONGEST_WORD).lower()
    with second:
        begin = _day("from_day")
    with third:
        end = _day("to_day")
    passed = [
        one
        for one in found
        if year in (EVERY, str(one.year)) and state in (EVERY, one.stage) and body in (EVERY, one.body)
        if (begin or date.min) <= shanghai_date(one.since) <= (end or date.max)
        if word in f"{one.credit_code} {one.enterprise or ''} {one.factory or ''}".lower()
    ]
    days = {"from_day": begin.isoformat() if begin else "", "to_day": end.isoformat() if end else ""}
    asked = {"year": year, "state": state_words(state), "body": body_words(body), "search": word} | days
    every = (EVERY, translate("progress.all"), "")
    return passed, [
        LabelledLine(translate(f"progress.{name}"), value) for name, value in asked.items() if value not in every
    ]


def _day(name: str) -> date | None:
    picked = st.date_input(translate(f"progress.{name}"), None, format="YYYY-MM-DD", key=f"progress-{name}")
    return picked if isinstance(picked, date) else None


def _or_every(words: Callable[[str], str]) -> Callable[[str], str]:
    return lambda one: translate("progress.all") if one == EVERY else words(one)
