"""The way to leading: own value, published median and published line of each KPI, in widths of what is published.

Drawn from own values and published numbers alone. The line of every KPI stands at one place, so that the eye reads
one thing: what is still missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any

from kpi.catalogue.load import catalogue
from kpi.charts.chart import SMALL_SIZE, Chart, draw
from kpi.charts.gap_rows import FIRST, LAST, LINE_AT, GapRow, gap_groups, gap_rows, gap_text, on_axis
from kpi.charts.strip_frame import (
    GROUP,
    HEADER,
    ROW,
    PrintedLine,
    StripColumns,
    coloured,
    column_holders,
    group_markup,
    heading_line,
    name_markup,
    row_lines,
    strip_layout,
    text_width,
)
from kpi.charts.theme import Theme, tokens, verdict_mark
from kpi.i18n import text
from kpi.model.gap_analysis import GapAnalysis
from kpi.model.language import Lang

Placed = tuple[float, GapRow]
"""A row with its middle in pixels from the top."""

_TICKS = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5)


def gap_chart(
    own: GapAnalysis,
    lang: Lang,
    theme: Theme = "light",
    moved: GapAnalysis | None = None,
    *,
    illustrative: bool = False,
    titled: bool = True,
) -> Chart:
    """``moved``: the way with supposed values; the own mark of what was moved then stays behind, hollow."""
    now = moved or own
    shown = gap_rows(own, now, lang)
    title, caption = gap_finding(own, lang), how_to_read_gaps(shown, lang, illustrative=illustrative)
    lines, placed, height = _lines(shown, lang, theme)
    frame = strip_layout(lines, height, _columns(shown, lang), LINE_AT, theme)
    frame["xaxis"] |= {
        "tickvals": [(tick - FIRST) / (LAST - FIRST) for tick in _TICKS],
        "ticktext": [_tick(tick, lang) for tick in _TICKS],
    }
    figure = draw(_traces(placed, lang, theme), frame, theme, heading=(title, caption) if titled else None)
    return Chart(figure, title, caption, gap_alt_text(title, shown, lang))


def gap_finding(own: GapAnalysis, lang: Lang) -> str:
    """How many reach their line, and which is the nearest of those that do not."""
    if not own.with_line:
        return text("way.title_none", lang)
    title = text("way.title", lang, of=len(own.with_line), reached=len(own.standing("reached")))
    if not (below := own.standing("below")):
        return title
    known = catalogue().kpi(below[0].code)
    return title + text("way.title_next", lang, name=known.short.in_(lang), gap=gap_text(below[0].to_line, known, lang))


def how_to_read_gaps(shown: Sequence[GapRow], lang: Lang, *, illustrative: bool) -> str:
    """How to read it, a line each; illustrative data says so."""
    parts = [text("way.illustrative", lang)] if illustrative else []
    parts.append(text("way.caption", lang))
    if any(not isnan(row.moved) for row in shown):
        parts.append(text("way.caption_moved", lang))
    return "\n".join(parts)


def gap_alt_text(title: str, shown: Sequence[GapRow], lang: Lang) -> str:
    """The picture in words, row by row, for who cannot see it."""
    told = (text("way.alt_row", lang, name=row.name, value=row.value, word=row.word) for row in shown)
    return " ".join((title, *told))


def gap_colour(row: GapRow, theme: Theme) -> str:
    """Of the mark that counts: the line's own colour once it is reached."""
    return tokens(theme).leading if row.standing == "reached" else verdict_mark(None, theme).fill


def _tick(tick: float, lang: Lang) -> str:
    return text("way.axis_at", lang, distance=f"{tick:+g}".replace("-", "−")) if tick else text("way.axis_line", lang)


def _lines(shown: tuple[GapRow, ...], lang: Lang, theme: Theme) -> tuple[list[PrintedLine], list[Placed], float]:
    lines = [heading_line(lang, theme, value=text("way.column_value", lang), verdict=text("way.column_word", lang))]
    placed: list[Placed] = []
    top = float(HEADER)
    for name, members in gap_groups(shown, lang):
        lines.append(PrintedLine(top + GROUP / 2 + 3, group_markup(name, theme)))
        top += GROUP
        for row in members:
            lines.append(_line(row, top + ROW / 2, lang, theme))
            placed.append((top + ROW / 2, row))
            top += ROW
    return lines, placed, top + 8


def _line(row: GapRow, y: float, lang: Lang, theme: Theme) -> PrintedLine:
    look, reached = tokens(theme), row.standing == "reached"
    return PrintedLine(
        y,
        name_markup(row.name, main=row.main, lang=lang, theme=theme),
        coloured(row.value, look.ink),
        coloured(row.word, look.leading if reached else look.ink if row.standing == "below" else look.muted),
    )


def _columns(shown: Sequence[GapRow], lang: Lang) -> StripColumns:
    tag = " " + text("strip.main", lang)
    names = [row.name + (tag if row.main else "") for row in shown]
    return StripColumns(
        name=text_width([*names, *(name for name, _ in gap_groups(tuple(shown), lang))]),
        value=text_width([*(row.value for row in shown), text("way.column_value", lang)]),
        verdict=text_width([*(row.word for row in shown), text("way.column_word", lang)]),
    )


def _traces(placed: Sequence[Placed], lang: Lang, theme: Theme) -> list[dict[str, Any]]:
    drawn = [(y, row) for y, row in placed if not isnan(row.shown)]
    left_behind = [(y, row) for y, row in drawn if not isnan(row.moved) and not isnan(row.own)]
    look, plain = tokens(theme), verdict_mark(None, theme)
    return [
        row_lines([y for y, row in placed if not isnan(row.median)], theme, "solid"),
        row_lines([y for y, row in placed if isnan(row.median)], theme, "dot"),
        _zone_label(lang, theme),
        _ways(drawn, theme),
        _ticks("medians", [(y, row.median) for y, row in placed if not isnan(row.median)], look.muted, 3, 15),
        _ticks("limits", [(y, row.limit) for y, row in placed if row.limit >= 0], look.undecided, 2, 15),
        *column_holders(),
        _marks("own before", [(y, row.own) for y, row in left_behind], [look.ground] * len(left_behind), plain.fill),
        _marks("own", [(y, row.shown) for y, row in drawn], [gap_colour(row, theme) for _, row in drawn], look.ground),
    ]


def _zone_label(lang: Lang, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [1],
        "y": [HEADER / 2 - 4],
        "mode": "text",
        "text": [text("way.zone", lang)],
        "textposition": "middle left",
        "textfont": {"size": SMALL_SIZE + 1, "color": tokens(theme).leading},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _ways(drawn: Sequence[Placed], theme: Theme) -> dict[str, Any]:
    """From the value to the line, for what has not reached it."""
    short = [(y, row) for y, row in drawn if row.standing != "reached"]
    return {
        "type": "scatter",
        "name": "ways",
        "x": [end for _, row in short for end in (on_axis(row.shown), LINE_AT, None)],
        "y": [end for y, _ in short for end in (y, y, None)],
        "mode": "lines",
        "line": {"color": tokens(theme).plain_bar, "width": 5},
        "hoverinfo": "skip",
    }


def _ticks(name: str, at: Sequence[tuple[float, float]], colour: str, width: int, size: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "x": [x for _, x in at],
        "y": [y for y, _ in at],
        "mode": "markers",
        "marker": {"symbol": "line-ns", "size": size, "line": {"color": colour, "width": width}},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _marks(name: str, at: Sequence[tuple[float, float]], fills: Sequence[str], edge: str) -> dict[str, Any]:
    """What lies beyond the picture stands at its edge and points there."""
    return {
        "type": "scatter",
        "name": name,
        "x": [on_axis(x) for _, x in at],
        "y": [y for y, _ in at],
        "mode": "markers",
        "marker": {
            "symbol": [_symbol(x) for _, x in at],
            "size": 14,
            "color": list(fills),
            "line": {"color": edge, "width": 2},
        },
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _symbol(share: float) -> str:
    return "triangle-left" if share < 0 else "triangle-right" if share > 1 else "triangle-up"
