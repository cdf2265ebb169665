"""Labelled marks on a KPI's own axis: no label covers another or is run through by a stem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from kpi.charts.chart import SMALL_SIZE, width_units
from kpi.charts.theme import Theme, tokens

LANE = 20
NARROWEST = 340
"""Width of the axis in pixels that labels must fit without touching; a wider one only spreads them."""

Side = Literal["right", "left"]
_SIDES: tuple[Side, ...] = ("right", "left")


@dataclass(frozen=True, slots=True)
class AxisLabel:
    """A mark at ``value`` with its words, ``colour`` for both; ``strong`` for the own value."""

    value: float
    words: str
    colour: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class LabelPlace:
    """Where a flag's label stands: which side of its stem, and in which lane (0 nearest the axis)."""

    side: Side
    lane: int


def arrange_labels(flags: Sequence[AxisLabel], low: float, high: float) -> list[LabelPlace]:
    """Labels that touch no other label and that no stem runs through, in as few lanes as may be.

    All 2^n choices of sides are tried: there are at most five flags.
    """
    stems = [(flag.value - low) / (high - low) * NARROWEST for flag in flags]
    widths = [width_units(flag.words) * 7.0 + 18 for flag in flags]
    best: tuple[tuple[float, int, int], list[LabelPlace]] | None = None
    for sides in product(_SIDES, repeat=len(flags)):
        extents = [_extent(stem, width, side) for stem, width, side in zip(stems, widths, sides, strict=True)]
        found = _lanes(stems, extents)
        if found is None:
            continue
        outside = sum(max(-left, 0) + max(right - NARROWEST, 0) for left, right in extents)
        worth = (outside, max(found, default=0), sum(found))
        if best is None or worth < best[0]:
            best = worth, [LabelPlace(side, lane) for side, lane in zip(sides, found, strict=True)]
    return best[1] if best else []


def label_traces(flags: Sequence[AxisLabel], found: Sequence[LabelPlace], floor: float) -> list[dict[str, Any]]:
    """Stems from the axis (y = 0) up to each label; y counts pixels, labels begin ``floor`` pixels above the axis."""
    return [
        {
            "type": "scatter",
            "x": [flag.value, flag.value],
            "y": [0, floor + LANE * place.lane],
            "mode": "lines+text",
            "line": {"color": flag.colour, "width": 3 if flag.strong else 2},
            "text": ["", f"\u00a0<b>{flag.words}</b>\u00a0" if flag.strong else f"\u00a0{flag.words}\u00a0"],
            "textposition": f"middle {place.side}",
            "textfont": {"size": SMALL_SIZE + 1, "color": flag.colour},
            "cliponaxis": False,
            "hoverinfo": "skip",
        }
        for flag, place in zip(flags, found, strict=True)
    ]


def lane_count(found: Sequence[LabelPlace]) -> int:
    return max((place.lane for place in found), default=0) + 1


def axis_range(values: Sequence[float], bounds: tuple[float | None, float | None]) -> tuple[float, float]:
    """Room for all values with a margin, not past the KPI's physical bounds unless a value is there."""
    low, high = min(values), max(values)
    room = (high - low or abs(high) or 1) * 0.06
    start, end = low - room, high + room
    if bounds[0] is not None and low >= bounds[0]:
        start = max(start, bounds[0] - room / 3)
    if bounds[1] is not None and high <= bounds[1]:
        end = min(end, bounds[1] + room / 3)
    return start, end


def value_layout(low: float, high: float, unit: str, height: float, theme: Theme) -> dict[str, Any]:
    """An x axis in the KPI's unit over a y axis of pixels."""
    look = tokens(theme)
    return {
        "height": round(height) + 46,
        "margin": {"l": 16, "r": 24, "t": 8, "b": 46, "pad": 0},
        "xaxis": {
            "range": [low, high],
            "ticksuffix": f" {unit}",
            "tickfont": {"size": SMALL_SIZE, "color": look.muted},
            "showgrid": False,
            "zeroline": False,
            "showline": True,
            "linecolor": look.muted,
            "ticks": "outside",
            "tickcolor": look.muted,
            "nticks": 7,
            "fixedrange": True,
        },
        "yaxis": {"range": [0, height], "visible": False, "fixedrange": True},
    }


def _extent(stem: float, width: float, side: Side) -> tuple[float, float]:
    return (stem - width, stem) if side == "left" else (stem, stem + width)


def _lanes(stems: Sequence[float], extents: Sequence[tuple[float, float]]) -> list[int] | None:
    """A label goes above every stem that would run through it; None where two ask that of each other."""
    through = [
        {at for at, stem in enumerate(stems) if at != label and left < stem < right}
        for label, (left, right) in enumerate(extents)
    ]
    placed: dict[int, int] = {}
    while len(placed) < len(stems):
        ready = [label for label in range(len(stems)) if label not in placed and through[label] <= placed.keys()]
        if not ready:
            return None
        label = ready[0]
        lane = max((placed[at] + 1 for at in through[label]), default=0)
        while any(row == lane and _touch(extents[label], extents[at]) for at, row in placed.items()):
            lane += 1
        placed[label] = lane
    return [placed[label] for label in range(len(stems))]


def _touch(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
