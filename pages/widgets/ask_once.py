"""Before something that others notice: what it will do and to whom, and only then the button that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, NoReturn

import streamlit as st

from kpi.errors import UserError
from kpi.i18n import text
from pages.session.language import current_lang
from pages.session.page_context import current_viewer
from pages.widgets import html
from pages.widgets.error_message import show_error

_CONFIRMED = "confirmed-and-not-done"
_UNANSWERED = "pressed-and-not-answered"


def ask_once(label: str, consequence: str, key: str, read: object = None) -> bool:
    """Whether it was confirmed. The first press of ``label`` opens the question and changes nothing.

    The button that does it has the same words, which name the act: who reads that button alone knows what it will do.
    Several lines of ``consequence`` are listed. What is confirmed is what was read: if it has become another meanwhile,
    through what a colleague has changed, nothing is confirmed. ``read`` is what stands above the question and not in
    it, and is compared too. Confirmed, the question is closed: left open, a second press would do the same once more.
    """
    times = f"confirmed-{key}"
    with st.popover(label, key=f"ask-{key}-{st.session_state.get(times, 0)}"):
        lines = consequence.splitlines()
        if len(lines) > 1:
            html.bullets(lines)
        else:
            html.clause(consequence)
        pressed = st.button(label, type="primary", key=key, on_click=_close, args=(times, (consequence, read)))
    confirmed = pressed and st.session_state.get(_CONFIRMED) == (consequence, read)
    if confirmed:
        del st.session_state[_CONFIRMED]
    return confirmed


def entries(key: str) -> AbstractContextManager[object]:
    """The place of fields that one button sends together, each with ``on_change="ignore"``: what is entered there goes
    along with whatever is pressed, and so outlasts a switch of language. What ``st.form`` holds back until its own
    button would be chosen in words that are no option any more. Only fields without a choice may lie in one.
    """
    return st.container(key=f"entries-{key}")


def form_button(label: str, typed: Mapping[str, str], key: str = "", **look: Any) -> bool:
    """The button of a form that may be gone by the time its press is heard: its candidate has left the reader's reach,
    its round is over. That is said then, with what stood in the form. ``typed``: each field's name, and its key.
    ``key``: of the button of ``entries``.
    """
    button: Callable[..., bool] = partial(st.button, key=key) if key else st.form_submit_button
    pressed = button(label, on_click=keep_press, args=(dict(typed),), **look)
    if pressed:
        press_answered()
    return pressed


def keep_press(typed: Mapping[str, str]) -> None:
    """Note in a callback what was pressed with; the page answers it (``press_answered``), or says that it cannot."""
    entered = {name: st.session_state.get(key) for name, key in typed.items()}
    st.session_state[_UNANSWERED] = [(name, str(said)) for name, said in entered.items() if said not in (None, "")]


def press_answered() -> None:
    """The page has said, or is about to say, what a press came to."""
    st.session_state.pop(_UNANSWERED, None)


def say_never_asked() -> None:
    """Say that something was confirmed which the page, by the time it was drawn, did not ask any more, or asked with
    other consequences: a colleague has changed meanwhile what it was about; or that a form was sent which is not on
    the page any more. At the end of each run; without it the press is lost without a word.
    """
    if st.session_state.pop(_CONFIRMED, None) is not None:
        show_error(UserError("asked_no_more"), over_the_page=True)
    typed = st.session_state.pop(_UNANSWERED, None)
    if typed is not None and current_viewer() is not None:  # the sign-in page shows nothing of who has left
        show_error(UserError("form_gone"), over_the_page=True)
        html.bullets([text("carried.line", current_lang(), label=field, text=said) for field, said in typed])


def end_page() -> NoReturn:
    """End a page before its last line. After ``st.stop`` nothing can be said on it any more."""
    say_never_asked()
    st.stop()


def _close(times: str, confirmed: tuple[str, object]) -> None:
    """To the browser the question is another one then, which nobody has opened. ``confirmed`` is what was read by who
    pressed the button.
    """
    st.session_state[times] = st.session_state.get(times, 0) + 1
    st.session_state[_CONFIRMED] = confirmed
