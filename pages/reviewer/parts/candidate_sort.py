"""The order of the list: the reviewer's own, or one that was asked for. Sorting by composite is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import streamlit as st

from kpi.services.reviewer.candidate_list import ListedCandidate, sort_by_composite
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html

Order = Literal["own", "name", "leading", "composite"]
SCORES = "list-composites"
"""Composites by (industry, year), as they were when the reviewer asked for them."""


def in_chosen_order(context: PageContext, listed: Sequence[ListedCandidate]) -> list[ListedCandidate]:
    """The own order first, and again whenever the list is opened."""
    order: Order = st.segmented_control(
        translate("list.order"),
        get_args(Order),
        default="own",
        format_func=lambda one: translate(f"list.order_{one}"),
        key="list-order",
        required=True,
    )
    if order == "name":
        return sorted(listed, key=lambda one: one.record.factory or one.record.enterprise)
    if order == "leading":
        return sorted(listed, key=lambda one: (-one.record.leading, one.position))
    return _by_composite(context, listed) if order == "composite" else list(listed)


def stated_order() -> tuple[object, ...]:
    """What the list is sorted by now; composites sort it once they have been asked for."""
    return st.session_state.get("list-order"), *st.session_state.get(SCORES, ())


def _by_composite(context: PageContext, listed: Sequence[ListedCandidate]) -> list[ListedCandidate]:
    """Composites compare within one industry and year; asking for them once is one act."""
    cells = {(one.record.industry, one.record.year) for one in listed}
    if len(cells) != 1:
        st.info(translate("list.one_industry"))
        return list(listed)
    [(industry, year)] = cells
    known = st.session_state.setdefault(SCORES, {})
    if (industry, year) not in known:
        html.notice(translate("list.composite_recorded"))
        if not st.button(translate("list.composite_sort")):
            return list(listed)
        known[industry, year] = sort_by_composite(context.store, context.viewer, industry, year)
    scores: dict[str, float] = known[industry, year]
    return sorted(listed, key=lambda one: (-scores.get(one.record.credit_code, -1.0), one.position))
