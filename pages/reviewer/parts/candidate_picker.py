"""Choosing among a reviewer's candidates; the choice stands in the address, and only known values are taken from it."""

from __future__ import annotations

import streamlit as st

from kpi.catalogue.load import catalogue
from kpi.i18n import catalogue_name
from kpi.services.reviewer.candidates import CandidateEntry, candidates
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.option_picker import pick_option


def candidates_of_industry(context: PageContext) -> dict[str, CandidateEntry]:
    """The candidates of the industry chosen, by credit code; ends the run where there are none at all."""
    found = candidates(context.store, context.viewer)
    if not found:
        st.info(translate("choose.none"))
        st.stop()
    names = [one.name.zh for one in catalogue().industries if any(other.industry == one.name.zh for other in found)]
    industry = pick_option(
        translate("choose.industry"), names, "industry", lambda name: catalogue_name(name, context.lang)
    )
    return {one.credit_code: one for one in found if one.industry == industry}


def candidate_label(context: PageContext, candidate: CandidateEntry) -> str:
    """A candidate in a list: its factory, and its body in the reader's language."""
    return f"{candidate.factory or candidate.enterprise} · {catalogue_name(candidate.body, context.lang)}"
