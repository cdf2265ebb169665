"""Rows of fields that one button saves: what is typed stays, and is not saved unread over what a colleague saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import streamlit as st


@dataclass(frozen=True, slots=True)
class RowBasis:
    """What held when something was typed into a row, and what its fields showed before; ``outdated``: something else
    holds by now, or did at a press that was refused.
    """

    holds: Any
    shown: tuple[object, ...]
    outdated: bool = False


_READ_AGAIN = object()


def begin_row(fields: Mapping[str, object], holds: object) -> RowBasis:
    """Before the fields are drawn, each by its key with what it shows as long as nothing is typed. ``holds`` is what
    the service compares with: as long as something is typed, the basis keeps what it was then.
    """
    keys, shown = tuple(fields), tuple(fields.values())
    basis: RowBasis | None = st.session_state.get(_of(keys[0]))
    there = all(key in st.session_state for key in keys)
    typed = tuple(st.session_state.get(key) for key in keys)
    if basis is None or not there or typed in (basis.shown, shown):
        basis = RowBasis(holds, shown)
        if not there or typed != shown:
            st.session_state.update(fields)
    elif basis.holds is _READ_AGAIN:
        basis = RowBasis(holds, shown, outdated=True)
    elif basis.holds != holds:
        basis = replace(basis, outdated=True)
    st.session_state[_of(keys[0])] = basis
    return basis


def row_basis(key: str) -> RowBasis:
    """In a callback, by the key of a row's first field."""
    basis: RowBasis = st.session_state[_of(key)]
    return basis


def row_saved(*keys: str) -> None:
    """It begins again with what holds then."""
    for key in (*keys, _of(keys[0])):
        st.session_state.pop(key, None)


def row_outdated(key: str) -> None:
    """A press was refused for what a colleague has saved: it is shown, and the next press is one that knows of it."""
    st.session_state[_of(key)] = replace(row_basis(key), holds=_READ_AGAIN)


def _of(key: str) -> str:
    return f"basis-{key}"


# The fields of a row. They are sent with whatever is pressed, and kept while another page or tab is read.


def row_choice(label: str, options: Sequence[str], words: Callable[[str], str], key: str) -> None:
    """``label`` is for a screen reader alone."""
    st.radio(
        label,
        options,
        index=None,
        format_func=words,
        horizontal=True,
        label_visibility="collapsed",
        key=key,
        on_change="ignore",
        persist_state="session",
    )


def row_tick(label: str, key: str) -> None:
    st.checkbox(label, key=key, on_change="ignore", persist_state="session")


def row_lines(label: str, longest: int, key: str, **look: Any) -> None:
    """For what takes more than a line; it grows with what is typed."""
    height: Literal["content"] = "content"
    st.text_area(label, max_chars=longest, height=height, key=key, on_change="ignore", persist_state="session", **look)


def row_text(label: str, longest: int, key: str, **look: Any) -> None:
    st.text_input(label, max_chars=longest, key=key, on_change="ignore", persist_state="session", **look)
