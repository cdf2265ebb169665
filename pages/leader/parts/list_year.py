"""Which year's list the page shows: the one at work, or another."""

from __future__ import annotations

import streamlit as st

from kpi.services.leader.own_list import OwnList
from pages.leader.parts.proposal_form import ASKED
from pages.session.language import translate
from pages.widgets.option_picker import pick_year

_SHOWN = "list_year_shown"


def chosen_year(found: OwnList) -> int:
    """The reader's choice where there is one to make. A proposal is of the year that it was asked for, and goes."""
    chosen = pick_year(translate("nomination.year"), found.years, found.latest.year)
    if st.session_state.get(_SHOWN, chosen) != chosen:
        st.session_state.pop(ASKED, None)
    st.session_state[_SHOWN] = chosen
    return chosen
