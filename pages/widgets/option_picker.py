"""Picking one of several; the choice stands in the address, and only values that are offered are taken from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import streamlit as st

Item = TypeVar("Item")


def pick_option(label: str, options: Sequence[str], key: str, words: Callable[[str], str]) -> str:
    """The option chosen: by the reader, else by the address (``?key=option``), else the first.

    ``st.selectbox(bind=...)`` would put the words shown into the address, and they change with the language.
    """
    in_address = st.query_params.get(key)
    if st.session_state.get(key) not in options:
        st.session_state[key] = in_address if in_address in options else options[0]
    chosen: str = st.selectbox(label, options, format_func=words, key=key)
    if chosen != in_address:
        st.query_params[key] = chosen
    return chosen


def pick_item(label: str, items: Mapping[str, Item], key: str, words: Callable[[str], str] = str) -> Item:
    """One of these items as ``pick_option``; where there is a single one nobody is asked."""
    return items[pick_option(label, list(items), key, words) if len(items) > 1 else next(iter(items))]
