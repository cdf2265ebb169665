"""The core of every chart with a row a KPI: names, values and words in columns, one shared axis between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

from kpi.charts.chart import SMALL_SIZE, TEXT_SIZE, Chart, coloured, draw, text_width
from kpi.charts.theme import FONT, Theme, css_variables, tokens
from kpi.i18n import percent, text
from kpi.model.language import Lang

# The core of every chart with a row a KPI: names, values and words in columns, one shared axis between them.
#
# Columns are tick labels of four y axes laid over each other: one layout call, where an annotation for each of the 80
# texts would cost ten times as much; and they keep their width in pixels while the axis between them takes the rest.
# The y axis counts pixels downwards from the top of the plot.


ROW, BETWEEN, HEADER, LANE = 20, 10, 28, 20
"""``BETWEEN`` the rows of two groups."""
EDGE, GUTTER, TOP, FOOT = 8, 16, 4, 40
TITLE_AT = HEADER / 2 - 4
"""Middle of the line of titles above the rows, in pixels from the top."""

PERCENT_TICKS = tuple((share, percent(share)) for share in (0, 0.2, 0.4, 0.6, 0.8, 1))

Traces = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One KPI's row: ``name`` and ``value`` plain, ``word`` and ``hover`` ready markup.

    ``empty`` if nothing stands on its line. Marks that would cover each other stand in ``lanes`` below one another.
    """

    code: str
    name: str
    main: bool
    value: str
    word: str
    empty: bool
    hover: str = ""
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class RowChart:
    """Rows beside the names of their groups, the titles of the columns, and the leading zone on an axis from 0 to 1.

    ``word_width`` is in pixels; ``zone_start`` and the places of ``ticks`` are shares of the axis.
    """

    groups: Sequence[tuple[str, Sequence[ChartRow]]]
    value_title: str
    word_title: str
    word_width: int
    zone_start: float
    zone_title: str
    lang: Lang
    theme: Theme
    ticks: Sequence[tuple[float, str]] = PERCENT_TICKS

    def middles(self) -> dict[str, float]:
        """Each row's middle in pixels from the top, by the code of its KPI."""
        return {row.code: y for y, _, row in self._stack()[0]}

    def draw(self, below: Traces, above: Traces, *, title: str, caption: str, alt: str, titled: bool) -> Chart:
        """The chart; ``below`` lies under the rows' answer to hover and click, ``above`` over it."""
        placed, height = self._stack()
        rows = [(y, row) for y, _, row in placed]
        traces = [
            self._row_lines([y for y, row in rows if not row.empty], "solid"),
            self._row_lines([y for y, row in rows if row.empty], "dot"),
            self._zone_title(),
            *below,
            *_AXIS_HOLDERS,
            *self._targets([(y, row) for y, row in rows if row.hover]),
            *above,
        ]
        layout = self._layout(placed, height)
        return draw(traces, layout, self.theme, title=title, caption=caption, alt=alt, titled=titled)

    def _stack(self) -> tuple[list[tuple[float, str, ChartRow]], float]:
        """Each row with its middle, behind the name of its group where it is the first of it; and the height of all."""
        placed: list[tuple[float, str, ChartRow]] = []
        top = float(HEADER)
        for group, rows in self.groups:
            top += BETWEEN if placed else 0
            for at, row in enumerate(rows):
                placed.append((top + ROW / 2, "" if at else group, row))
                top += ROW + LANE * (row.lanes - 1)
        return placed, top + 8

    def _layout(self, placed: Sequence[tuple[float, str, ChartRow]], height: float) -> dict[str, Any]:
        texts = [self._titles(), *(self._texts(group, row) for _, group, row in placed)]
        groups, names, values, words = (list(column) for column in zip(*texts, strict=True))
        group, left, right = self._margins()
        fixed = {"showgrid": False, "zeroline": False, "fixedrange": True, "ticks": ""}
        column = fixed | {"range": [height, 0], "tickmode": "array", "tickvals": [TITLE_AT, *(y for y, _, _ in placed)]}
        over = column | {"overlaying": "y", "side": "right"}
        ticks = {"tickvals": [at for at, _ in self.ticks], "ticktext": [words for _, words in self.ticks]}
        tick_font = {"size": SMALL_SIZE + 1, "color": tokens(self.theme).muted}
        return {
            "height": round(height) + TOP + FOOT,
            "margin": {"l": left, "r": right, "t": TOP, "b": FOOT, "pad": 0},
            "xaxis": fixed | ticks | {"range": [0, 1], "tickfont": tick_font},
            "yaxis": column | {"ticktext": values, "ticklabelstandoff": GUTTER - 3},
            "yaxis2": over | {"ticktext": names, "anchor": "free", "position": 0, "shift": group - left},
            "yaxis3": over | {"ticktext": words, "anchor": "x", "ticklabelstandoff": GUTTER - 3},
            "yaxis4": over | {"ticktext": groups, "anchor": "free", "position": 0, "shift": EDGE - left},
            "shapes": [*self._zone(height), *self._parting([y for y, group, _ in placed if group])],
        }

    def _titles(self) -> tuple[str, str, str, str]:
        titles = (text("strip.column_kpi", self.lang), self.value_title, self.word_title)
        name, value, word = (coloured(title, tokens(self.theme).muted, size=SMALL_SIZE + 1) for title in titles)
        return "", name, value, word

    def _texts(self, group: str, row: ChartRow) -> tuple[str, str, str, str]:
        """Name of the group, name, value and word. A main KPI is bold and tagged."""
        look = tokens(self.theme)
        tag = f" {coloured(text('strip.main', self.lang), look.muted, size=SMALL_SIZE)}" if row.main else ""
        value = coloured(row.value, look.ink) if row.value else ""
        beside = coloured(group, look.muted, size=SMALL_SIZE) if group else ""
        return beside, coloured(row.name, look.ink, bold=row.main) + tag, value, row.word

    def _margins(self) -> tuple[int, int, int]:
        """Room in pixels for the column of groups, for all columns left of the axis, and for those right of it."""
        rows = [row for _, members in self.groups for row in members]
        tag = " " + text("strip.main", self.lang)
        names = [row.name + (tag if row.main else "") for row in rows]
        # Names of groups are small: their room is counted in letters of the text's size.
        group = EDGE + round(text_width([group for group, _ in self.groups]) * SMALL_SIZE / TEXT_SIZE) + GUTTER
        value = text_width([*(row.value for row in rows), self.value_title]) if self.value_title else 0
        return group, group + text_width(names) + GUTTER + value + GUTTER, GUTTER + self.word_width + EDGE

    def _zone(self, height: float) -> list[dict[str, Any]]:
        look, start = tokens(self.theme), self.zone_start
        shared = {"xref": "x", "yref": "y", "y0": HEADER - 6, "y1": height, "layer": "below"}
        return [
            shared | {"type": "rect", "x0": start, "x1": 1, "fillcolor": look.leading_zone, "line": {"width": 0}},
            shared | {"type": "line", "x0": start, "x1": start, "line": {"color": look.leading, "width": 2}},
        ]

    def _parting(self, firsts: Sequence[float]) -> list[dict[str, Any]]:
        """A line above the first row of each group but the first, through all columns: beside the axis in pixels."""
        _, left, right = self._margins()
        colour = tokens(self.theme).grid
        line: dict[str, Any] = {"type": "line", "xref": "paper", "yref": "y", "line": {"color": colour, "width": 1}}
        parts: list[dict[str, Any]] = [
            {"x0": 0, "x1": 1},
            {"xsizemode": "pixel", "xanchor": 0, "x0": EDGE - left, "x1": 0},
            {"xsizemode": "pixel", "xanchor": 1, "x0": 0, "x1": right - EDGE},
        ]
        at = [y - ROW / 2 - BETWEEN / 2 for y in firsts[1:]]
        return [line | part | {"y0": y, "y1": y} for y in at for part in parts]

    def _zone_title(self) -> dict[str, Any]:
        """Above the zone, ending at the right edge so that it never runs into the words."""
        colour = tokens(self.theme).leading
        return {
            "type": "scatter",
            "x": [1],
            "y": [TITLE_AT],
            "mode": "text",
            "text": [self.zone_title],
            "textposition": "middle left",
            "textfont": {"size": SMALL_SIZE + 1, "color": colour},
            "unselected": {"textfont": {"color": colour}},
            "cliponaxis": False,
            "hoverinfo": "skip",
        }

    def _row_lines(self, ys: Sequence[float], dash: str) -> dict[str, Any]:
        """The thin line each row stands on: one trace for all rows, broken between them."""
        line = {"color": tokens(self.theme).grid, "width": 1, "dash": dash}
        return _segments([(y, 0, 1) for y in ys]) | {"line": line}

    def _targets(self, rows: Sequence[tuple[float, ChartRow]]) -> Iterable[dict[str, Any]]:
        """The whole row answers to hover and click, marks or none: unseen points along it that carry the KPI's code."""
        if not rows:
            return
        steps = [step / 16 for step in range(17)]
        yield {
            "type": "scatter",
            "name": "targets",
            "x": steps * len(rows),
            "y": [y for y, _ in rows for _ in steps],
            "customdata": [row.code for _, row in rows for _ in steps],
            "text": [row.hover for _, row in rows for _ in steps],
            "mode": "markers",
            "marker": {"size": ROW - 3, "opacity": 0, "color": tokens(self.theme).ground},
            "selected": {"marker": {"opacity": 0}},
            "unselected": {"marker": {"opacity": 0}},
            "hovertemplate": "%{text}<extra></extra>",
        }


def row_parts(groups: Sequence[tuple[str, Sequence[ChartRow]]], room: float, *, even: bool = True) -> list[list[str]]:
    """The rows' codes in order, in as few parts as charts no higher than ``room`` pixels can hold: about equally high,
    or all but the last as high as they can be, where something follows on the same page.

    A row that alone is higher has a part of its own.
    """
    fewest = _filled(groups, room)
    if not even:
        return fewest
    while len(closer := _filled(groups, room - ROW)) == len(fewest):
        fewest, room = closer, room - ROW
    return fewest


def _filled(groups: Sequence[tuple[str, Sequence[ChartRow]]], room: float) -> list[list[str]]:
    parts: list[list[str]] = []
    free = 0.0
    for _, rows in groups:
        heading = BETWEEN
        for row in rows:
            high = ROW + LANE * (row.lanes - 1)
            if not parts or heading + high > free:
                parts.append([])
                free, heading = room - (HEADER + 8 + TOP + FOOT), 0
            parts[-1].append(row.code)
            free, heading = free - heading - high, 0
    return parts


_AXIS_HOLDERS: Traces = [
    {"type": "scatter", "x": [None], "y": [None], "yaxis": axis, "hoverinfo": "skip"} for axis in ("y2", "y3", "y4")
]
"""Plotly draws an axis only where a trace uses it."""


def row_bars(name: str, spans: Sequence[tuple[float, float, float]], colour: str) -> dict[str, Any]:
    """A thick line for each (y, start, end)."""
    return _segments(spans) | {"name": name, "line": {"color": colour, "width": 5}}


def row_ticks(name: str, at: Sequence[tuple[float, float]], colour: str, *, width: int, size: int) -> dict[str, Any]:
    """An upright stroke at each (y, x)."""
    return {
        "type": "scatter",
        "name": name,
        "x": [x for _, x in at],
        "y": [y for y, _ in at],
        "mode": "markers",
        "marker": {"symbol": "line-ns", "size": size, "line": {"color": colour, "width": width}},
        # A click selects one mark; what is no mark must not fade for it.
        "unselected": {"marker": {"opacity": 1}},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _segments(spans: Sequence[tuple[float, float, float]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [end for _, start, stop in spans for end in (start, stop, None)],
        "y": [end for y, _, _ in spans for end in (y, y, None)],
        "mode": "lines",
        "hoverinfo": "skip",
    }


# The core of every list with a row a KPI, for narrow screens: name, value and word, each with its small axis below.
#
# Plain HTML; every text is escaped. Python cannot see the width, so a page draws the chart and the list and lets CSS
# show one.


STYLE = (
    ".kpi-list{font-size:15px;line-height:1.45;color:var(--kpi-ink);font-variant-numeric:tabular-nums;padding:0 12px}"
    ".kpi-list .head{font-size:17px;line-height:1.4;margin:12px 0 6px;color:var(--kpi-ink)}"
    ".kpi-list p{font-size:12.5px;margin:2px 0;color:var(--kpi-muted)}"
    ".kpi-list .group{font-size:13px;margin:22px 0 0;color:var(--kpi-muted)}"
    ".kpi-list ul{list-style:none;margin:0;padding:0}"
    ".kpi-list li{margin:0;padding:9px 0 5px;border-bottom:1px solid var(--kpi-grid)}"
    ".kpi-list .top{display:flex;gap:10px;align-items:baseline}"
    ".kpi-list .name{flex:1 1 auto;min-width:0;color:inherit;text-decoration:none}"
    ".kpi-list .tag{font-size:12px;font-weight:400;color:var(--kpi-muted);white-space:nowrap}"
    ".kpi-list .value{white-space:nowrap;text-align:right}"
    ".kpi-list .word{font-size:13.5px;white-space:nowrap}"
    ".kpi-list .axis{position:relative;height:26px}"
    ".kpi-list .axis span{position:absolute}"
    ".kpi-list .axis .mark{top:13px;transform:translate(-50%,-50%);font-size:17px;line-height:1}"
    ".kpi-list .foot{display:flex;justify-content:space-between;align-items:baseline}"
    ".kpi-list .place{font-size:12.5px;color:var(--kpi-muted)}"
)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One KPI's row, its texts plain; ``word_style`` is CSS and ``axis`` ready HTML, empty where nothing is drawn."""

    code: str
    name: str
    main: bool
    value: str
    word: str
    word_style: str = ""
    place: str = ""
    axis: str = ""


def row_list(
    groups: Sequence[tuple[str, Sequence[ListRow]]],
    label: str,
    lang: Lang,
    theme: Theme,
    *,
    head: str = "",
    href: str = "",
) -> str:
    """``label`` says the list in words; ``head`` is ready HTML above it, with a heading of level 3; ``href`` precedes
    the code in a link. The names of the groups are headings one below what stands above them.
    """
    level = 4 if head else 3
    parts = "".join(
        f'<h{level} class="group">{escape(name)}</h{level}><ul>{"".join(_item(row, lang, href) for row in rows)}</ul>'
        for name, rows in groups
    )
    style = f"{css_variables(theme)} font-family:{FONT}"
    section = f'<section class="kpi-list" aria-label="{escape(label)}" style="{style}">{head}{parts}</section>'
    return f"<style>{STYLE}</style>{section}"


def list_axis(zone_start: float, theme: Theme, *marks: str) -> str:
    """One row's axis with the leading zone. Placed boxes, because pages clean inline SVG out of HTML."""
    look = tokens(theme)
    return (
        '<div class="axis" aria-hidden="true">'
        f"{axis_box(zone_start, 1 - zone_start, 3, 20, look.leading_zone)}{axis_box(0, 1, 12.5, 1, look.grid)}"
        f"{axis_box(zone_start, 0, 3, 20, look.leading, '2px')}{''.join(marks)}</div>"
    )


def axis_box(left: float, width: float, top: float, height: float, colour: str, thick: str = "") -> str:
    """A filled rectangle: ``left`` and ``width`` are shares of the axis, or ``thick`` is its width in pixels."""
    size = f"left:{_place(left)};width:{thick or _place(width)};top:{top:g}px;height:{height:g}px"
    return f'<span style="{size};background:{colour}"></span>'


def axis_glyph(share: float, glyph: str, colour: str) -> str:
    """A mark in the middle of the axis's height."""
    return f'<span class="mark" style="left:{_place(share)};color:{colour}">{glyph}</span>'


def _item(row: ListRow, lang: Lang, href: str) -> str:
    tag = f' <span class="tag">{escape(text("strip.main", lang))}</span>' if row.main else ""
    weight = "font-weight:700" if row.main else ""
    element, link = ("a", f' href="{escape(href + quote(row.code))}"') if href else ("span", "")
    style = f' style="{row.word_style}"' if row.word_style else ""
    place = f'<span class="place">{escape(row.place)}</span>' if row.place else ""
    return (
        f'<li data-kpi="{escape(row.code)}">'
        f'<div class="top"><{element} class="name" style="{weight}"{link}>{escape(row.name)}{tag}</{element}>'
        f'<span class="value">{escape(row.value)}</span></div>'
        f'<div class="foot"><span class="word"{style}>{escape(row.word)}</span>{place}</div>{row.axis}</li>'
    )


def _place(share: float) -> str:
    return f"{share * 100:.2f}%"
