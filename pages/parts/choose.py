"""Choosing among a reviewer's candidates; the choice stands in the address, and only known values are taken from it."""

from __future__ import annotations

import streamlit as st

from kpi.catalogue import catalogue
from kpi.services.candidates import Candidate
from pages.parts.language import words
from pages.parts.page import Here


def industry_of(here: Here, found: list[Candidate]) -> str:
    """One industry among those that have candidates."""
    names = [one.name.zh for one in catalogue().industries if any(other.industry == one.name.zh for other in found)]
    chosen = st.selectbox(
        words("choose.industry"),
        names,
        format_func=lambda name: catalogue().industry(name).name.in_(here.lang),
        key="industry",
        bind="query-params",
    )
    return str(chosen)


def label(candidate: Candidate) -> str:
    return f"{candidate.factory or candidate.enterprise} · {candidate.body}"
