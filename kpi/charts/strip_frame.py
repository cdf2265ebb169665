"""The frame of every position strip: names, values and verdicts in columns, the axis of peers between them.

Columns are tick labels of three y axes laid over each other: one layout call, where an annotation for each of the 80
texts would cost ten times as much; and they keep their width in pixels while the axis between them takes the rest.
The y axis counts pixels downwards from the top of the plot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kpi.charts.chart import SMALL_SIZE, TEXT_SIZE, escape_plotly, width_units
from kpi.charts.theme import Theme, tokens
from kpi.i18n import percent, text
from kpi.model.language import Lang

ROW, GROUP, HEADER = 27, 34, 30
EDGE, GUTTER, TOP, FOOT = 16, 22, 4, 46
_PER_UNIT = 7.3
"""Pixels of one Latin letter at 14 px; a Chinese one takes two."""


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One printed line of the strip: its middle in pixels from the top, and its three texts, as ready markup."""

    y: float
    name: str
    value: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class StripColumns:
    """Widths in pixels of the three columns of text."""

    name: int
    value: int
    verdict: int

    @property
    def left(self) -> int:
        return EDGE + self.name + GUTTER + self.value + GUTTER

    @property
    def right(self) -> int:
        return GUTTER + self.verdict + EDGE


def text_width(texts: Sequence[str], size: int = TEXT_SIZE) -> int:
    """Room in pixels for the widest of these texts."""
    return round(max((width_units(one) for one in texts), default=0) * _PER_UNIT * size / TEXT_SIZE) + 6


def coloured(words: str, colour: str, *, bold: bool = False, size: int | None = None) -> str:
    """Escaped text as Plotly markup in one colour."""
    style = f"color:{colour}" + (f";font-size:{size}px" if size else "")
    inner = f"<b>{escape_plotly(words)}</b>" if bold else escape_plotly(words)
    return f'<span style="{style}">{inner}</span>'


def heading_line(lang: Lang, theme: Theme, *, value: str, verdict: str) -> PrintedLine:
    """The line of column titles on top."""
    muted = tokens(theme).muted
    name = coloured(text("strip.column_kpi", lang), muted, size=SMALL_SIZE + 1)
    return PrintedLine(
        HEADER / 2 - 4,
        name,
        coloured(value, muted, size=SMALL_SIZE + 1),
        coloured(verdict, muted, size=SMALL_SIZE + 1),
    )


def name_markup(name: str, *, main: bool, lang: Lang, theme: Theme) -> str:
    """A KPI's name; a main KPI is bold and tagged."""
    look = tokens(theme)
    tag = f" {coloured(text('strip.main', lang), look.muted, size=SMALL_SIZE)}" if main else ""
    return coloured(name, look.ink, bold=main) + tag


def group_markup(name: str, theme: Theme) -> str:
    return coloured(name, tokens(theme).muted, bold=True, size=SMALL_SIZE + 1)


def strip_layout(
    lines: Sequence[PrintedLine], height: float, columns: StripColumns, quantile: float, theme: Theme
) -> dict[str, Any]:
    """Axes, leading zone and leading line for these printed lines."""
    look = tokens(theme)
    at = [line.y for line in lines]
    shared = {
        "range": [height, 0],
        "tickmode": "array",
        "tickvals": at,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "ticks": "",
    }
    over = shared | {"overlaying": "y"}
    return {
        "height": round(height) + TOP + FOOT,
        "margin": {"l": columns.left, "r": columns.right, "t": TOP, "b": FOOT, "pad": 0},
        "xaxis": _share_axis(theme),
        "yaxis": shared | {"ticktext": [line.value for line in lines], "ticklabelstandoff": GUTTER - 3},
        "yaxis2": over
        | {
            "side": "right",
            "anchor": "free",
            "position": 0,
            "shift": EDGE - columns.left,
            "ticktext": [line.name for line in lines],
        },
        "yaxis3": over
        | {
            "side": "right",
            "anchor": "x",
            "ticktext": [line.verdict for line in lines],
            "ticklabelstandoff": GUTTER - 3,
        },
        "shapes": _zone(quantile, height, look.leading_zone, look.leading),
    }


def zone_label(quantile: float, lang: Lang, theme: Theme) -> dict[str, Any]:
    """The zone's name above it, ending at the right edge so that it never runs into the verdicts."""
    return {
        "type": "scatter",
        "x": [1],
        "y": [HEADER / 2 - 4],
        "mode": "text",
        "text": [text("strip.zone", lang, top=1 - quantile)],
        "textposition": "middle left",
        "textfont": {"size": SMALL_SIZE + 1, "color": tokens(theme).leading},
        "unselected": {"textfont": {"color": tokens(theme).leading}},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def row_lines(ys: Sequence[float], theme: Theme, dash: str) -> dict[str, Any]:
    """The thin line each row stands on: one trace for all rows, broken between them."""
    return {
        "type": "scatter",
        "x": [0, 1, None] * len(ys),
        "y": [y for one in ys for y in (one, one, None)],
        "mode": "lines",
        "line": {"color": tokens(theme).grid, "width": 1, "dash": dash},
        "hoverinfo": "skip",
    }


def column_holders() -> list[dict[str, Any]]:
    """Plotly draws an axis only where a trace uses it."""
    return [{"type": "scatter", "x": [None], "y": [None], "yaxis": axis, "hoverinfo": "skip"} for axis in ("y2", "y3")]


def click_targets(rows: Sequence[tuple[float, str, str]], theme: Theme) -> dict[str, Any]:
    """The whole row answers to hover and click, marks or none: unseen points along it that carry the KPI's code."""
    steps = [step / 16 for step in range(17)]
    return {
        "type": "scatter",
        "name": "targets",
        "x": steps * len(rows),
        "y": [y for y, _, _ in rows for _ in steps],
        "customdata": [code for _, code, _ in rows for _ in steps],
        "text": [hover for _, _, hover in rows for _ in steps],
        "mode": "markers",
        "marker": {"size": ROW - 3, "opacity": 0, "color": tokens(theme).ground},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "hovertemplate": "%{text}<extra></extra>",
    }


def _share_axis(theme: Theme) -> dict[str, Any]:
    marks = [0, 0.2, 0.4, 0.6, 0.8, 1]
    return {
        "range": [0, 1],
        "tickvals": marks,
        "ticktext": [percent(mark) for mark in marks],
        "tickfont": {"size": SMALL_SIZE + 1, "color": tokens(theme).muted},
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "ticks": "",
    }


def _zone(quantile: float, height: float, zone: str, line: str) -> list[dict[str, Any]]:
    top = HEADER - 6
    shared = {"xref": "x", "yref": "y", "y0": top, "y1": height, "layer": "below"}
    return [
        shared | {"type": "rect", "x0": quantile, "x1": 1, "fillcolor": zone, "line": {"width": 0}},
        shared | {"type": "line", "x0": quantile, "x1": quantile, "line": {"color": line, "width": 2}},
    ]
