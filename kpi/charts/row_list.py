"""The core of every list with a row a KPI, for narrow screens: name, value and word, each with its small axis below.

Plain HTML; every text is escaped. Python cannot see the width, so a page draws the chart and the list and lets CSS show
one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from kpi.charts.theme import FONT, Theme, css_variables, tokens
from kpi.i18n import text
from kpi.model.language import Lang

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
