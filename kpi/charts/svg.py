"""A chart as an SVG file of its own: heading, picture and foot, drawn without a browser in the look of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from html.parser import HTMLParser
from math import ceil, cos, isfinite, pi, sin, sqrt
from typing import Any, Literal

from kpi.charts.chart import CAPTION_UNITS, SMALL_SIZE, TEXT_SIZE, TITLE_SIZE, Chart, wrap
from kpi.charts.theme import FONT, Theme, tokens

# Plotly's mark shapes as SVG paths around 0, 0: those that charts use, with Plotly's own proportions.


Points = list[tuple[float, float]]

OPEN = "-open"
STROKES = frozenset({"line-ns", "x-thin"})
"""Marks that are lines: drawn in the colour of their edge, without a filling."""


def mark_path(symbol: str, size: float) -> str:
    """The path of a mark of that size in pixels. KeyError: a shape that no chart uses."""
    r = size / 2
    shape = symbol.removesuffix(OPEN)
    if shape == "circle":
        return f"M{r:.2f},0A{r:.2f},{r:.2f} 0 1,1 0,{-r:.2f}A{r:.2f},{r:.2f} 0 0,1 {r:.2f},0Z"
    if shape == "line-ns":
        return f"M0,{r * 1.4:.2f}V{-r * 1.4:.2f}"
    if shape == "x-thin":
        return f"M{r:.2f},{r:.2f}L{-r:.2f},{-r:.2f}M{r:.2f},{-r:.2f}L{-r:.2f},{r:.2f}"
    corners = _CORNERS[shape]
    return "M" + "L".join(f"{x * r:.2f},{y * r:.2f}" for x, y in corners) + "Z"


def _ring(corners: int, first: float, *radii: float) -> Points:
    """Corners around 0, 0 from the angle ``first`` in degrees, at these distances in turn."""
    angles = [first * pi / 180 + 2 * pi * at / corners for at in range(corners)]
    return [
        (radii[at % len(radii)] * cos(angle), radii[at % len(radii)] * sin(angle)) for at, angle in enumerate(angles)
    ]


_SIDE = 2 / sqrt(3)
_CORNERS: dict[str, Points] = {
    "square": [(1, 1), (-1, 1), (-1, -1), (1, -1)],
    "diamond": [(1.3, 0), (0, 1.3), (-1.3, 0), (0, -1.3)],
    "triangle-up": [(-_SIDE, 0.5), (_SIDE, 0.5), (0, -1)],
    "triangle-down": [(-_SIDE, -0.5), (_SIDE, -0.5), (0, 1)],
    "triangle-left": [(0.5, -_SIDE), (0.5, _SIDE), (-1, 0)],
    "triangle-right": [(-0.5, -_SIDE), (-0.5, _SIDE), (1, 0)],
    "pentagon": _ring(5, -90, 1),
    "hexagon": _ring(6, -90, 1),
    "hexagon2": _ring(6, 0, 1),
    "octagon": _ring(8, 22.5, 1),
    "hexagram": _ring(12, -90, 1.1, 1.1 / sqrt(3)),
    "star-square": _ring(8, 45, 1.1 * sqrt(2), 0.55),
}


# Plotly's text markup (bold, coloured or smaller spans, line breaks) as SVG text.


LINE_HEIGHT = 1.3
"""As in Plotly, in font sizes."""

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class TextLook:
    size: float
    colour: str
    bold: bool = False


@dataclass(slots=True)
class _Markup(HTMLParser):
    """Runs of equal look, a list a line."""

    look: TextLook
    lines: list[list[tuple[str, TextLook]]] = field(default_factory=lambda: [[]])
    outer: list[TextLook] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.lines.append([])
            return
        self.outer.append(self.look)
        if tag == "b":
            self.look = replace(self.look, bold=True)
        style = dict(attrs).get("style") or ""
        if colour := re.search(r"color:([^;]+)", style):
            self.look = replace(self.look, colour=colour[1])
        if size := re.search(r"font-size:(\d+)px", style):
            self.look = replace(self.look, size=float(size[1]))

    def handle_endtag(self, tag: str) -> None:
        if tag != "br" and self.outer:
            self.look = self.outer.pop()

    def handle_data(self, data: str) -> None:
        self.lines[-1].append((data, self.look))


def svg_text(markup: str, x: float, y: float, look: TextLook, anchor: Anchor = "start") -> str:
    """The text with its middle at ``y``, its start, middle or end at ``x``; nothing for an empty one."""
    lines = _lines(markup, look)
    if not any(runs for runs in lines):
        return ""
    first = y - (len(lines) - 1) / 2 * look.size * LINE_HEIGHT
    return "".join(
        f'<text x="{x:.2f}" y="{first + at * look.size * LINE_HEIGHT + look.size * 0.36:.2f}" text-anchor="{anchor}" '
        f'xml:space="preserve">{"".join(map(_run, runs))}</text>'
        for at, runs in enumerate(lines)
        if runs
    )


def _lines(markup: str, look: TextLook) -> list[list[tuple[str, TextLook]]]:
    parser = _Markup(look)
    parser.feed(markup)
    parser.close()
    return parser.lines


def _run(run: tuple[str, TextLook]) -> str:
    words, look = run
    weight = ' font-weight="700"' if look.bold else ""
    return f'<tspan font-size="{look.size:g}" fill="{escape(look.colour)}"{weight}>{escape(words)}</tspan>'


# A chart as an SVG file of its own: heading, picture and foot, drawn without a browser in the look of the page.
#
# Plotly draws in a browser only. This draws what the charts of this room are made of - marks, lines, bars, words,
# zones, axes with their labels - and refuses anything else, so that nothing is left out in silence. No request, no
# script.


WIDTH, PAPER_WIDTH = 1080, 736
"""In pixels: on a screen, and on paper, where a picture as wide as an A4 page's text has no letters below 8 pt."""
EDGE, FOOT_LINE = 16, 17
TITLE_LINE, CAPTION_LINE = 24, 18
STANDOFF, TICK = 3, 5
"""Between an axis and its labels, and a tick's length, as in Plotly."""
WRAPPED_FOR = 760
"""The width that a figure's own heading is wrapped for."""
_SIDES: dict[str, Anchor] = {"left": "end", "center": "middle", "right": "start"}

Json = Mapping[str, Any]


def as_svg(
    chart: Chart, foot: Sequence[str] = (), theme: Theme = "light", width: int = WIDTH, *, headed: bool = True
) -> str:
    """``chart`` drawn without its own heading (``titled=False``); ``foot`` are lines below it: source, day, link.

    ``headed``: the finding and how to read it stand above the picture; else whoever shows it says both.
    """
    figure = chart.figure.to_plotly_json()
    heading, top = _heading(chart, theme, width) if headed else ("", 0.0)
    plot = _Plot(figure["layout"], top, width)
    look = tokens(theme)
    below = [line for item in foot for line in wrap(item, round(CAPTION_UNITS * width / WRAPPED_FOR))]
    height = top + plot.height + (len(below) * FOOT_LINE + EDGE if below else 0)
    small = TextLook(SMALL_SIZE, look.muted)
    feet = "".join(
        svg_text(escape(line, quote=False), EDGE, top + plot.height + FOOT_LINE * (at + 0.5), small)
        for at, line in enumerate(below)
    )
    traces = figure["data"]
    marks = (part for at, trace in enumerate(traces) for part in plot.trace(trace, traces[:at]))
    drawn = "".join([*plot.shapes(), *marks, *plot.axes()])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height:.0f}" '
        f'viewBox="0 0 {width} {height:.0f}" role="img" font-family="{escape(FONT)}">'
        f"<title>{escape(chart.title)}</title><desc>{escape(chart.alt)}</desc>"
        f'<rect width="100%" height="100%" fill="{look.ground}"/>{heading}{drawn}{feet}</svg>\n'
    )


def _heading(chart: Chart, theme: Theme, width: int) -> tuple[str, float]:
    """The finding and how to read it, and the room they take."""
    look = tokens(theme)
    units = CAPTION_UNITS * width / WRAPPED_FOR
    titles = wrap(chart.title, round(units * SMALL_SIZE / TITLE_SIZE))
    captions = wrap(chart.caption, round(units))
    y = EDGE + TITLE_LINE / 2
    parts = []
    for line in titles:
        parts.append(svg_text(escape(line, quote=False), EDGE, y, TextLook(TITLE_SIZE, look.ink, bold=True)))
        y += TITLE_LINE
    for line in captions:
        parts.append(svg_text(escape(line, quote=False), EDGE, y, TextLook(SMALL_SIZE + 1, look.muted)))
        y += CAPTION_LINE
    return "".join(parts), y


@dataclass(frozen=True)
class _Plot:
    """The figure's layout below a heading of that height: where its numbers stand in the file."""

    layout: Json
    top: float
    width: int

    @property
    def height(self) -> float:
        return float(self.layout["height"])

    def x(self, value: float) -> float:
        low, high = map(float, self.layout["xaxis"]["range"])
        left, right = self._margin("l"), self.width - self._margin("r")
        return left + (value - low) / (high - low) * (right - left)

    def y(self, value: float, axis: str = "yaxis") -> float:
        low, high = map(float, self.layout[axis]["range"])
        bottom, top = self.height - self._margin("b"), self._margin("t")
        return self.top + bottom + (value - low) / (high - low) * (top - bottom)

    def shapes(self) -> Iterator[str]:
        """Zones and lines, all below the marks."""
        for shape in self.layout.get("shapes", ()):
            x0, x1, y0, y1 = self.x(shape["x0"]), self.x(shape["x1"]), self.y(shape["y0"]), self.y(shape["y1"])
            if shape["type"] == "line":
                yield _stroke(f"M{x0:.2f},{y0:.2f}L{x1:.2f},{y1:.2f}", shape["line"])
            else:
                yield _box(x0, y0, x1, y1, shape["fillcolor"])
                if shape.get("line", {}).get("width"):
                    yield _stroke(f"M{x0:.2f},{y0:.2f}H{x1:.2f}V{y1:.2f}H{x0:.2f}Z", shape["line"])

    def trace(self, trace: Json, before: Sequence[Json]) -> Iterator[str]:
        """``before``: the traces below it. ValueError: a kind of trace that no chart of this room uses."""
        if trace["type"] == "bar":
            yield from self._bars(trace, [json for json in before if json["type"] == "bar"])
        elif trace["type"] == "scatter":
            yield from self._scatter(trace)
        else:
            raise ValueError(trace["type"])

    def axes(self) -> Iterator[str]:
        yield from self._x_axis()
        for name in self.layout:
            if name.startswith("yaxis") and self.layout[name].get("visible", True):
                yield from self._y_labels(name)

    def _margin(self, side: str) -> float:
        return float(self.layout["margin"].get(side, 0))

    def _scatter(self, trace: Json) -> Iterator[str]:
        mode = trace.get("mode", "")
        points = list(zip(trace["x"], trace["y"], strict=True))
        if "lines" in mode:
            yield from self._lines(points, trace["line"])
        for at, (x, y) in enumerate(points):
            if not _known(x) or not _known(y):
                continue
            if "markers" in mode:
                yield self._mark(trace["marker"], at, x, y)
            if "text" in mode:
                yield self._words(trace, at, x, y)

    def _lines(self, points: Sequence[tuple[Any, Any]], line: Json) -> Iterator[str]:
        path, pen = "", "M"
        for x, y in points:
            if not _known(x) or not _known(y):
                pen = "M"
                continue
            path += f"{pen}{self.x(x):.2f},{self.y(y):.2f}"
            pen = "L"
        if path:
            yield _stroke(path, line)

    def _mark(self, marker: Json, at: int, x: float, y: float) -> str:
        opacity = marker.get("opacity", 1)
        if not opacity:
            return ""
        symbol, size = _of(marker.get("symbol", "circle"), at), _of(marker["size"], at)
        edge = marker.get("line", {})
        colour, width = _of(edge.get("color", "none"), at), _of(edge.get("width", 0), at)
        fill = "none" if symbol in STROKES or symbol.endswith(OPEN) else _of(marker["color"], at)
        if symbol.endswith(OPEN) or colour == "none":
            colour = _of(marker.get("color", colour), at)
        turn = f" rotate({marker['angle']})" if marker.get("angle") else ""
        faint = f' opacity="{opacity}"' if opacity != 1 else ""
        return (
            f'<path d="{mark_path(symbol, size)}" transform="translate({self.x(x):.2f},{self.y(y):.2f}){turn}" '
            f'fill="{fill}" stroke="{colour}" stroke-width="{width}"{faint}/>'
        )

    def _words(self, trace: Json, at: int, x: float, y: float) -> str:
        font = trace.get("textfont", {})
        look = TextLook(font.get("size", TEXT_SIZE), font.get("color", self.layout["font"]["color"]))
        _, side = trace.get("textposition", "middle center").split()
        return svg_text(_of(trace["text"], at), self.x(x), self.y(y), look, _SIDES[side])

    def _bars(self, trace: Json, before: Sequence[Json]) -> Iterator[str]:
        """Upright from 0, or lying, each at the end of those ``before`` it."""
        if trace.get("orientation") != "h":
            places = list(trace["x"])
            half = (places[1] - places[0]) * (1 - self.layout.get("bargap", 0.2)) / 2
            for x, length in zip(places, trace["y"], strict=True):
                yield _box(self.x(x - half), self.y(length), self.x(x + half), self.y(0), trace["marker"]["color"])
            return
        for at, (y, length) in enumerate(zip(trace["y"], trace["x"], strict=True)):
            start, half = sum(json["x"][at] for json in before), trace["width"] / 2
            colour = _of(trace["marker"]["color"], at)
            yield _box(self.x(start), self.y(y - half), self.x(start + length), self.y(y + half), colour)

    def _x_axis(self) -> Iterator[str]:
        axis = self.layout["xaxis"]
        if not axis.get("visible", True):
            return
        above = axis.get("side") == "top"
        y = self.top + (self._margin("t") if above else self.height - self._margin("b"))
        line = {"color": axis.get("linecolor"), "width": 1}
        if axis.get("showline"):
            yield _stroke(f"M{self._margin('l'):.2f},{y:.2f}H{self.width - self._margin('r'):.2f}", line)
        look = TextLook(axis["tickfont"]["size"], axis["tickfont"]["color"])
        out = TICK if axis.get("ticks") == "outside" else 0
        for value, words in _ticks(axis):
            if out:
                yield _stroke(f"M{self.x(value):.2f},{y:.2f}v{out}", line)
            lines = words.count("<br>") + 1
            away = out + STANDOFF + lines * look.size * 0.65
            yield svg_text(words, self.x(value), y - away if above else y + away, look, "middle")

    def _y_labels(self, name: str) -> Iterator[str]:
        axis = self.layout[name]
        right = axis.get("side") == "right"
        x = self.width - self._margin("r") if right else self._margin("l")
        if axis.get("anchor") == "free":
            x = self._margin("l") + axis["shift"]
        standoff = STANDOFF + axis.get("ticklabelstandoff", 0)
        font = axis.get("tickfont", {})
        look = TextLook(font.get("size", TEXT_SIZE), font.get("color", self.layout["font"]["color"]))
        anchor: Anchor = "start" if right else "end"
        for value, words in zip(axis["tickvals"], axis["ticktext"], strict=True):
            yield svg_text(words, x + standoff if right else x - standoff, self.y(value, name), look, anchor)


def _ticks(axis: Json) -> Iterator[tuple[float, str]]:
    """As named, else at round numbers with the unit."""
    if "ticktext" in axis:
        yield from zip(axis["tickvals"], axis["ticktext"], strict=True)
        return
    low, high = axis["range"]
    step = axis.get("dtick") or _round_step((high - low) / axis["nticks"])
    decimals = max(0, -_power(step))
    for at in range(ceil(low / step), int(high // step) + 1):
        yield at * step, f"{at * step:.{decimals}f}".replace("-", "−") + axis.get("ticksuffix", "")


def _round_step(least: float) -> float:
    """The least of 1, 2, 5, 10, 20 ... that is no less."""
    power = 10.0 ** _power(least)
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * (1 - 1e-9))


def _power(value: float) -> int:
    return int(f"{value:e}".split("e")[1])


def _of(given: Any, at: int) -> Any:
    return given[at] if isinstance(given, list | tuple) else given


def _known(value: float | None) -> bool:
    return value is not None and isfinite(value)


def _stroke(path: str, line: Json) -> str:
    dashes = ' stroke-dasharray="1 3"' if line.get("dash") == "dot" else ""
    return f'<path d="{path}" fill="none" stroke="{line["color"]}" stroke-width="{line["width"]}"{dashes}/>'


def _box(x0: float, y0: float, x1: float, y1: float, fill: str) -> str:
    left, top = min(x0, x1), min(y0, y1)
    return f'<rect x="{left:.2f}" y="{top:.2f}" width="{abs(x1 - x0):.2f}" height="{abs(y1 - y0):.2f}" fill="{fill}"/>'
