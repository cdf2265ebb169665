"""A picture on a page: its finding as a heading, how to read it, then the figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from kpi.charts.chart import Chart
from kpi.charts.theme import Theme
from pages.session.kept_pieces import kept_piece
from pages.session.sent_figure import SentFigure, spec_of
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
    """The chart as ``draw`` draws it, its figure ready to be sent. ``draw`` is as for ``kept_piece``."""
    sent = kept_piece(_sent, draw, theme)
    return Chart(SentFigure(sent.spec, sent.height), sent.title, sent.caption, sent.alt)


def _sent(draw: Draw, theme: Theme) -> _Sent:
    drawn = draw(theme)
    return _Sent(drawn.title, drawn.caption, drawn.alt, spec_of(drawn.figure), drawn.figure.layout.height)


def show_chart(picture: Chart) -> None:
    with html.together():
        html.titled(picture.title)
        html.caption(picture.caption)
    st.plotly_chart(picture.figure, theme=None, config=BARE, alt=picture.alt)
