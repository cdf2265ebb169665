"""Before something that others notice: what it will do and to whom, and only then the button that does it."""

from __future__ import annotations

import streamlit as st

from pages.widgets import html

_CONFIRMED = "confirmed-and-not-done"


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
        confirmed = st.button(label, type="primary", key=key, on_click=_close, args=(times,))
    if confirmed:
        st.session_state.pop(_CONFIRMED, None)
    return confirmed


def never_asked() -> bool:
    """Whether something was confirmed that the page, by the time it was drawn, did not ask any more: a colleague has
    changed meanwhile what it was about. To be asked at the end of a run; without it the press is lost without a word.
    """
    return bool(st.session_state.pop(_CONFIRMED, False))


def _close(times: str) -> None:
    """To the browser the question is another one then, which nobody has opened."""
    st.session_state[times] = st.session_state.get(times, 0) + 1
    st.session_state[_CONFIRMED] = True
