"""Going through the list from one candidate to the next, by button or key."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi.services.reviewer.candidate_list import ListedCandidate, own_candidates
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.option_picker import YEAR

BROWSED = "browsed-candidates"
PREVIOUS_KEY, NEXT_KEY = "k", "j"

Stop = tuple[str, str, str]
"""A candidate on the way: its year, its industry and its credit code."""


def remember_list(shown: Sequence[ListedCandidate]) -> None:
    """What is shown now is what next and previous go by."""
    st.session_state[BROWSED] = [_stop(one) for one in shown]


def browse(context: PageContext, credit_code: str, year: int) -> None:
    """Previous and next in the list as it was shown last, else in the reviewer's own order."""
    way: list[Stop] = st.session_state.get(BROWSED, [])
    here = (str(year), credit_code)
    if here not in [(of, code) for of, _, code in way]:
        way = [_stop(one) for one in own_candidates(context.store, context.viewer)]
        st.session_state[BROWSED] = way
    at = [(of, code) for of, _, code in way].index(here)
    with st.container(horizontal=True, vertical_alignment="center", key="browse"):
        _button("previous", way[at - 1] if at else None, PREVIOUS_KEY)
        _button("next", way[at + 1] if at + 1 < len(way) else None, NEXT_KEY)
        html.where(translate("list.at", at=at + 1, of=len(way)))


def _button(name: str, stop: Stop | None, key: str) -> None:
    st.button(
        translate(f"list.{name}"),
        key=f"browse-{name}",
        disabled=stop is None,
        on_click=_go,
        args=stop or ("", "", ""),
        shortcut=key,
    )


def _go(year: str, industry: str, credit_code: str) -> None:
    if YEAR in st.session_state:  # else there is a single one, and nobody is asked for it
        st.session_state[YEAR] = year
    st.session_state["industry"], st.session_state["candidate"] = industry, credit_code


def _stop(one: ListedCandidate) -> Stop:
    return str(one.record.year), one.record.industry, one.record.credit_code
