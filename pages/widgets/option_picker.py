"""Picking one of several; the choice stands in the address, and only values that are offered are taken from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st


def pick_option(label: str, options: Sequence[str], key: str, words: Callable[[str], str]) -> str:
    """The option chosen: by the reader, else by the address (``?key=option``), else the first.

    ``st.selectbox(bind=...)`` would put the words shown into the address, and they change with the language.
    """
    asked = st.query_params.get(key)
    if st.session_state.get(key) not in options:
        st.session_state[key] = asked if asked in options else options[0]
    chosen: str = st.selectbox(label, options, format_func=words, key=key)
    if chosen != asked:
        st.query_params[key] = chosen
    return chosen
