"""The way to leading: own value, published median and published line of each KPI, in widths of what is published.

Drawn from own values and published numbers alone. The line of every KPI stands at one place, so that the eye reads
one thing: what is still missing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import isnan
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.charts.chart import Chart, coloured, text_width
from kpi.charts.gap_rows import FIRST, LAST, LINE_AT, GapRow, gap_groups, gap_rows, gap_text, on_axis
from kpi.charts.row_chart import ChartRow, RowChart, row_bars, row_ticks
from kpi.charts.theme import Theme, tokens, verdict_mark
from kpi.i18n import other_line, published_at, text
from kpi.model.language import Lang
from kpi.model.publication import GapAnalysis

_TICKS = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5)


def gap_chart(
    own: GapAnalysis,
    lang: Lang,
    theme: Theme = "light",
    moved: GapAnalysis | None = None,
    *,
    illustrative: bool = False,
    titled: bool = True,
    codes: Collection[str] | None = None,
) -> Chart:
    """``moved``: the way with supposed values; the own mark of what was moved then stays behind, hollow.

    ``codes``: the KPIs of this part of the chart; all of them where it is not parted.
    """
    shown = tuple(row for row in gap_rows(own, moved or own, lang) if codes is None or row.code in codes)
    chart = RowChart(
        [(name, [_chart_row(row, theme) for row in members]) for name, members in gap_groups(shown, lang)],
        value_title=text("way.column_value", lang),
        word_title=text("way.column_word", lang),
        word_width=text_width([*(row.word for row in shown), text("way.column_word", lang)]),
        zone_start=LINE_AT,
        zone_title=text("way.zone", lang),
        lang=lang,
        theme=theme,
        ticks=[((tick - FIRST) / (LAST - FIRST), _tick_text(tick, lang)) for tick in _TICKS],
    )
    middles = chart.middles()
    placed = [(middles[row.code], row) for row in shown]
    drawn = [(y, row) for y, row in placed if not isnan(row.shown)]
    left_behind = [(y, row.own) for y, row in drawn if not isnan(row.moved) and not isnan(row.own)]
    missing = [(y, on_axis(row.shown), LINE_AT) for y, row in drawn if row.standing != "reached"]
    medians = [(y, row.median) for y, row in placed if not isnan(row.median)]
    limits = [(y, row.limit) for y, row in placed if row.limit >= 0]
    look, hollow_edge = tokens(theme), verdict_mark(None, theme).fill
    fills = [gap_colour(row, theme) for _, row in drawn]
    title = gap_finding(own, lang)
    return chart.draw(
        below=[
            row_bars("ways", missing, look.plain_bar),
            row_ticks("medians", medians, look.muted, width=3, size=15),
            row_ticks("limits", limits, look.undecided, width=2, size=15),
        ],
        above=[
            _marks("own before", left_behind, [look.ground] * len(left_behind), hollow_edge),
            _marks("own", [(y, row.shown) for y, row in drawn], fills, look.ground),
        ],
        title=title,
        caption=how_to_read_gaps(own, shown, lang, illustrative=illustrative),
        alt=gap_alt_text(title, shown, lang),
        titled=titled,
    )


def gap_finding(own: GapAnalysis, lang: Lang) -> str:
    """How many reach their line, and which is the nearest of those that do not."""
    if not own.with_line:
        return text("way.title_none", lang)
    title = text("way.title", lang, of=len(own.with_line), reached=len(own.standing("reached")))
    if not (below := own.standing("below")):
        return title
    known = catalogue().kpi(below[0].code)
    return title + text("way.title_next", lang, name=known.short.in_(lang), gap=gap_text(below[0].to_line, known, lang))


def how_to_read_gaps(own: GapAnalysis, shown: Sequence[GapRow], lang: Lang, *, illustrative: bool) -> str:
    """How to read it, a line each; illustrative data says so, and a published line that is not the verdicts'."""
    cells = [kpi.published for kpi in own.kpis]
    parts = [text("way.illustrative", lang)] if illustrative else []
    parts.append(text("way.caption", lang, **published_at(cells)))
    parts += filter(None, [other_line(cells, own.leading_quantile, lang)])
    if any(not isnan(row.moved) for row in shown):
        parts.append(text("way.caption_moved", lang))
    if other := [f"{row.name} {row.stated}" for row in shown if row.stated]:
        parts.append(text("strip.note_stated", lang, values=text("number.list", lang).join(other)))
    return "\n".join(parts)


def gap_alt_text(title: str, shown: Sequence[GapRow], lang: Lang) -> str:
    """The picture in words, row by row, for who cannot see it."""
    rows = (text("way.alt_row", lang, name=row.name, value=row.value, word=row.word) for row in shown)
    return " ".join((title, *rows))


def gap_colour(row: GapRow, theme: Theme) -> str:
    """Of the mark that counts: the line's own colour once it is reached."""
    return tokens(theme).leading if row.standing == "reached" else verdict_mark(None, theme).fill


def _tick_text(tick: float, lang: Lang) -> str:
    return text("way.axis_at", lang, distance=f"{tick:+g}".replace("-", "−")) if tick else text("way.axis_line", lang)


def _chart_row(row: GapRow, theme: Theme) -> ChartRow:
    look = tokens(theme)
    colours = {"reached": look.leading, "below": look.ink}
    word = coloured(row.word, colours.get(row.standing, look.muted))
    return ChartRow(row.code, row.name, row.main, row.value, word, empty=isnan(row.median))


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
