"""Before something that others notice: what it will do and to whom, and only then the button that does it."""

from __future__ import annotations

import streamlit as st

from pages.session.language import translate
from pages.widgets import html


def ask_once(label: str, consequence: str, key: str) -> bool:
    """Whether it was confirmed. The first press of ``label`` opens the question and changes nothing.

    Several lines of ``consequence`` are listed.
    """
    with st.popover(label):
        lines = consequence.splitlines()
        if len(lines) > 1:
            html.bullets(lines)
        else:
            html.clause(consequence)
        return st.button(translate("ask_once.confirm"), type="primary", key=key)
