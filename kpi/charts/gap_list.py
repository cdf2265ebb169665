"""The way to leading for narrow screens: a list of name, value and what is missing, each with its small axis below."""

from __future__ import annotations

from html import escape
from math import isnan

from kpi.charts.gap_chart import alt_text, colour, finding
from kpi.charts.gap_rows import LINE_AT, WayRow, groups, on_axis, rows
from kpi.charts.strip_list import STYLE, box, place
from kpi.charts.theme import FONT, Theme, css_variables, mark, tokens
from kpi.i18n import text
from kpi.model.gap_analysis import Way
from kpi.model.language import Lang


def way_list(own: Way, lang: Lang, theme: Theme = "light", moved: Way | None = None) -> str:
    """The list as HTML, without title: a page shows that above it. Every text is escaped."""
    now = moved or own
    shown = rows(own, now, lang)
    parts = [
        f"<h4>{escape(name)}</h4><ul>{''.join(_item(row, lang, theme) for row in members)}</ul>"
        for name, members in groups(shown, lang)
    ]
    label = escape(alt_text(finding(own, lang), shown, lang))
    style = f"{css_variables(theme)} font-family:{FONT}"
    section = f'<section class="kpi-list" aria-label="{label}" style="{style}">{"".join(parts)}</section>'
    return f"<style>{STYLE}</style>{section}"


def _item(row: WayRow, lang: Lang, theme: Theme) -> str:
    tag = f' <span class="tag">{escape(text("strip.main", lang))}</span>' if row.main else ""
    weight = "font-weight:700" if row.main else ""
    told = colour(row, theme) if row.standing == "reached" else tokens(theme).ink if row.standing == "below" else ""
    look = f' style="color:{told}"' if told else ""
    return (
        f'<li data-kpi="{escape(row.code)}"><div class="top"><span class="name" style="{weight}">{escape(row.name)}'
        f'{tag}</span><span class="value">{escape(row.value)}</span></div>'
        f'<div class="foot"><span class="word"{look}>{escape(row.word)}</span></div>'
        f"{'' if isnan(row.shown) else _axis(row, theme)}</li>"
    )


def _axis(row: WayRow, theme: Theme) -> str:
    look, at = tokens(theme), on_axis(row.shown)
    way = "" if row.standing == "reached" else box(at, LINE_AT - at, 10.5, 5, look.plain_bar)
    limit = box(row.limit, 0, 5, 16, look.undecided, "2px") if row.limit >= 0 else ""
    behind = "" if isnan(row.moved) or isnan(row.own) else _glyph(row.own, "△", mark(None, theme).fill)
    return (
        '<div class="axis" aria-hidden="true">'
        f"{box(LINE_AT, 1 - LINE_AT, 3, 20, look.leading_zone)}{box(0, 1, 12.5, 1, look.grid)}"
        f"{box(LINE_AT, 0, 3, 20, look.leading, '2px')}{way}{box(row.median, 0, 5, 16, look.muted, '3px')}{limit}"
        f"{behind}{_glyph(row.shown, '▲', colour(row, theme))}</div>"
    )


def _glyph(share: float, glyph: str, fill: str) -> str:
    shown = "◀" if share < 0 else "▶" if share > 1 else glyph
    return f'<span class="mark" style="left:{place(on_axis(share))};color:{fill}">{shown}</span>'
