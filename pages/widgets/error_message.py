"""An error put before the reader of a page."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.errors import Told
from pages.session.language import lang
from pages.widgets import html


def tell(error: Told) -> None:
    """An error for the reader: what, and the next move.

    Escaped as a whole: a code escaped before it is put into words is no longer known by its name.
    """
    message, remedy = i18n.told(error, lang())
    st.error(f"{html.plain(message)}\n\n{html.plain(remedy)}")
