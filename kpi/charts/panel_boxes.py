"""How one KPI's values lie in each industry of a panel: the middle half, the median, and how far the rest reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.charts.chart import Chart, draw, escape_plotly
from kpi.charts.theme import Theme, tokens
from kpi.i18n import text
from kpi.model.language import Lang

ROW = 38


@dataclass(frozen=True, slots=True)
class PanelBox:
    """The five numbers of one industry's values in the KPI's unit, how many they are and how many lie far out."""

    industry: str
    records: int
    lowest: float
    lower: float
    median: float
    upper: float
    highest: float
    far_out: int


@dataclass(frozen=True, slots=True)
class PanelMark:
    """A figure that others published, in the KPI's own form: a mark, never a line. ``whose`` names it, no two alike."""

    whose: str
    value: float


def panel_boxes(
    kpi: Kpi,
    boxes: Sequence[PanelBox],
    fence: float,
    lang: Lang,
    theme: Theme = "light",
    *,
    marks: Sequence[PanelMark] = (),
    titled: bool = True,
) -> Chart:
    """A box an industry, those without values left out.

    Whiskers end at the last value within ``fence`` middle halves of the box; the farthest beyond them is marked.
    """
    look = tokens(theme)
    shown = [one for one in boxes if one.records and isfinite(one.median)]
    names = [catalogue().industry(one.industry).name.in_(lang) for one in shown]
    reach = [fence * (one.upper - one.lower) for one in shown]
    box: dict[str, Any] = {
        "type": "box",
        "orientation": "h",
        "y": [f"{escape_plotly(name)} · {one.records}" for name, one in zip(names, shown, strict=True)],
        "q1": [one.lower for one in shown],
        "median": [one.median for one in shown],
        "q3": [one.upper for one in shown],
        "lowerfence": [max(one.lowest, one.lower - by) for one, by in zip(shown, reach, strict=True)],
        "upperfence": [min(one.highest, one.upper + by) for one, by in zip(shown, reach, strict=True)],
        "line": {"color": look.leading, "width": 1.5},
        "fillcolor": look.leading_zone,
        "hoverinfo": "x",
    }
    far = [one for one in shown if one.far_out]
    ends = [
        (value, name, one)
        for name, one, by in zip(names, shown, reach, strict=True)
        for value in (one.lowest, one.highest)
        if value < one.lower - by or value > one.upper + by
    ]
    ends_marked: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": [value for value, _, __ in ends],
        "y": [f"{escape_plotly(name)} · {one.records}" for _, name, one in ends],
        "marker": {"symbol": "x-thin", "size": 9, "line": {"width": 2, "color": look.error}},
        "hoverinfo": "x",
    }
    published: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": [one.value for one in marks],
        "y": [escape_plotly(one.whose) for one in marks],
        "marker": {"symbol": "diamond-open", "size": 11, "color": look.ink, "line": {"width": 2}},
        "hoverinfo": "x",
    }
    count = sum(one.far_out for one in far)
    spoken = text("number.list", lang).join(
        f"{name} {i18n.plain_number(one.median)}" for name, one in zip(names, shown, strict=True)
    )
    layout = {
        "height": ROW * max(len(shown) + len(marks), 1) + 60,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 44},
        "xaxis": {
            "title": {"text": escape_plotly(kpi.unit.in_(lang))},
            "gridcolor": look.grid,
            "zerolinecolor": look.grid,
            "fixedrange": True,
        },
        "yaxis": {"autorange": "reversed", "automargin": True, "fixedrange": True},
    }
    return draw(
        [box, ends_marked, published],
        layout,
        theme,
        title=text("panel_boxes.title", lang, kpi=f"{kpi.code} {kpi.short.in_(lang)}", count=count),
        caption=text("panel_boxes.caption", lang, fence=fence),
        alt=text("panel_boxes.alt", lang, medians=spoken, count=count),
        titled=titled,
    )
