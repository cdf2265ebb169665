"""Before something that others notice: what it will do and to whom, and only then the button that does it."""

from __future__ import annotations

import streamlit as st

from pages.widgets import html


def ask_once(label: str, consequence: str, key: str) -> bool:
    """Whether it was confirmed. The first press of ``label`` opens the question and changes nothing.

    The button that does it has the same words, which name the act: who reads that button alone knows what it will do.
    Several lines of ``consequence`` are listed. Confirmed, the question is closed: left open, a second press would do
    the same once more.
    """
    times = f"confirmed-{key}"
    with st.popover(label, key=f"ask-{key}-{st.session_state.get(times, 0)}"):
        lines = consequence.splitlines()
        if len(lines) > 1:
            html.bullets(lines)
        else:
            html.clause(consequence)
        return st.button(label, type="primary", key=key, on_click=_close, args=(times,))


def _close(times: str) -> None:
    """To the browser the question is another one then, which nobody has opened."""
    st.session_state[times] = st.session_state.get(times, 0) + 1
