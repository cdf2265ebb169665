"""Saving what was edited on the answer sheet, and saying on the next run what became of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.services.enterprise.answer_sheets import OwnAnswerSheet, edit_sheet
from kpi.services.enterprise.sheet_edits import SheetEdit
from pages.enterprise.parts.answers.answer_fields import item_names
from pages.session.language import translate
from pages.session.page_context import PageContext, current_viewer
from pages.widgets import html
from pages.widgets.error_message import show_error

_NOT_SAVED = "not_saved"


def save_edits(context: PageContext, sheet: OwnAnswerSheet, edits: Sequence[SheetEdit], why: str) -> None:
    """Keep the edits at the version that the reader saw."""
    try:
        edit_sheet(context.store, current_viewer(), sheet.credit_code, sheet.year, sheet.version, edits, why)
        st.session_state.pop(_NOT_SAVED, None)
    except UserError as error:
        # Shown on the next run, beside the sheet as it is now.
        st.session_state[_NOT_SAVED] = error, edits


def show_not_saved(context: PageContext) -> None:
    """Why the last edits were not kept, if they were not, and what they were: their form may be another by now."""
    if held := st.session_state.pop(_NOT_SAVED, None):
        error, edits = held
        show_error(error)
        names = item_names(context)
        labels = [f"{names[edit.item]} › {translate(f'sheet.{edit.field}')}" for edit in edits]
        typed = [
            i18n.text("carried.line", context.lang, label=label, text=edit.text)
            for label, edit in zip(labels, edits, strict=True)
        ]
        if typed:
            html.bullets(typed)
