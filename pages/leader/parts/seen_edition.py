"""The edition of the list that this visit has seen: what is pressed or written is meant for it and no later one."""

from __future__ import annotations

import streamlit as st

from kpi.model.programme import ListEdition
from kpi.services.leader.own_list import OwnList

_SEEN = "nomination_seen"


def seen_edition(found: OwnList) -> ListEdition:
    """The latest when this visit came, or when it last did something itself; not one that a colleague saved since."""
    seen: ListEdition = st.session_state.setdefault(_SEEN, found.latest)
    if (seen.body, seen.year) != (found.latest.body, found.latest.year):
        st.session_state[_SEEN] = seen = found.latest
    return seen


def take_latest() -> None:
    """From the next run on the latest is what has been seen."""
    st.session_state.pop(_SEEN, None)
