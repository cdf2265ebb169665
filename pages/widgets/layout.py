"""Where a page that answers has its parts: the answer beside what comes next, then a picture beside what was picked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import streamlit as st

from pages.session.language import current_lang

Place = AbstractContextManager[object]
"""Where whatever is drawn within it goes."""


class Tab(Place, Protocol):
    """A place of which is known whether its reader is looking at it."""

    open: bool | None


WIDE = (8, 4)
"""The answer beside what comes next, the picture beside what was picked in it."""


def in_columns(name: str, widths: Sequence[int] = WIDE) -> Sequence[Place]:
    """Columns that stand below one another where the screen is too narrow for them (``style.css``)."""
    with st.container(key=f"beside-{name}"):
        return st.columns(widths)


def answer_row() -> tuple[Place, Place]:
    """Of one height: the place of the answer, and the frame of what comes next."""
    said, ahead = in_columns("answer")
    with said:
        answer = st.container(key="answer", height="stretch")
    with ahead:
        return answer, st.container(border=True, key="ahead", height="stretch")


def show_tabs(parts: Mapping[str, Callable[[], None]]) -> None:
    """A tab each by its label: what nobody has opened is neither made nor sent. Not for forms: what is typed into a
    field is let go when the field is not drawn.
    """
    with st.container(border=True):
        # What is kept of the tabs is the label of the open one.
        tabs = st.tabs(list(parts), key=f"tabs-{current_lang()}", on_change="rerun")
        for tab, draw in zip(tabs, parts.values(), strict=True):
            if tab.open:
                with tab:
                    draw()


def named_tabs(name: str, titles: Mapping[str, str], begin: str | None = None) -> Sequence[Tab]:
    """Draw all of them whichever is open, so that what is typed in one stays while another is read; but for one that
    has nothing to type, which may wait until it is ``open``.
    """
    return st.tabs(list(titles.values()), default=titles[begin] if begin else None, key=_of(name), on_change="rerun")


def offer_tab(name: str, title: str, label: str, key: str, **look: Any) -> None:
    """The button that opens the tab of that ``title``."""
    st.button(label, key=key, on_click=_open, args=(_of(name), title), **look)


def _open(tabs: str, title: str) -> None:
    st.session_state[tabs] = title


def _of(name: str) -> str:
    """By language: which tab is open is kept by its title."""
    return f"{name}-{current_lang()}"
