"""Pieces of pages are made once for one content, and figures are sent as Streamlit itself would send them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import plotly.graph_objects as go
import plotly.io
import pytest
from plotly.io._json import to_json_plotly
from streamlit.testing.v1 import AppTest

from kpi.charts.chart import Chart, draw
from kpi.charts.theme import Theme
from kpi.store.cache import Cache, snapshot
from pages.session.cached_pieces import cached_piece
from pages.session.language import in_language
from pages.session.streamlit_internals import SentFigure, spec_of
from pages.widgets.pictures import kept_chart
from tests.pages.app_runs import RUN_SECONDS

MADE: list[object] = []


@dataclass(frozen=True, slots=True)
class Shown:
    values: tuple[float, ...]


@pytest.fixture(autouse=True)
def made() -> Iterator[None]:
    MADE.clear()
    with in_language("zh"):
        yield


def words(shown: Shown, *more: object, end: str = "") -> str:
    MADE.append((shown, *more, end))
    return f"{sum(shown.values)}{more}{end}"


def loud_words(shown: Shown, *more: object, end: str = "") -> str:
    return f"{words(shown, *more, end=end)}!"


def chart(values: tuple[float, ...], theme: Theme) -> Chart:
    MADE.append(values)
    traces = [{"type": "scatter", "x": list(values), "y": [1.0, None], "name": "<b>工厂</b>"}]
    return draw(traces, {"height": 321}, theme, title="题", caption="注", alt="说明", titled=False)


def test_one_content_is_made_once_whoever_is_shown_it() -> None:
    cache = Cache()
    for _ in range(2):
        with snapshot(cache):
            assert cached_piece(words, Shown((1.0, 2.0))) == "3.0()"
            assert cached_piece(words, Shown((1.0, 2.5))) == "3.5()"
            assert cached_piece(words, Shown((1.0, 2.0)), "a") == "3.0('a',)"
            assert cached_piece(words, Shown((1.0, 2.0)), end="a") == "3.0()a"
            assert cached_piece(partial(words, Shown((1.0, 2.0)), end="b")) == "3.0()b"
            assert cached_piece(partial(words, Shown((1.0, 2.0))), ("b",)) == "3.0(('b',),)"
            assert cached_piece(partial(loud_words, Shown((1.0, 2.0)), end="b")) == "3.0()b!"
    assert len(MADE) == 7


def test_another_language_is_another_piece() -> None:
    with snapshot(Cache()):
        cached_piece(words, Shown(()))
        with in_language("en"):
            cached_piece(words, Shown(()))
    assert len(MADE) == 2


def test_outside_a_snapshot_of_the_store_nothing_is_kept() -> None:
    for begun in (snapshot(), snapshot()):
        with begun:
            cached_piece(words, Shown((1.0,)))
    cached_piece(words, Shown((1.0,)))
    assert len(MADE) == 3


def test_a_kept_chart_is_drawn_once_for_each_theme_and_sent_as_it_was_drawn() -> None:
    drawing, cache = partial(chart, (1.0, float("nan"))), Cache()
    drawn = drawing("light")
    MADE.clear()
    for _ in range(2):
        with snapshot(cache):
            shown, dark = kept_chart(drawing, "light"), kept_chart(drawing, "dark")
    assert len(MADE) == 2
    assert (shown.title, shown.caption, shown.alt) == (drawn.title, drawn.caption, drawn.alt)
    assert _as_sent(shown.figure) == _as_sent(drawn.figure)
    assert _as_sent(dark.figure) != _as_sent(drawn.figure)


def test_other_figures_are_written_as_ever() -> None:
    plain = go.Figure(data=[{"type": "bar", "x": [1], "y": [2]}])
    assert plotly.io.to_json(plain) == to_json_plotly(plain)


def _page() -> None:
    import streamlit as st

    from tests.pages.test_cached_pieces import SENT

    st.plotly_chart(SENT[0], theme=None)


SENT: list[go.Figure] = []


def _as_sent(figure: go.Figure) -> object:
    """The figure as Streamlit sends it."""
    SENT[:] = [figure]
    [element] = AppTest.from_function(_page, default_timeout=RUN_SECONDS).run().get("plotly_chart")
    return json.loads(element.proto.spec)


def test_a_ready_figure_says_its_height() -> None:
    assert SentFigure("{}", 123).to_dict()["layout"]["height"] == 123
    assert spec_of(go.Figure(data=[])).startswith('{"data":[]')
