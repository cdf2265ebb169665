"""Searching and filtering the reviewer's list. What is filtered by stands in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import get_args

import streamlit as st

from kpi import i18n
from kpi.model.evaluation import ClauseVerdict
from kpi.services.reviewer.candidate_list import ListedCandidate
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.option_picker import pick_option

ALL = "all"

_KINDS: dict[str, Callable[[ListedCandidate], str]] = {
    "year": lambda one: str(one.record.year),
    "in-industry": lambda one: one.record.industry,
    "body": lambda one: one.record.body,
    "clause": lambda one: one.record.clause,
    "state": lambda one: one.record.state,
    "seen": lambda one: "seen" if one.looked_at else "unseen",
}
"""What can be filtered by, in the address's words; a kind with one value in the whole list is not asked."""


def filtered(context: PageContext, listed: Sequence[ListedCandidate]) -> list[ListedCandidate]:
    """Those that fit the search and every filter, in the order given."""
    asked = {kind: _values(listed, of) for kind, of in _KINDS.items()}
    asked = {kind: values for kind, values in asked.items() if len(values) > 1}
    search, *columns = st.columns(len(asked) + 1)
    with search:
        words = st.text_input(translate("list.search"), max_chars=80, key="list-search").casefold().split()
    found = [one for one in listed if all(word in _text(one) for word in words)]
    for (kind, values), column in zip(asked.items(), columns, strict=True):
        with column:
            words_of = partial(_word, context, kind)
            chosen = pick_option(translate(f"list.filter.{kind}"), [ALL, *values], kind, words_of)
        found = [one for one in found if chosen in (ALL, _KINDS[kind](one))]
    return found


def _values(listed: Sequence[ListedCandidate], of: Callable[[ListedCandidate], str]) -> list[str]:
    return sorted({of(one) for one in listed})


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
