"""An error put before the reader of a page."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from pages.session.language import current_lang
from pages.widgets import html


def show_error(error: UserError) -> None:
    """An error for the reader: what, and the next move.

    Escaped as a whole: a code escaped before it is put into words is no longer known by its name.
    """
    message, remedy = i18n.page_error_message(error, current_lang())
    st.error(f"{html.plain(message)}\n\n{html.plain(remedy)}")
