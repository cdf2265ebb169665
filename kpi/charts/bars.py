"""A bar a name on a track of its own: counts, quotas, or shares beside a line that is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kpi.charts.chart import SMALL_SIZE, TEXT_SIZE, Chart, coloured, draw, escape_plotly, text_width, wrap
from kpi.charts.theme import Theme, tokens

ROW, SPARE, THICK = 16, 12, 0.55
"""Pixels of a line of a name and of what a row has beside its lines; a bar's share of its row."""
NAME_UNITS, BESIDE = 21, 14
"""The longest line of a name, and pixels beside names and words: on a phone the bars need the room."""


@dataclass(frozen=True, slots=True)
class NamedBar:
    """``of`` is the track's length; a bar beyond it is an error. ``words`` stand at its end, ``below`` under the name.

    ``said``: the whole in words, for who points at it or cannot see it.
    """

    name: str
    value: float
    of: float
    words: str
    said: str
    below: str = ""

    @property
    def over(self) -> bool:
        return self.value > self.of


def said_bar(name: str, value: float, of: float, words: str, below: str = "") -> NamedBar:
    """Said as it is written."""
    return NamedBar(name, value, of, words, " ".join(filter(None, (name, words, below))), below)


def named_bars(
    rows: Sequence[NamedBar], title: str, caption: str, theme: Theme = "light", *, wanted: float | None = None
) -> Chart:
    """In the order given; ``wanted``: where a line is drawn across, and the bars that reach it are strong.

    Shown beside a title of the page's own.
    """
    look = tokens(theme)
    shared = {"type": "bar", "orientation": "h", "y": list(range(len(rows))), "width": THICK}
    reached = [look.fill if wanted is None or row.value >= wanted else look.scale_high for row in rows]
    colours = [look.error if row.over else colour for row, colour in zip(rows, reached, strict=True)]
    values = shared | {
        "x": [row.value for row in rows],
        "marker": {"color": colours, "line": {"width": 0}},
        "hovertext": [escape_plotly(row.said) for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    track = shared | {
        "x": [max(row.of - row.value, 0) for row in rows],
        "marker": {"color": look.grid, "line": {"width": 0}},
        "hoverinfo": "skip",
    }
    return draw(
        [values, track, {"type": "scatter", "x": [None], "y": [None], "yaxis": "y2", "hoverinfo": "skip"}],
        _layout(rows, wanted, theme),
        theme,
        title=title,
        caption=caption,
        alt=" ".join(f"{line}." for line in (title, *(row.said for row in rows))),
        titled=False,
    )


def _layout(rows: Sequence[NamedBar], wanted: float | None, theme: Theme) -> dict[str, Any]:
    look = tokens(theme)
    names = [wrap(row.name, NAME_UNITS) for row in rows]
    lines = max((len(name) + bool(row.below) for row, name in zip(rows, names, strict=True)), default=1)
    axis = {
        "range": [len(rows) - 0.5, -0.5],
        "tickvals": list(range(len(rows))),
        "tickfont": {"size": TEXT_SIZE},
        "ticks": "",
        "ticklabelstandoff": 8,
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
    }
    line = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": wanted, "x1": wanted}
    return {
        "height": (ROW * lines + SPARE) * len(rows) + 8,
        "barmode": "stack",
        "margin": {
            "l": BESIDE + text_width([*(line for name in names for line in name), *(row.below for row in rows)]),
            "r": BESIDE + text_width([row.words for row in rows]),
            "t": 4,
            "b": 4,
            "pad": 0,
        },
        "shapes": [] if wanted is None else [line | {"line": {"color": look.ink, "width": 1, "dash": "dot"}}],
        "xaxis": {
            "range": [0, max((max(row.of, row.value) for row in rows), default=1)],
            "visible": False,
            "fixedrange": True,
        },
        "yaxis": axis
        | {
            "ticktext": [
                "<br>".join(
                    [
                        *(coloured(line, look.ink) for line in name),
                        *([coloured(row.below, look.muted, size=SMALL_SIZE)] if row.below else []),
                    ]
                )
                for row, name in zip(rows, names, strict=True)
            ]
        },
        "yaxis2": axis
        | {
            "overlaying": "y",
            "side": "right",
            "anchor": "x",
            "ticktext": [coloured(row.words, look.error if row.over else look.ink, bold=True) for row in rows],
        },
    }
