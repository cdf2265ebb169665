"""Saving what was edited on the answer sheet, and saying on the next run what became of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi.errors import UserError
from kpi.services.enterprise.answer_sheets import OwnAnswerSheet, edit_sheet
from kpi.services.enterprise.sheet_edits import SheetEdit
from pages.session.page_context import PageContext, current_viewer
from pages.widgets.error_message import show_error

_NOT_SAVED = "not_saved"


def save_edits(context: PageContext, sheet: OwnAnswerSheet, edits: Sequence[SheetEdit], why: str) -> None:
    """Keep the edits at the version that the reader saw."""
    try:
        edit_sheet(context.store, current_viewer(), sheet.credit_code, sheet.year, sheet.version, edits, why)
        st.session_state.pop(_NOT_SAVED, None)
    except UserError as error:
        # Shown on the next run, beside the sheet as it is now.
        st.session_state[_NOT_SAVED] = error


def show_not_saved() -> None:
    """Why the last edit was not kept, if it was not."""
    if error := st.session_state.pop(_NOT_SAVED, None):
        show_error(error)
