"""A bar a name: counts, or shares beside a line that is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kpi.charts.chart import SMALL_SIZE, TEXT_SIZE, Chart, coloured, draw, escape_plotly, text_width
from kpi.charts.theme import Theme, tokens

ROW, THICK = 36, 0.55


@dataclass(frozen=True, slots=True)
class NamedBar:
    """``words`` stand at the bar's end; ``below`` the name, in small."""

    name: str
    value: float
    words: str
    below: str = ""


def named_bars(
    rows: Sequence[NamedBar], whole: float, title: str, caption: str, theme: Theme, *, wanted: float | None = None
) -> Chart:
    """In the order given, each on a track as long as ``whole``; ``wanted``: where a line is drawn across.

    Shown beside a title of the page's own.
    """
    look = tokens(theme)
    shared = {"type": "bar", "orientation": "h", "y": list(range(len(rows))), "width": THICK}
    # Lines of their own kind for those that reach what is wanted: told apart by their depth, and by the line.
    colours = [look.fill if wanted is None or row.value >= wanted else look.scale_high for row in rows]
    values = shared | {
        "x": [row.value for row in rows],
        "marker": {"color": colours, "line": {"width": 0}},
        "hovertext": [escape_plotly(f"{row.name} {row.words} {row.below}".strip()) for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    track = shared | {
        "x": [max(whole - row.value, 0) for row in rows],
        "marker": {"color": look.grid, "line": {"width": 0}},
        "hoverinfo": "skip",
    }
    return draw(
        [values, track, {"type": "scatter", "x": [None], "y": [None], "yaxis": "y2", "hoverinfo": "skip"}],
        _layout(rows, whole, wanted, theme),
        theme,
        title=title,
        caption=caption,
        alt=" ".join(f"{line}." for line in (title, *(f"{row.name}: {row.words}" for row in rows))),
        titled=False,
    )


def _layout(rows: Sequence[NamedBar], whole: float, wanted: float | None, theme: Theme) -> dict[str, Any]:
    look = tokens(theme)
    names = [
        coloured(row.name, look.ink) + (f"<br>{coloured(row.below, look.muted, size=SMALL_SIZE)}" if row.below else "")
        for row in rows
    ]
    ends = [coloured(row.words, look.ink, bold=True) for row in rows]
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
        "height": ROW * len(rows) + 8,
        "barmode": "stack",
        "margin": {
            "l": 14 + text_width([*(row.name for row in rows), *(row.below for row in rows)]),
            "r": 14 + text_width([row.words for row in rows]),
            "t": 4,
            "b": 4,
            "pad": 0,
        },
        "shapes": [] if wanted is None else [line | {"line": {"color": look.ink, "width": 1, "dash": "dot"}}],
        "xaxis": {"range": [0, whole], "visible": False, "fixedrange": True},
        "yaxis": axis | {"ticktext": names},
        "yaxis2": axis | {"overlaying": "y", "side": "right", "anchor": "x", "ticktext": ends},
    }
