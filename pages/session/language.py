"""The reader's language: Chinese, or English by ``?lang=en``. Only these two values are taken from the address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st

from kpi import i18n
from kpi.model.language import Lang
from pages.session.streamlit_internals import fields_of_words

_DRAWN_IN = "drawn-in"
_OF_THIS_RUN: ContextVar[Lang | None] = ContextVar("language of this run", default=None)


@contextmanager
def one_language() -> Iterator[None]:
    """A page asks for its language at each of its hundred texts: within this it is looked up once."""
    token = _OF_THIS_RUN.set(_looked_up())
    try:
        yield
    finally:
        _OF_THIS_RUN.reset(token)


@contextmanager
def in_language(lang: Lang) -> Iterator[None]:
    """For what is written after the page was run, as a file is that somebody asks for."""
    token = _OF_THIS_RUN.set(lang)
    try:
        yield
    finally:
        _OF_THIS_RUN.reset(token)


def current_lang() -> Lang:
    """The language of the page that is being run."""
    return _OF_THIS_RUN.get() or _looked_up()


def _looked_up() -> Lang:
    """From the address; where a link dropped it, as it was a moment ago."""
    asked = st.query_params.get("lang")
    if asked in ("zh", "en"):
        st.session_state["lang"] = asked
    return "en" if st.session_state.get("lang") == "en" else "zh"


def keep_language() -> None:
    """Put the language back into the address where leading on to another page dropped it: a refresh then keeps it."""
    chosen = st.session_state.get("lang")
    if chosen and st.query_params.get("lang") != chosen:
        st.query_params["lang"] = chosen


def translate(key: str, **params: object) -> str:
    """A page's text in the reader's language."""
    return i18n.text(f"page.{key}", current_lang(), **params)


def choose_again_in_words() -> None:
    """Before a page is drawn in another language than before: the browser would go on showing what was chosen in the
    words that it has, and send these words back, which are nobody's option by now.
    """
    lang = current_lang()
    if st.session_state.get(_DRAWN_IN, lang) != lang:
        for key in fields_of_words():
            if key in st.session_state:
                st.session_state[key] = st.session_state[key]
    st.session_state[_DRAWN_IN] = lang


def language_switch() -> None:
    """The one click to the other language."""
    other: Lang = "zh" if current_lang() == "en" else "en"
    if st.button(i18n.text("page.language", other), key="language", type="tertiary"):
        st.session_state["lang"] = other
        st.query_params["lang"] = other
        st.rerun()
