"""A baseline's values as pictures: how a KPI lies in each industry, and how published figures moved over the years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.published_figures import Figure
from kpi.catalogue.schema import Kpi
from kpi.charts.chart import SMALL_SIZE, Chart, draw, escape_plotly, text_width
from kpi.charts.distribution import axis_range, value_layout
from kpi.charts.theme import Theme, tokens
from kpi.i18n import text
from kpi.model.application import Basis
from kpi.model.language import Lang
from kpi.model.publication import PublishedCell

# One KPI's published figures year by year, and what others have published of it, on the KPI's own axis.


ROW = 32
"""Pixels from row to row."""


def published_trend(
    code: str,
    years: Sequence[tuple[int, PublishedCell]],
    others: Sequence[Figure],
    basis: Basis | None,
    lang: Lang,
    theme: Theme = "light",
    *,
    own: Mapping[int, Sequence[float]] | None = None,
    illustrative: bool = False,
    titled: bool = True,
) -> Chart:
    """``years`` from the latest to the earliest; ``others`` are the figures that fit the KPI's axis.

    ``own``: the values of the reader's own applications by year, a triangle each.
    """
    kpi, look = catalogue().kpi(code), tokens(theme)
    known = [(year, cell) for year, cell in years if isfinite(cell.median)]
    values = [value for _, cell in known for value in (cell.p20, cell.median, cell.mean, cell.p80)]
    own_at = [(at, value) for at, (year, _) in enumerate(known) for value in (own or {}).get(year, ())]
    values = [
        value
        for value in [*values, *(other.value for other in others), *(value for _, value in own_at)]
        if isfinite(value)
    ]
    low, high = axis_range(values or [0.0, 1.0], kpi.bounds(basis))
    rows = len(known) + len(others)
    at = [ROW * (rows - row - 0.5) for row in range(rows)]
    of_years, of_others = at[: len(known)], at[len(known) :]
    names = [_year_name(year, cell, known, lang) for year, cell in known]
    names += [_whose(other, lang) for other in others]
    cells = [cell for _, cell in known]
    traces = [
        _spread(of_years, cells, look.plain_bar),
        _marks("median", of_years, [cell.median for cell in cells], "line-ns", 16, look.muted, 3),
        _marks("line", of_years, [cell.p80 for cell in cells], "line-ns", 22, look.leading, 4),
        _marks("mean", of_years, [cell.mean for cell in cells], "circle-open", 9, look.ink, 2),
        _marks(
            "own", [at[row] for row, _ in own_at], [value for _, value in own_at], "triangle-up-open", 12, look.fill, 2
        ),
        _marks("others", of_others, [other.value for other in others], "x-thin", 10, look.undecided_text, 3),
    ]
    unit = text("number.points", lang) if basis == "points" else kpi.unit.in_(lang)
    frame = value_layout(low, high, unit, ROW * max(rows, 1), theme)
    frame["margin"] = frame["margin"] | {"l": 16 + text_width(names)}
    frame["yaxis"] = frame["yaxis"] | {
        "visible": True,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "tickvals": at,
        "ticktext": [escape_plotly(name) for name in names],
        "tickfont": {"size": SMALL_SIZE + 1, "color": look.ink},
    }
    title = trend_finding(code, years, basis, lang)
    caption = "\n".join(
        [text("distribution.illustrative", lang)] * illustrative
        + [text("trend.caption", lang, **i18n.published_at(cells or [cell for _, cell in years]))]
        + [text("trend.caption_own", lang)] * (own is not None)
        + [text("trend.caption_others", lang)] * bool(others)
    )
    alt = " ".join([title, *(_year_in_words(code, year, cell, basis, lang) for year, cell in known)])
    return draw(traces, frame, theme, title=title, caption=caption, alt=alt, titled=titled)


def trend_finding(code: str, years: Sequence[tuple[int, PublishedCell]], basis: Basis | None, lang: Lang) -> str:
    """The published line of the latest year, and how it has moved since the year before that has one.

    Two lines of different percentiles are said, and not compared.
    """
    kpi = catalogue().kpi(code)
    name = kpi.short.in_(lang)
    lines = [(year, cell) for year, cell in years if isfinite(cell.p80)]
    if not lines:
        return text("trend.no_line", lang, name=name)
    (year, cell), *before = lines
    written = i18n.kpi_number(cell.p80, kpi, lang, basis)
    if not before:
        return text("trend.line", lang, name=name, year=year, line=written)
    earlier_year, earlier = before[0]
    change = "up" if cell.p80 > earlier.p80 else "down" if cell.p80 < earlier.p80 else "same"
    if cell.upper_quantile != earlier.upper_quantile:
        change = "other"
    return text(
        f"trend.line_{change}",
        lang,
        name=name,
        year=year,
        line=written,
        before=earlier_year,
        was=i18n.kpi_number(earlier.p80, kpi, lang, basis),
        upper=cell.upper_quantile,
        was_upper=earlier.upper_quantile,
    )


def _year_name(year: int, cell: PublishedCell, known: Sequence[tuple[int, PublishedCell]], lang: Lang) -> str:
    """The year; with the percentile of its line where another year's is at another."""
    at = cell.upper_quantile
    alike = all(other.upper_quantile == at for _, other in known)
    return str(year) if alike else text("trend.year_at", lang, year=year, upper=at)


def _whose(figure: Figure, lang: Lang) -> str:
    region = text(f"trend.{figure.region}", lang)
    period = figure.period if figure.dated else ""
    if figure.kind == "target":
        period = text("trend.target", lang, period=period).strip()
    return text(f"trend.other_{figure.match}", lang, region=region, period=period)


def _year_in_words(code: str, year: int, cell: PublishedCell, basis: Basis | None, lang: Lang) -> str:
    kpi = catalogue().kpi(code)
    figures = {
        name: i18n.kpi_number(getattr(cell, name), kpi, lang, basis) for name in ("p20", "median", "mean", "p80")
    }
    return text("trend.alt_year", lang, year=year, **figures, **i18n.published_at([cell]))


def _spread(at: Sequence[float], cells: Sequence[PublishedCell], colour: str) -> dict[str, Any]:
    """From the lower to the upper published quantile; nothing where one of them is not published."""
    return {
        "type": "scatter",
        "name": "spread",
        "x": [value for cell in cells for value in (cell.p20, cell.p80, None)],
        "y": [place for y in at for place in (y, y, None)],
        "mode": "lines",
        "line": {"color": colour, "width": 9},
        "hoverinfo": "skip",
    }


def _marks(
    name: str, at: Sequence[float], values: Sequence[float], symbol: str, size: int, colour: str, width: int
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "x": list(values),
        "y": list(at),
        "mode": "markers",
        "marker": {"symbol": symbol, "size": size, "color": colour, "line": {"color": colour, "width": width}},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


# How one KPI's values lie in each industry of a panel: the middle half, the median, and how far the rest reaches.


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
    shown = [panel_box for panel_box in boxes if panel_box.records and isfinite(panel_box.median)]
    names = [catalogue().industry(panel_box.industry).name.in_(lang) for panel_box in shown]
    reach = [fence * (panel_box.upper - panel_box.lower) for panel_box in shown]
    box: dict[str, Any] = {
        "type": "box",
        "orientation": "h",
        "y": [f"{escape_plotly(name)} · {panel_box.records}" for name, panel_box in zip(names, shown, strict=True)],
        "q1": [panel_box.lower for panel_box in shown],
        "median": [panel_box.median for panel_box in shown],
        "q3": [panel_box.upper for panel_box in shown],
        "lowerfence": [max(panel_box.lowest, panel_box.lower - by) for panel_box, by in zip(shown, reach, strict=True)],
        "upperfence": [
            min(panel_box.highest, panel_box.upper + by) for panel_box, by in zip(shown, reach, strict=True)
        ],
        "line": {"color": look.leading, "width": 1.5},
        "fillcolor": look.leading_zone,
        "hoverinfo": "x",
    }
    far = [panel_box for panel_box in shown if panel_box.far_out]
    ends = [
        (value, name, panel_box)
        for name, panel_box, by in zip(names, shown, reach, strict=True)
        for value in (panel_box.lowest, panel_box.highest)
        if value < panel_box.lower - by or value > panel_box.upper + by
    ]
    ends_marked: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": [value for value, _, __ in ends],
        "y": [f"{escape_plotly(name)} · {item.records}" for _, name, item in ends],
        "marker": {"symbol": "x-thin", "size": 9, "line": {"width": 2, "color": look.error}},
        "hoverinfo": "x",
    }
    published: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": [mark.value for mark in marks],
        "y": [escape_plotly(mark.whose) for mark in marks],
        "marker": {"symbol": "diamond-open", "size": 11, "color": look.ink, "line": {"width": 2}},
        "hoverinfo": "x",
    }
    count = sum(panel_box.far_out for panel_box in far)
    spoken = text("number.list", lang).join(
        f"{name} {i18n.plain_number(panel_box.median)}" for name, panel_box in zip(names, shown, strict=True)
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
