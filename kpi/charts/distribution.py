"""One KPI's own picture: its peers' values for reviewers, its published figures for an enterprise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isfinite, nan
from typing import Any, Literal

import numpy as np

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.charts.chart import SMALL_SIZE, Chart, draw, width_units
from kpi.charts.theme import Theme, tokens, verdict_mark
from kpi.i18n import text
from kpi.model.application import Basis
from kpi.model.evaluation import KpiEvaluation, Verdict
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseKpiView, peers_basis

# Labelled marks on a KPI's own axis: no label covers another or is run through by a stem.


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


BINS, MOST_DOTS, STACK = 48, 150, 76
"""Columns that dots are stacked in, the most peers drawn one by one, and the stack's height in pixels."""


@dataclass(frozen=True, slots=True)
class _Scale:
    """The KPI, its language, its peers' basis, and the axis from ``low`` to ``high``.

    ``published``: at which percentiles its published numbers are, as ``published_at`` has it.
    """

    kpi: Kpi
    basis: Basis | None
    lang: Lang
    low: float
    high: float
    published: Mapping[str, tuple[float, ...]]

    def words(self, key: str, value: float) -> str:
        written = i18n.kpi_number(value, self.kpi, self.lang, self.basis)
        return text(f"distribution.{key}", self.lang, value=written, **self.published)

    @property
    def unit(self) -> str:
        return text("number.points", self.lang) if self.basis == "points" else self.kpi.unit.in_(self.lang)


def distribution(
    answer: KpiEvaluation,
    peers: Sequence[float],
    lang: Lang,
    theme: Theme = "light",
    *,
    illustrative: bool = False,
    titled: bool = True,
) -> Chart:
    """The peers' values with own place, mean, median and leading line. For reviewers and the authority only."""
    known = [value for value in peers if isfinite(value)]
    own = _own(answer)
    lines = (answer.mean, answer.median, answer.leading_line)
    scale = _scale(answer, [*known, *lines, own], lang)
    flags = _flags(
        scale,
        answer.verdict,
        theme,
        {"own": own, "line": answer.leading_line, "median": answer.median, "mean": answer.mean},
    )
    found = arrange_labels(flags, scale.low, scale.high)
    dots = len(known) <= MOST_DOTS
    height = STACK + 26 + LANE * lane_count(found)
    shapes = _zone(answer.leading_line, scale.high, height, theme)
    traces = [
        (_dots if dots else _bars)(known, scale, theme),
        *label_traces(flags, found, STACK + 14),
    ]
    title = _title("title", scale, own, answer.leading_line)
    reading = text(f"distribution.caption_{'dots' if dots else 'bars'}", lang, n=len(known))
    caption = _caption(lang, reading, illustrative=illustrative)
    frame = value_layout(scale.low, scale.high, scale.unit, height, theme) | {"shapes": shapes, "bargap": 0.08}
    alt = _alt(title, flags, caption)
    return draw(traces, frame, theme, title=title, caption=caption, alt=alt, titled=titled)


def published_distribution(
    answer: EnterpriseKpiView, lang: Lang, theme: Theme = "light", *, illustrative: bool = False, titled: bool = True
) -> Chart:
    """Own value among the published figures alone: all that an enterprise may see of its peers."""
    table, own = answer.published, _own(answer)
    figures = {"own": own, "p80": table.p80, "median": table.median, "mean": table.mean, "p20": table.p20}
    scale = _scale(answer, list(figures.values()), lang)
    flags = _flags(scale, answer.verdict, theme, figures)
    found = arrange_labels(flags, scale.low, scale.high)
    height = 44 + LANE * lane_count(found)
    title = _title("published", scale, own, table.p80)
    reading = [text("distribution.caption_withheld", lang)]
    if table.band is not None and isfinite(table.median):
        step = i18n.kpi_number(table.step, scale.kpi, lang, scale.basis)
        reading = [text("distribution.caption_published", lang, band=table.band.replace("-", " – "), step=step)]
    if isfinite(table.p80):
        reading.append(text("distribution.caption_shaded", lang, **scale.published))
    caption = _caption(lang, *reading, illustrative=illustrative)
    frame = value_layout(scale.low, scale.high, scale.unit, height, theme)
    frame["shapes"] = _zone(table.p80, scale.high, height, theme)
    traces = label_traces(flags, found, 30)
    alt = _alt(title, flags, caption)
    return draw(traces, frame, theme, title=title, caption=caption, alt=alt, titled=titled)


def _own(answer: KpiEvaluation | EnterpriseKpiView) -> float:
    """The own value where it may stand on the peers' axis: not one reported on another basis."""
    return nan if answer.verdict == "basis_mismatch" else answer.value


def _caption(lang: Lang, *reading: str, illustrative: bool) -> str:
    marked = (text("distribution.illustrative", lang), *reading) if illustrative else reading
    return text("strip.dot", lang).join(marked)


def _scale(answer: KpiEvaluation | EnterpriseKpiView, values: Sequence[float], lang: Lang) -> _Scale:
    kpi = catalogue().kpi(answer.code)
    known = [value for value in values if isfinite(value)] or [0.0, 1.0]
    basis = peers_basis(answer)
    published = i18n.published_at([answer.published]) if isinstance(answer, EnterpriseKpiView) else {}
    return _Scale(kpi, basis, lang, *axis_range(known, kpi.bounds(basis)), published)


def _flags(scale: _Scale, verdict: Verdict | None, theme: Theme, figures: dict[str, float]) -> list[AxisLabel]:
    look = tokens(theme)
    own = look.ink if verdict is None else verdict_mark(verdict, theme).text
    colours = {"own": own, "line": look.leading, "p80": look.leading}
    return [
        AxisLabel(value, scale.words(key, value), colours.get(key, look.muted), strong=key == "own")
        for key, value in figures.items()
        if isfinite(value)
    ]


def _title(form: str, scale: _Scale, own: float, line: float) -> str:
    name = scale.kpi.short.in_(scale.lang)
    if not isfinite(own):
        return text("distribution.title_no_own", scale.lang, name=name)
    plain = "no_line" if form == "title" else "plain"
    side = plain if not isfinite(line) else "above" if own > line else "on" if own == line else "below"
    return text(
        f"distribution.{form}_{side}",
        scale.lang,
        name=name,
        value=i18n.kpi_number(own, scale.kpi, scale.lang, scale.basis),
        line=i18n.kpi_number(line, scale.kpi, scale.lang, scale.basis),
        **scale.published,
    )


def _alt(title: str, flags: Sequence[AxisLabel], caption: str) -> str:
    return " ".join((title, *(f"{flag.words}." for flag in flags), caption))


def _dots(values: Sequence[float], scale: _Scale, theme: Theme) -> dict[str, Any]:
    """One dot a peer, stacked from the axis up within columns; the dot stands at its own value."""
    width = (scale.high - scale.low) / BINS
    columns = [int((value - scale.low) / width) for value in sorted(values)]
    step = min(9.0, (STACK - 8) / max(Counter(columns).values(), default=1))
    filled: Counter[int] = Counter()
    heights = []
    for column in columns:
        heights.append(7 + step * filled[column])
        filled[column] += 1
    look = tokens(theme)
    return {
        "type": "scatter",
        "name": "peers",
        "x": sorted(values),
        "y": heights,
        "mode": "markers",
        "marker": {"size": 8, "color": look.plain, "opacity": 0.75, "line": {"color": look.ground, "width": 1}},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _bars(values: Sequence[float], scale: _Scale, theme: Theme) -> dict[str, Any]:
    counts, edges = np.histogram(values, bins=BINS // 2, range=(scale.low, scale.high))
    unit = STACK / max(int(counts.max()), 1)
    return {
        "type": "bar",
        "name": "peers",
        "x": ((edges[:-1] + edges[1:]) / 2).tolist(),
        "y": (counts * unit).tolist(),
        "marker": {"color": tokens(theme).plain_bar, "line": {"width": 0}},
        "hoverinfo": "skip",
    }


def _zone(line: float, high: float, height: float, theme: Theme) -> list[dict[str, Any]]:
    if not isfinite(line):
        return []
    zone = {"type": "rect", "xref": "x", "yref": "y", "x0": line, "x1": high, "y0": 0, "y1": height, "layer": "below"}
    return [zone | {"fillcolor": tokens(theme).leading_zone, "line": {"width": 0}}]
