"""What stands in the file that a sheet came from and not in the sheet, so that nothing goes missing unseen."""

from __future__ import annotations

import streamlit as st

from kpi.errors import NotThere
from kpi.model.problem import Problem
from kpi.services.enterprise.answer_sheets import OwnSheet, left_behind
from pages.session.language import words
from pages.session.page_context import Here
from pages.widgets import html
from pages.widgets.problem_list import faults


def left_over(here: Here, sheet: OwnSheet) -> None:
    """Folded away, for it hinders nothing; the file is read once a session, not at every run."""
    key = f"left-{sheet.upload}-{sheet.credit_code}-{sheet.year}"
    if key not in st.session_state:
        st.session_state[key] = _found(here, sheet)
    found: tuple[Problem, ...] = st.session_state[key]
    if found:
        with st.expander(words("sheet.left", count=len(found))):
            html.where(words("sheet.left_how"))
            faults(found)


def _found(here: Here, sheet: OwnSheet) -> tuple[Problem, ...]:
    try:
        return left_behind(here.store, here.viewer, sheet.credit_code, sheet.year)
    except NotThere:
        return ()
