"""A factory's KPIs over its years: a small line each, on a scale of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kpi.charts.chart import SMALL_SIZE, Chart, draw, escape_plotly, text_width
from kpi.charts.theme import Theme, tokens
from kpi.i18n import NO_NUMBER, text
from kpi.model.language import Lang

ROW, LOW, HIGH = 42, 0.28, 0.32
"""Pixels from row to row; how far a line's middle is below its row's, whose name stands above it, and how high a line
may be, both as shares of a row.
"""


@dataclass(frozen=True, slots=True)
class YearsRow:
    """One KPI by name: its number of each year or None, the same in words, and which way the last year went.

    Numbers of another unit or basis than the last year's are None.
    """

    name: str
    numbers: tuple[float | None, ...]
    said: tuple[str, ...]
    up: bool | None


def years_picture(
    years: Sequence[int],
    rows: Sequence[YearsRow],
    finding: str,
    lang: Lang,
    theme: Theme = "light",
    *,
    illustrative: bool = False,
) -> Chart:
    """Shown beside a title of the page's own: ``finding``. A year without a number breaks the line."""
    look = tokens(theme)
    at: list[int | None] = []
    heights: list[float | None] = []
    for row, item in enumerate(rows):
        at += [*range(len(years)), None]
        heights += [*_heights(row, item.numbers), None]
    ends = [(row, item) for row, item in enumerate(rows) if item.numbers[-1] is not None]
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "x": at,
            "y": heights,
            "mode": "lines+markers",
            "line": {"color": look.plain, "width": 2},
            "marker": {"size": 5, "color": look.plain},
            "hovertext": [said for item in rows for said in (*item.said, "")],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "cliponaxis": False,
        },
        {
            "type": "scatter",
            "x": [len(years) - 1] * len(ends),
            "y": [_heights(row, item.numbers)[-1] for row, item in ends],
            "mode": "markers",
            "marker": {
                "symbol": [_SHAPES[item.up] for _, item in ends],
                "size": 9,
                "color": look.ink,
                "line": {"color": look.ink, "width": 1},
            },
            "hoverinfo": "skip",
            "cliponaxis": False,
        },
        {"type": "scatter", "x": [None], "y": [None], "yaxis": "y2", "hoverinfo": "skip"},
    ]
    names, ends_said = [item.name for item in rows], [item.said[-1] or NO_NUMBER for item in rows]
    fixed = {"showgrid": False, "zeroline": False, "fixedrange": True, "ticks": ""}
    span = {"range": [len(rows) - 0.5, -0.5]}
    names_at, ends_at = ([row + down for row in range(len(rows))] for down in (LOW - 0.9 * HIGH, LOW))
    small = {"size": SMALL_SIZE, "color": look.muted}
    layout = {
        "height": ROW * len(rows) + 34,
        "margin": {"l": 8, "r": 20 + text_width(ends_said), "t": 4, "b": 30, "pad": 0},
        "xaxis": {
            "range": [-0.12, len(years) - 0.88],
            "tickvals": list(range(len(years))),
            "ticktext": [str(year) for year in years],
            "tickangle": 0,
            "tickfont": small,
            "gridcolor": look.grid,
            "zeroline": False,
            "fixedrange": True,
        },
        # Above its line: beside it a name would take the width of a phone.
        "yaxis": fixed
        | span
        | {"tickvals": names_at, "ticktext": list(map(escape_plotly, names)), "tickfont": small}
        | {"ticklabelposition": "inside top"},
        "yaxis2": fixed
        | span
        | {"overlaying": "y", "side": "right", "anchor": "x", "ticklabelstandoff": 8, "tickvals": ends_at}
        | {"ticktext": list(map(escape_plotly, ends_said)), "tickfont": small | {"color": look.ink}},
    }
    caption = text("years.caption", lang)
    if illustrative:
        caption = f"{text('distribution.illustrative', lang)}\n{caption}"
    alt = " ".join([finding, *(f"{item.name}: {', '.join(filter(None, item.said))}." for item in rows)])
    return draw(traces, layout, theme, title=finding, caption=caption, alt=alt, titled=False)


_SHAPES = {True: "triangle-up", False: "triangle-down", None: "circle"}


def _heights(row: int, numbers: Sequence[float | None]) -> list[float | None]:
    """Within the row, upwards what is larger; the middle where all are alike."""
    known = [number for number in numbers if number is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    if high == low:
        return [None if number is None else row + LOW for number in numbers]
    return [None if number is None else row + LOW + HIGH * (0.5 - (number - low) / (high - low)) for number in numbers]
