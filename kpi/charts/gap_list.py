"""The way to leading for narrow screens: a list of name, value and what is missing, each with its small axis below."""

from __future__ import annotations

from html import escape
from math import isnan

from kpi.charts.gap_chart import gap_alt_text, gap_colour, gap_finding
from kpi.charts.gap_rows import LINE_AT, GapRow, gap_groups, gap_rows, on_axis
from kpi.charts.strip_list import STYLE, axis_box, axis_place
from kpi.charts.theme import FONT, Theme, css_variables, tokens, verdict_mark
from kpi.i18n import text
from kpi.model.gap_analysis import GapAnalysis
from kpi.model.language import Lang


def gap_list(own: GapAnalysis, lang: Lang, theme: Theme = "light", moved: GapAnalysis | None = None) -> str:
    """The list as HTML, without title: a page shows that above it. Every text is escaped."""
    now = moved or own
    shown = gap_rows(own, now, lang)
    parts = [
        f"<h4>{escape(name)}</h4><ul>{''.join(_item(row, lang, theme) for row in members)}</ul>"
        for name, members in gap_groups(shown, lang)
    ]
    label = escape(gap_alt_text(gap_finding(own, lang), shown, lang))
    style = f"{css_variables(theme)} font-family:{FONT}"
    section = f'<section class="kpi-list" aria-label="{label}" style="{style}">{"".join(parts)}</section>'
    return f"<style>{STYLE}</style>{section}"


def _item(row: GapRow, lang: Lang, theme: Theme) -> str:
    tag = f' <span class="tag">{escape(text("strip.main", lang))}</span>' if row.main else ""
    weight = "font-weight:700" if row.main else ""
    told = gap_colour(row, theme) if row.standing == "reached" else tokens(theme).ink if row.standing == "below" else ""
    look = f' style="color:{told}"' if told else ""
    return (
        f'<li data-kpi="{escape(row.code)}"><div class="top"><span class="name" style="{weight}">{escape(row.name)}'
        f'{tag}</span><span class="value">{escape(row.value)}</span></div>'
        f'<div class="foot"><span class="word"{look}>{escape(row.word)}</span></div>'
        f"{'' if isnan(row.shown) else _axis(row, theme)}</li>"
    )


def _axis(row: GapRow, theme: Theme) -> str:
    look, at = tokens(theme), on_axis(row.shown)
    way = "" if row.standing == "reached" else axis_box(at, LINE_AT - at, 10.5, 5, look.plain_bar)
    limit = axis_box(row.limit, 0, 5, 16, look.undecided, "2px") if row.limit >= 0 else ""
    behind = "" if isnan(row.moved) or isnan(row.own) else _glyph(row.own, "△", verdict_mark(None, theme).fill)
    return (
        '<div class="axis" aria-hidden="true">'
        f"{axis_box(LINE_AT, 1 - LINE_AT, 3, 20, look.leading_zone)}{axis_box(0, 1, 12.5, 1, look.grid)}"
        f"{axis_box(LINE_AT, 0, 3, 20, look.leading, '2px')}{way}"
        f"{axis_box(row.median, 0, 5, 16, look.muted, '3px')}{limit}"
        f"{behind}{_glyph(row.shown, '▲', gap_colour(row, theme))}</div>"
    )


def _glyph(share: float, glyph: str, fill: str) -> str:
    shown = "◀" if share < 0 else "▶" if share > 1 else glyph
    return f'<span class="mark" style="left:{axis_place(on_axis(share))};color:{fill}">{shown}</span>'
