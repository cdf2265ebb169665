"""The notice that a page is of: that of the year it shows, and where it shows none that in force."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import streamlit as st

from kpi.catalogue.catalogue import catalogue, notice_in_hand
from kpi.services.notices import notice_to_show, under_notice_of
from pages.session.app_store import app_store
from pages.session.context import PageContext

_YEAR = "year-worked-in"


@contextmanager
def one_notice() -> Iterator[None]:
    """What a run says and asks is of one notice: that of the year that the reader was last shown, if any."""
    with notice_in_hand(notice_to_show(app_store(), st.session_state.get(_YEAR))):
        yield


@contextmanager
def context_of_year(context: PageContext, year: int) -> Iterator[PageContext]:
    """One of several things on a page, each of a year of its own: what is said within is of that year's notice."""
    with under_notice_of(context.store, year):
        yield replace(context, notice=catalogue())


def show_notice_of(year: int) -> None:
    """For a page, as soon as it knows which year it shows. Where that year has another notice than the one in hand, the
    page is begun again under it, and so are those that are opened from here.
    """
    st.session_state[_YEAR] = year
    if notice_to_show(app_store(), year) != catalogue():
        st.rerun()
