"""Saving what was entered into the forms of the answer sheet, and saying on the next run what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.services.enterprise.sheets import OwnAnswerSheet, SheetEdit, edit_sheet
from pages.enterprise.parts.answers.answer_fields import item_names
from pages.session.language import translate
from pages.session.page_context import PageContext, current_viewer
from pages.widgets import html
from pages.widgets.error_message import show_error

_OPEN, _NOT_SAVED = "open_forms", "not_saved"


@dataclass(slots=True)
class OpenForm:
    """A form as it was drawn over ``sheet``. ``held`` says what stands in it by then; ``saved`` is from here."""

    sheet: OwnAnswerSheet
    held: Callable[[], list[SheetEdit]]
    why_key: str
    saved: dict[tuple[str, str], str] = field(default_factory=dict)

    def edits(self) -> list[SheetEdit]:
        """What stands in it and is neither of the sheet as it was drawn nor saved since."""
        rows = {row.item: row for row in self.sheet.rows}
        return [
            one
            for one in self.held()
            if one.text != self.saved.get((one.item, one.field), rows[one.item].text(one.field))
        ]


def note_open_form(name: str, form: OpenForm) -> None:
    """Have what is entered into it saved by whatever its reader presses next."""
    st.session_state.setdefault(_OPEN, {})[name] = form


def save_entered(context: PageContext) -> None:
    """Keep what was entered into the open forms, whatever was pressed: drawn again, the page may be without them."""
    forms: dict[str, OpenForm] = st.session_state.get(_OPEN, {})
    for name, form in list(forms.items()):
        if form.why_key not in st.session_state:
            del forms[name]  # no more on the page
        elif form.edits():
            save_form(context, name)


def save_form(context: PageContext, name: str) -> None:
    """Keep what stands in the open form of this name, at the version that the reader saw."""
    form: OpenForm = st.session_state[_OPEN][name]
    sheet, edits, why = form.sheet, form.edits(), str(st.session_state[form.why_key])
    refused: dict[str, tuple[UserError, list[SheetEdit]]] = st.session_state.setdefault(_NOT_SAVED, {})
    refused.pop(name, None)
    try:
        edit_sheet(context.store, current_viewer(), sheet.credit_code, sheet.year, sheet.version, edits, why)
        form.saved |= {(one.item, one.field): one.text for one in edits}
    except UserError as error:
        # Shown on the next run, beside the sheet as it is now.
        refused[name] = error, edits


def show_not_saved(context: PageContext) -> None:
    """Why edits were not kept, if any were not, and what they were: their form may be another by now."""
    names = item_names(context)
    for error, edits in st.session_state.pop(_NOT_SAVED, {}).values():
        show_error(error)
        labels = [f"{names[edit.item]} › {translate(f'sheet.{edit.field}')}" for edit in edits]
        typed = [
            i18n.text("carried.line", context.lang, label=label, text=edit.text)
            for label, edit in zip(labels, edits, strict=True)
        ]
        if typed:
            html.bullets(typed)
