"""Searching and filtering the reviewer's list. What is filtered by stands in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import get_args

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.evaluation import ClauseVerdict
from kpi.model.lifecycle import APPLICATION_STATES
from kpi.model.scoring import FLAG_CODES, FlagCode
from kpi.reports.content import LabelledLine
from kpi.services.reviewer.candidate_list import ListedCandidate
from kpi.services.reviewer.screening import standing_flags
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.option_picker import pick_option, search_word

ALL, ANY, NONE = "all", "any", "none"
SEARCH, LONGEST_WORD = "list-search", 80

_KINDS: dict[str, Callable[[ListedCandidate], str]] = {
    "year": lambda one: str(one.record.year),
    "in-industry": lambda one: one.record.industry,
    "body": lambda one: one.record.body,
    "clause": lambda one: one.record.clause,
    "state": lambda one: one.record.state,
    "seen": lambda one: "seen" if one.looked_at else "unseen",
    "scoring": lambda one: one.scoring,
}
"""What can be filtered by, in the address's words; a kind with one value in the whole list is not asked."""


def filtered(context: PageContext, listed: Sequence[ListedCandidate]) -> list[ListedCandidate]:
    """Those that fit the search and every filter, in the order given."""
    asked = {kind: _values(listed, kind) for kind in _KINDS}
    asked = {kind: values for kind, values in asked.items() if len(values) > 1}
    with st.container(key="list-filters"):
        search, *columns = st.columns(len(asked) + 1)
    with search:
        words = search_word(translate("list.search"), SEARCH, LONGEST_WORD).casefold().split()
    found = [one for one in listed if all(word in _text(one) for word in words)]
    for (kind, values), column in zip(asked.items(), columns, strict=True):
        with column:
            words_of = partial(_word, context, kind)
            chosen = pick_option(translate(f"list.filter.{kind}"), [ALL, *values], kind, words_of)
        found = [one for one in found if chosen in (ALL, _KINDS[kind](one))]
    return _by_points(context, found)


def stated_filters(context: PageContext) -> list[LabelledLine]:
    """Each filter that narrows the list now, with its value."""
    asked = {kind: st.session_state.get(kind, ALL) for kind in _KINDS}
    lines = [
        (translate(f"list.filter.{kind}"), _word(context, kind, value)) for kind, value in asked.items() if value != ALL
    ]
    if words := st.session_state.get(SEARCH, "").strip():
        lines.append((translate("list.search"), words))
    if (points := st.session_state.get("points", ALL)) != ALL:
        lines.append((translate("list.filter.points"), _point_word(context, points)))
    return [LabelledLine(label, value) for label, value in lines]


def _by_points(context: PageContext, listed: list[ListedCandidate]) -> list[ListedCandidate]:
    """By points to verify that stand. They are looked for only when they are asked for."""
    chosen = pick_option(
        translate("list.filter.points"), [ALL, ANY, NONE, *FLAG_CODES], "points", partial(_point_word, context)
    )
    if chosen == ALL:
        return listed
    bar = st.progress(0.0, translate("list.looking"))
    standing = standing_flags(context.store, context.viewer, bar.progress)
    bar.empty()
    return [one for one in listed if _fits(chosen, standing[one.record.key])]


def _fits(chosen: str, flags: frozenset[FlagCode]) -> bool:
    return bool(flags) == (chosen == ANY) if chosen in (ANY, NONE) else chosen in flags


def _point_word(context: PageContext, value: str) -> str:
    if value in FLAG_CODES:
        return i18n.flag_name(value, context.lang)
    return translate("list.all" if value == ALL else f"list.points_{value}")


def _values(listed: Sequence[ListedCandidate], kind: str) -> list[str]:
    """In the order in which the notice has bodies and industries, and an application its steps."""
    found = {_KINDS[kind](one) for one in listed}
    if kind == "body":
        return sorted(found, key=catalogue().body_place)
    if kind == "in-industry":
        return sorted(found, key=catalogue().industry_place)
    in_order: dict[str, Sequence[str]] = {"clause": get_args(ClauseVerdict), "state": APPLICATION_STATES}
    return [one for one in in_order[kind] if one in found] if kind in in_order else sorted(found)


def _text(one: ListedCandidate) -> str:
    return f"{one.record.factory} {one.record.enterprise} {one.record.credit_code}".casefold()


def _word(context: PageContext, kind: str, value: str) -> str:
    if value == ALL:
        return translate("list.all")
    if kind in ("in-industry", "body"):
        return i18n.catalogue_name(value, context.lang)
    if kind == "clause":
        return next(i18n.clause_word(word, context.lang) for word in get_args(ClauseVerdict) if word == value)
    if kind == "state":
        return translate(f"step.{value}")
    return value if kind == "year" else translate(f"list.{value}")
