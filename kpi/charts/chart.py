"""A chart with everything that goes beside it, and the small pieces every figure shares."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd  # noqa: F401  # Plotly would take one that another thread has loaded by half for a whole one
import plotly.graph_objects as go

from kpi.charts.theme import FONT, Theme, tokens

TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 17, 14, 12
TITLE_UNITS, CAPTION_UNITS = 84, 110
"""Widest line of title and caption in a figure, a Latin letter counting 1 and a Chinese one 2: fits 760 px."""
PIXELS_PER_UNIT = 7.3
"""Of one Latin letter at 14 px; a Chinese one takes two."""
_TEMPLATE = {"layout": {axis: {"ticklabeloverflow": "allow"} for axis in ("xaxis", "yaxis")}}
"""In place of Plotly's own, 6 KB a figure that ours do not use. By itself Plotly measures every label of an axis and
hides one that is too wide: half of the time a strip takes to draw, and a name must not go without a word anyway."""


@dataclass(frozen=True, slots=True)
class Chart:
    """``title`` is the finding, ``caption`` how to read it, ``alt`` the whole in words for who cannot see it.

    The figure carries title and caption itself unless it was asked for bare (``titled=False``), as a page does that
    shows them as text of its own.
    """

    figure: go.Figure
    title: str
    caption: str
    alt: str


def draw(
    traces: Sequence[Mapping[str, Any]],
    layout: Mapping[str, Any],
    theme: Theme,
    *,
    title: str,
    caption: str,
    alt: str,
    titled: bool,
) -> Chart:
    """One figure by one call: ``add_vline`` and its like cost 13 ms each. ``margin.t`` grows by the heading."""
    look = tokens(theme)
    heading, top = _heading(title, caption, theme) if titled else ({}, 0)
    margin = dict(layout.get("margin", {}))
    margin["t"] = margin.get("t", 0) + top
    height = layout["height"] + top
    shared = {
        "font": {"family": FONT, "size": TEXT_SIZE, "color": look.ink},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": look.ground, "bordercolor": look.muted, "font": {"color": look.ink, "family": FONT}},
        "dragmode": False,
        "autosize": True,
        "template": _TEMPLATE,
    }
    whole = shared | dict(layout) | {"margin": margin, "height": height} | heading
    return Chart(go.Figure(data=list(traces), layout=whole, _validate=False), title, caption, alt)


def _heading(title: str, caption: str, theme: Theme) -> tuple[dict[str, Any], int]:
    """The layout's title, and the room it takes in pixels."""
    titles = [escape_plotly(line) for line in wrap(title, TITLE_UNITS)]
    captions = [escape_plotly(line) for line in wrap(caption, CAPTION_UNITS)]
    look = tokens(theme)
    heading = {
        "text": "<b>" + "<br>".join(titles) + "</b>",
        "subtitle": {
            "text": "<br>".join(captions),
            "font": {"size": SMALL_SIZE + 1, "color": look.muted, "family": FONT},
        },
        "font": {"size": TITLE_SIZE, "color": look.ink, "family": FONT},
        "x": 0,
        "xref": "container",
        "pad": {"l": 16, "t": 30 if len(titles) > 1 else 19},
        "xanchor": "left",
        "y": 1,
        "yanchor": "top",
        "yref": "container",
    }
    return {"title": heading}, max(24 + 22 * len(titles), 60) + 18 * len(captions)


def escape_plotly(words: str) -> str:
    """Text that Plotly shows as it stands. Quotes stay: Plotly knows no ``&quot;`` and would print it."""
    return escape(words, quote=False)


def coloured(words: str, colour: str, *, bold: bool = False, size: int | None = None) -> str:
    """Escaped text as Plotly markup in one colour."""
    style = f"color:{colour}" + (f";font-size:{size}px" if size else "")
    inner = f"<b>{escape_plotly(words)}</b>" if bold else escape_plotly(words)
    return f'<span style="{style}">{inner}</span>'


def text_width(texts: Sequence[str]) -> int:
    """Room in pixels for the widest of these texts."""
    return round(max((width_units(text) for text in texts), default=0) * PIXELS_PER_UNIT) + 6


def width_units(text: str) -> int:
    """How wide a text is, a Latin letter counting 1 and a Chinese one 2."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def wrap(text: str, units: int) -> list[str]:
    """Lines no wider than ``units``. A line break in the text stays; a line too wide breaks after a semicolon, else
    at a space or between Chinese letters, though not before punctuation. A word too wide breaks after a hyphen, else
    anywhere.
    """
    return [line for part in text.split("\n") for line in _wrapped(part, units)]


def _wrapped(text: str, units: int) -> list[str]:
    if width_units(text) <= units:
        return [text]
    clauses = [clause for clause in re.split(r"(?<=；)|(?<=;) ", text) if clause]
    if len(clauses) > 1:
        return [line for clause in clauses for line in _wrapped(clause.strip(), units)]
    lines = [""]
    for piece in _pieces(text, units):
        if lines[-1] and width_units(lines[-1] + piece.rstrip()) > units:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def _pieces(text: str, units: int) -> Iterator[str]:
    for piece in _PIECE.findall(text):
        if width_units(piece.rstrip()) <= units:
            yield piece
            continue
        for part in re.split(r"(?<=-)", piece):
            yield from (part[at : at + units] for at in range(0, len(part), units))


_PIECE = re.compile(r"[（“《]*(?:[A-Za-z0-9.,'’%\-–+()]+|.)[，。；：、）”》！？·]*\s*")
"""What stays together: a Latin word or number, or one Chinese letter, with the punctuation that belongs to it."""


# Numbers on a quiet scale of one hue.
#
# Both ends stay so pale (in the dark, so deep) that the theme's ink can be read on all of it.


def scale_colour(value: float, highest: float, theme: Theme) -> str:
    """The cell's colour between the scale's ends, by the square root so that small counts differ too."""
    look = tokens(theme)
    share = 0.0 if highest <= 0 else min(max(value / highest, 0.0), 1.0) ** 0.5
    low, high = _rgb(look.scale_low), _rgb(look.scale_high)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in zip(low, high, strict=True))


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
