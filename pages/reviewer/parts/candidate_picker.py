"""Choosing among a reviewer's candidates; the choice stands in the address, and only known values are taken from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from kpi.catalogue.catalogue import catalogue
from kpi.charts.strip_comparison import MAX_CANDIDATES
from kpi.i18n import catalogue_name
from kpi.services.reviewer.candidates import CandidateEntry, candidates
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.home import end_with_next
from pages.widgets.option_picker import distinguished, pick_option, pick_year


def candidates_of_industry(context: PageContext) -> dict[str, CandidateEntry]:
    """The candidates of the year and the industry chosen, by credit code; ends the run where there are none at all."""
    every = candidates(context.store, context.viewer)
    if not every:
        end_with_next(translate("choose.none"), "benchmarks")
    year = pick_year(translate("choose.year"), {one.year for one in every}, _year_asked(every))
    found = [one for one in every if one.year == year]
    names = [one.name.zh for one in catalogue().industries if any(other.industry == one.name.zh for other in found)]
    industry = pick_option(
        translate("choose.industry"), names, "industry", lambda name: catalogue_name(name, context.lang)
    )
    return {one.credit_code: one for one in found if one.industry == industry}


def _year_asked(every: Sequence[CandidateEntry]) -> int:
    """Where the address names none: that of the candidate it names, else the one at work, which is first."""
    named = st.query_params.get("candidate") or st.query_params.get("with", "").split(",")[0]
    return next((one.year for one in every if one.credit_code == named), every[0].year)


def candidate_label(context: PageContext, candidate: CandidateEntry) -> str:
    """A candidate in a list: its factory, and its body in the reader's language."""
    return f"{candidate.factory or candidate.enterprise} · {catalogue_name(candidate.body, context.lang)}"


def pick_candidates(context: PageContext, by_code: Mapping[str, CandidateEntry]) -> list[str]:
    """Those chosen, in the order chosen; they stand in the address, so that the link opens the same comparison."""
    key = "compared"
    if not set(st.session_state.get(key, [None])) <= set(by_code):
        named = [code for code in st.query_params.get("with", "").split(",") if code in by_code]
        st.session_state[key] = list(dict.fromkeys(named))[:MAX_CANDIDATES] or list(by_code)[:3]
    labels = distinguished({code: candidate_label(context, one) for code, one in by_code.items()})
    picked: list[str] = st.multiselect(
        translate("compare.pick"),
        list(by_code),
        key=key,
        format_func=labels.__getitem__,
        max_selections=MAX_CANDIDATES,
        placeholder=translate("compare.pick"),
    )
    st.query_params["with"] = ",".join(picked)
    return picked
