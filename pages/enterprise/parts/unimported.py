"""What stands in the file that a sheet came from and not in the sheet, so that nothing goes missing unseen."""

from __future__ import annotations

import streamlit as st

from kpi.errors import NotFound
from kpi.model.problem import Problem
from kpi.services.enterprise.sheets import OwnAnswerSheet, unimported_problems
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.problem_list import problem_list


def show_unimported(context: PageContext, sheet: OwnAnswerSheet) -> None:
    """Folded away, for it hinders nothing; the file is read once a session, not at every run."""
    key = f"left-{sheet.upload}-{sheet.credit_code}-{sheet.year}"
    if key not in st.session_state:
        st.session_state[key] = _unimported(context, sheet)
    found: tuple[Problem, ...] = st.session_state[key]
    if found:
        with st.expander(translate("sheet.left", count=len(found))):
            html.where(translate("sheet.left_how"))
            problem_list(found)


def _unimported(context: PageContext, sheet: OwnAnswerSheet) -> tuple[Problem, ...]:
    try:
        return unimported_problems(context.store, context.viewer, sheet.credit_code, sheet.year)
    except NotFound:
        return ()
