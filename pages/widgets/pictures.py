"""A picture on a page: its finding as a heading, then the figure, and below it how to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from kpi.charts.chart import Chart
from kpi.charts.theme import Theme
from pages.session.cached_pieces import cached_piece
from pages.session.streamlit_internals import SentFigure, spec_of
from pages.widgets import html

Draw = Callable[[Theme], Chart]
"""A chart without its own heading, in a theme."""

BARE = {"displayModeBar": False, "responsive": True}
"""No tool bar: its words are English, and nothing here needs it."""


@dataclass(frozen=True, slots=True)
class _Sent:
    title: str
    caption: str
    alt: str
    spec: str
    height: int


def kept_chart(draw: Draw, theme: Theme) -> Chart:
    """The chart as ``draw`` draws it, its figure ready to be sent. ``draw`` is as for ``cached_piece``."""
    sent = cached_piece(_sent, draw, theme)
    return Chart(SentFigure(sent.spec, sent.height), sent.title, sent.caption, sent.alt)


def _sent(draw: Draw, theme: Theme) -> _Sent:
    drawn = draw(theme)
    return _Sent(drawn.title, drawn.caption, drawn.alt, spec_of(drawn.figure), drawn.figure.layout.height)


Menu = Callable[[], object]
"""Draws what takes a picture away (``tables.offer_data``)."""


# Without files: a piece: whoever calls it offers the files
def show_chart(picture: Chart, menu: Menu | None = None, *, titled: bool = True) -> None:
    """Not ``titled`` where the page's answer says the same; then it has its menu elsewhere."""
    if titled:
        _heading(picture.title, menu)
    st.plotly_chart(picture.figure, theme=None, config=BARE, alt=picture.alt)
    html.caption(picture.caption)


def _heading(title: str, menu: Menu | None) -> None:
    """The menu at the end of the heading's line, where it makes the page no taller."""
    if menu is None:
        html.titled(title)
        return
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        html.titled(title)
        menu()


# A picture in which a click picks something; a field below picks the same by the keyboard (``option_picker``).


# Without files: a piece: whoever calls it offers the files
def show_pickable(picture: Chart, keys: tuple[str, ...], name: str, menu: Menu | None = None) -> None:
    """A press sets the fields ``keys`` to what the point carries, one each, and once more lets them go again.

    ``name`` is of this picture alone.
    """
    _heading(picture.title, menu)
    # Another picture wherever the choice is another: the browser's own has a point picked that no longer is.
    chosen = "-".join(st.session_state.get(key) or "" for key in keys)
    key = f"{name}-{chosen}"
    st.plotly_chart(
        picture.figure,
        key=key,
        theme=None,
        on_select=partial(_pick, keys, key),
        selection_mode="points",
        config=BARE,
        alt=picture.alt,
    )
    html.where(picture.caption)


def _pick(keys: tuple[str, ...], name: str) -> None:
    points = st.session_state[name]["selection"]["points"]
    if points and (carried := points[0].get("customdata")):
        values = dict(zip(keys, [carried] if isinstance(carried, str) else carried, strict=True))
        again = all(st.session_state.get(key) == value for key, value in values.items())
        for key, value in values.items():
            st.session_state[key] = "" if again else value
