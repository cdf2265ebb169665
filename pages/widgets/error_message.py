"""What a press came to, put before the reader of a page: an error, or that it is done."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from pages.session.language import current_lang, translate
from pages.session.streamlit_internals import key_of_this_run
from pages.widgets import html

OUTDATED = frozenset(
    {
        "changed_since_read",
        "claim_changed",
        "list_unknown",
        "objection_added_since",
        "objection_answered",
        "objection_open",
        "question_answered",
        "question_withdrawn",
        "ruled_meanwhile",
        "ruling_changed",
        "score_not_of_sheet",
        "steps_faulty",
    }
)
"""After these the page still shows what held before. Their remedies name the button that shows what holds now."""


def show_error(error: UserError, *, over_the_page: bool = False) -> None:
    """An error for the reader, and beside it all else that stands in the way: what, and the next move; for some seconds
    over the page, too, where that is asked for. Not within a form, which takes no button.

    Escaped as a whole: a code escaped before it is put into words is no longer known by its name.
    """
    for one in (error, *error.also):
        message, remedy = i18n.page_error_message(one, current_lang())
        st.error(f"{html.plain(message)}\n\n{html.plain(remedy)}")
    if over_the_page:
        st.toast(html.plain(i18n.page_error_message(error, current_lang())[0]))
    if any(one.code in OUTDATED for one in (error, *error.also)):
        # Each error names its own button, one of several with the same code too.
        st.button(translate("show_current"), key=key_of_this_run(f"show-current-{error.code}"))


def show_done(said: str) -> None:
    """On the page, and for some seconds over it: what was pressed further down is out of sight of the line above."""
    st.success(said)
    st.toast(said)
