"""The way to leading for narrow screens: a list of name, value and what is missing, each with its small axis below."""

from __future__ import annotations

from math import isnan

from kpi.charts.gap_chart import gap_alt_text, gap_colour, gap_finding
from kpi.charts.gap_rows import LINE_AT, GapRow, gap_groups, gap_rows, on_axis
from kpi.charts.row_list import ListRow, axis_box, axis_glyph, list_axis, row_list
from kpi.charts.theme import Theme, tokens, verdict_mark
from kpi.model.language import Lang
from kpi.model.publication import GapAnalysis


def gap_list(own: GapAnalysis, lang: Lang, theme: Theme = "light", moved: GapAnalysis | None = None) -> str:
    """The list as HTML, without title: a page shows that above it."""
    shown = gap_rows(own, moved or own, lang)
    groups = [(name, [_list_row(row, theme) for row in members]) for name, members in gap_groups(shown, lang)]
    return row_list(groups, gap_alt_text(gap_finding(own, lang), shown, lang), lang, theme)


def _list_row(row: GapRow, theme: Theme) -> ListRow:
    colours = {"reached": gap_colour(row, theme), "below": tokens(theme).ink}
    style = f"color:{colours[row.standing]}" if row.standing in colours else ""
    axis = "" if isnan(row.shown) else _axis(row, theme)
    return ListRow(row.code, row.name, row.main, row.value, row.word, style, axis=axis)


def _axis(row: GapRow, theme: Theme) -> str:
    look, at = tokens(theme), on_axis(row.shown)
    missing = "" if row.standing == "reached" else axis_box(at, LINE_AT - at, 10.5, 5, look.plain_bar)
    median = axis_box(row.median, 0, 5, 16, look.muted, "3px")
    limit = axis_box(row.limit, 0, 5, 16, look.undecided, "2px") if row.limit >= 0 else ""
    behind = "" if isnan(row.moved) or isnan(row.own) else _glyph(row.own, "△", verdict_mark(None, theme).fill)
    own = _glyph(row.shown, "▲", gap_colour(row, theme))
    return list_axis(LINE_AT, theme, missing, median, limit, behind, own)


def _glyph(share: float, glyph: str, fill: str) -> str:
    pointing = "◀" if share < 0 else "▶" if share > 1 else glyph
    return axis_glyph(on_axis(share), pointing, fill)
