"""The way to leading: own value, published median and published line of each KPI, in widths of what is published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, isnan, nan
from typing import Any

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.charts.chart import Chart, coloured, text_width
from kpi.charts.rows import ChartRow, ListRow, RowChart, axis_box, axis_glyph, list_axis, row_bars, row_list, row_ticks
from kpi.charts.theme import Theme, tokens, verdict_mark
from kpi.i18n import other_line, published_at, text
from kpi.model.language import Lang
from kpi.model.publication import GapAnalysis, GapState, KpiGap

# The rows of the way to leading: one object for the wide chart, the narrow list and the table beside them.


FIRST, LAST = -2.0, 2 / 3
"""The axis in published spreads from the line: the line stands at three quarters of its width."""

LINE_AT = -FIRST / (LAST - FIRST)


@dataclass(frozen=True, slots=True)
class GapRow:
    """``own``, ``moved``, ``median`` and ``limit`` are shares of the axis, NaN where not drawn.

    Those below 0 or above 1 lie beyond the picture; ``moved`` is NaN where nothing was moved. ``stated`` is the value
    with the one reported, where that is on another basis, else empty; ``value_and_line`` are in the KPI's own unit.
    """

    code: str
    name: str
    main: bool
    standing: GapState
    was: GapState
    value: str
    word: str
    own: float
    moved: float
    median: float
    limit: float
    value_and_line: str
    stated: str = ""

    @property
    def shown(self) -> float:
        """Where the value that counts stands."""
        return self.own if isnan(self.moved) else self.moved


def on_axis(share: float) -> float:
    """At the edge of the picture what lies beyond it."""
    return min(max(share, 0.0), 1.0)


def gap_rows(own: GapAnalysis, moved: GapAnalysis, lang: Lang) -> tuple[GapRow, ...]:
    """In the order of the own way, so that nothing jumps while a value is moved."""
    return tuple(_row(kpi, moved.of(kpi.code), lang) for kpi in own.kpis)


def gap_groups(shown: tuple[GapRow, ...], lang: Lang) -> list[tuple[str, list[GapRow]]]:
    """The rows under what the own values stand at, in the way's order; groups without a row are left out."""
    return [
        (text(f"way.group_{standing}", lang), [row for row in shown if row.was == standing])
        for standing in dict.fromkeys(row.was for row in shown)
    ]


def gap_table(way: GapAnalysis, lang: Lang) -> list[dict[str, str]]:
    """The table that accompanies the picture: a column's title -> its text, one dict a row."""
    rows = []
    for kpi in way.kpis:
        known = catalogue().kpi(kpi.code)
        name = known.short.in_(lang)
        distance = text("way.spreads", lang, distance=f"{kpi.distance:.2f}") if kpi.distance > 0 else i18n.NO_NUMBER
        cells = {
            "strip.column_kpi": text("strip.main_named", lang, name=name) if kpi.main else name,
            "way.column_value": _with_stated(kpi, known, lang),
            "way.column_median": i18n.kpi_number(kpi.published.median, known, lang, kpi.basis),
            "way.column_to_median": _missing(kpi.to_median, known, lang),
            "way.column_line": i18n.kpi_number(kpi.published.p80, known, lang, kpi.basis),
            "way.column_to_line": _missing(kpi.to_line, known, lang),
            "way.column_distance": distance,
            "way.column_word": gap_word(kpi, lang),
        }
        rows.append({text(column, lang): cell for column, cell in cells.items()})
    return rows


def gap_word(kpi: KpiGap, lang: Lang) -> str:
    """How far it is, in words."""
    known = catalogue().kpi(kpi.code)
    if kpi.standing == "below":
        return text("way.below", lang, gap=gap_text(kpi.to_line, known, lang))
    if kpi.standing == "no_room":
        return text("way.no_room", lang, limit=attainable_text(kpi, lang))
    if kpi.standing == "median_only":
        reached = kpi.to_median <= 0
        return text(f"way.median_{'reached' if reached else 'below'}", lang, gap=gap_text(kpi.to_median, known, lang))
    return text(f"way.{kpi.standing}", lang)


def gap_text(missing: float, known: Kpi, lang: Lang) -> str:
    """What is missing, never shown smaller than it is."""
    return i18n.kpi_gap(_hundredths(ceil, missing), known, lang).removeprefix("+")


def attainable_text(kpi: KpiGap, lang: Lang) -> str:
    """The most that can be reached, never shown larger than it is."""
    return i18n.kpi_number(_hundredths(floor, kpi.limit), catalogue().kpi(kpi.code), lang, kpi.basis)


def gap_words(kpi: KpiGap, lang: Lang) -> dict[str, str]:
    """For sentences: what is missing to the line, the most that can be reached, the end that reaches the line."""
    known = catalogue().kpi(kpi.code)
    end = _hundredths(floor if known.reduces else ceil, kpi.needed_after)
    return {
        "gap": gap_text(kpi.to_line, known, lang),
        "limit": attainable_text(kpi, lang),
        "end": i18n.plain_number(end),
    }


def _row(own: KpiGap, moved: KpiGap, lang: Lang) -> GapRow:
    known = catalogue().kpi(own.code)
    is_moved = moved.value != own.value and not isnan(moved.value)
    now, was = gap_word(moved, lang), gap_word(own, lang)
    line = i18n.kpi_number(own.published.p80, known, lang, own.basis)
    value, stated = i18n.kpi_number(moved.value, known, lang, moved.basis), _with_stated(moved, known, lang)
    return GapRow(
        code=own.code,
        name=known.short.in_(lang),
        main=own.main,
        standing=moved.standing,
        was=own.standing,
        value=value,
        word=text("way.moved", lang, word=now, was=was) if now != was else now,
        own=_share(own.value, own),
        moved=_share(moved.value, moved) if is_moved else nan,
        median=_share(own.published.median, own),
        limit=_share(moved.limit, moved) if moved.standing == "no_room" else nan,
        value_and_line=f"{value} / {line}",
        stated="" if stated == value else stated,
    )


def _with_stated(kpi: KpiGap, known: Kpi, lang: Lang) -> str:
    return i18n.compared_and_stated(kpi.reported, kpi.value, known, lang, kpi.basis)


def _share(value: float, kpi: KpiGap) -> float:
    """Where on the axis; NaN for a KPI without a published line. Equal to the line is exactly on it."""
    if isnan(value) or isnan(kpi.spread):
        return nan
    at = (value - kpi.published.p80) / kpi.spread
    return (at - FIRST) / (LAST - FIRST)


def _missing(missing: float, known: Kpi, lang: Lang) -> str:
    if isnan(missing):
        return i18n.NO_NUMBER
    return text("way.reached", lang) if missing <= 0 else gap_text(missing, known, lang)


def _hundredths(towards: Callable[[float], int], value: float) -> float:
    """To hundredths towards one side; what floats add to a reported decimal does not count."""
    return towards(round(value * 100, 6)) / 100 if isfinite(value) else value


# The way to leading: own value, published median and published line of each KPI, in widths of what is published.
#
# Drawn from own values and published numbers alone. The line of every KPI stands at one place, so that the eye reads
# one thing: what is still missing.


REACHED, MISSED, BEFORE = ("triangle-up", "▲"), ("triangle-up-open", "△"), ("x-thin", "×")
"""Plotly's symbol and the same as a letter: they differ without colour, and none of them is a verdict's shape."""


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
    shown = gap_rows(own, moved or own, lang)
    chart = RowChart(
        [(name, [_chart_row(row, theme) for row in members]) for name, members in gap_groups(shown, lang)],
        value_title=text("way.column_value_and_line", lang),
        word_title=text("way.column_word", lang),
        word_width=text_width([*(row.word for row in shown), text("way.column_word", lang)]),
        zone_start=LINE_AT,
        zone_title=text("way.zone", lang),
        lang=lang,
        theme=theme,
        ticks=[(LINE_AT, text("way.axis_line", lang))],
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
    symbols = [gap_shape(row.standing)[0] for _, row in drawn]
    title = gap_finding(own, lang)
    return chart.draw(
        below=[
            row_bars("ways", missing, look.plain_bar),
            row_ticks("medians", medians, look.muted, width=3, size=15),
            row_ticks("limits", limits, look.undecided, width=2, size=15),
        ],
        above=[
            _marks("own before", left_behind, [BEFORE[0]] * len(left_behind), [hollow_edge] * len(left_behind)),
            _marks("own", [(y, row.shown) for y, row in drawn], symbols, fills),
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


def gap_shape(standing: GapState) -> tuple[str, str]:
    """Plotly's symbol of a value that reaches its line or does not, and the same as a letter."""
    return REACHED if standing == "reached" else MISSED


def _chart_row(row: GapRow, theme: Theme) -> ChartRow:
    look = tokens(theme)
    colours = {"reached": look.leading, "below": look.ink}
    word = coloured(row.word, colours.get(row.standing, look.muted))
    return ChartRow(row.code, row.name, row.main, row.value_and_line, word, empty=isnan(row.median))


def _marks(
    name: str, at: Sequence[tuple[float, float]], symbols: Sequence[str], colours: Sequence[str]
) -> dict[str, Any]:
    """What lies beyond the picture stands at its edge and points there."""
    return {
        "type": "scatter",
        "name": name,
        "x": [on_axis(x) for _, x in at],
        "y": [y for y, _ in at],
        "mode": "markers",
        "marker": {
            "symbol": [_symbol(x, symbol) for (_, x), symbol in zip(at, symbols, strict=True)],
            "size": 13,
            "color": list(colours),
            "line": {"color": list(colours), "width": 2},
        },
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _symbol(share: float, symbol: str) -> str:
    return "triangle-left" if share < 0 else "triangle-right" if share > 1 else symbol


# The way to leading for narrow screens: a list of name, value and what is missing, each with its small axis below.


def gap_list(own: GapAnalysis, lang: Lang, theme: Theme = "light", moved: GapAnalysis | None = None) -> str:
    """The list as HTML, without title: a page shows that above it."""
    shown = gap_rows(own, moved or own, lang)
    groups = [(name, [_list_row(row, theme) for row in members]) for name, members in gap_groups(shown, lang)]
    return row_list(groups, gap_alt_text(gap_finding(own, lang), shown, lang), lang, theme)


def _list_row(row: GapRow, theme: Theme) -> ListRow:
    colours = {"reached": gap_colour(row, theme), "below": tokens(theme).ink}
    style = f"color:{colours[row.standing]}" if row.standing in colours else ""
    axis = "" if isnan(row.shown) else _axis(row, theme)
    return ListRow(row.code, row.name, row.main, row.value_and_line, row.word, style, axis=axis)


def _axis(row: GapRow, theme: Theme) -> str:
    look, at = tokens(theme), on_axis(row.shown)
    missing = "" if row.standing == "reached" else axis_box(at, LINE_AT - at, 10.5, 5, look.plain_bar)
    median = axis_box(row.median, 0, 5, 16, look.muted, "3px")
    limit = axis_box(row.limit, 0, 5, 16, look.undecided, "2px") if row.limit >= 0 else ""
    behind = "" if isnan(row.moved) or isnan(row.own) else _glyph(row.own, BEFORE[1], verdict_mark(None, theme).fill)
    own = _glyph(row.shown, gap_shape(row.standing)[1], gap_colour(row, theme))
    return list_axis(LINE_AT, theme, missing, median, limit, behind, own)


def _glyph(share: float, glyph: str, fill: str) -> str:
    pointing = "◀" if share < 0 else "▶" if share > 1 else glyph
    return axis_glyph(on_axis(share), pointing, fill)
