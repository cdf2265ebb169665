"""The position strip for narrow screens: a list of name, value and verdict, each with its own small axis below.

Plain HTML from the same rows as the wide chart; every text is escaped. Python cannot see the width, so
a page draws both forms and lets CSS show one.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import isnan
from urllib.parse import quote

from kpi.charts.strip import how_to_read_strip, strip_alt_text
from kpi.charts.strip_rows import StripRow, strip_groups, strip_rows, verdict_text
from kpi.charts.theme import FONT, Theme, css_variables, tokens, verdict_mark
from kpi.i18n import headline, text
from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView

STYLE = (
    ".kpi-list{font-size:15px;line-height:1.45;color:var(--kpi-ink);font-variant-numeric:tabular-nums;padding:0 12px}"
    ".kpi-list h3{font-size:17px;line-height:1.4;margin:12px 0 6px;color:var(--kpi-ink)}"
    ".kpi-list p{font-size:12.5px;margin:2px 0;color:var(--kpi-muted)}"
    ".kpi-list h4{font-size:13px;margin:22px 0 0;color:var(--kpi-muted)}"
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


def strip_list(
    answer: Evaluation | EnterpriseView,
    lang: Lang,
    theme: Theme = "light",
    mean_places: Mapping[str, float] | None = None,
    *,
    titled: bool = True,
    href: str = "",
) -> str:
    """The list as HTML. ``href`` is what a KPI's code is put behind to open it ("?kpi="); empty for no links."""
    shown = strip_rows(answer, lang, mean_places)
    title = headline(answer, lang).title
    quantile = answer.policy.leading_quantile
    parts = [
        f"<h4>{escape(name)}</h4><ul>{''.join(_item(row, quantile, lang, theme, href) for row in members)}</ul>"
        for name, members in strip_groups(shown, lang)
    ]
    captions = "".join(
        f"<p>{escape(line).replace(' %', '&nbsp;%')}</p>" for line in how_to_read_strip(answer, shown, lang).split("\n")
    )
    head = f"<h3>{escape(title)}</h3>{captions}" if titled else ""
    style = f"{css_variables(theme)} font-family:{FONT}"
    label = escape(strip_alt_text(title, shown, lang))
    section = f'<section class="kpi-list" aria-label="{label}" style="{style}">{head}{"".join(parts)}</section>'
    return f"<style>{STYLE}</style>{section}"


def _item(row: StripRow, quantile: float, lang: Lang, theme: Theme, href: str) -> str:
    drawn = verdict_mark(row.verdict, theme)
    weight = "font-weight:700" if row.main else ""
    tag = f' <span class="tag">{escape(text("strip.main", lang))}</span>' if row.main else ""
    name = f"{escape(row.name)}{tag}"
    link = f'<a class="name" style="{weight}" href="{escape(href + quote(row.code))}">{name}</a>'
    plain = f'<span class="name" style="{weight}">{name}</span>'
    bold = ";font-weight:700" if drawn.bold else ""
    word = f'<span class="word" style="color:{drawn.text}{bold}">{drawn.glyph} {escape(verdict_text(row, lang))}</span>'
    place = f'<span class="place">{escape(row.place)}</span>' if row.drawn else ""
    return (
        f'<li data-kpi="{escape(row.code)}"><div class="top">{link if href else plain}'
        f'<span class="value">{escape(row.value)}</span></div>'
        f'<div class="foot">{word}{place}</div>'
        f"{_axis(row, quantile, theme) if row.drawn else ''}</li>"
    )


def _axis(row: StripRow, quantile: float, theme: Theme) -> str:
    """One row's axis, 0 to 100 % of its width. Placed boxes, because pages clean inline SVG out of HTML."""
    look, drawn = tokens(theme), verdict_mark(row.verdict, theme)
    glyph = _HOLLOW.get(drawn.glyph, drawn.glyph) if row.open else drawn.glyph
    mean = "" if isnan(row.mean) else axis_box(row.mean, 0, 6, 14, look.muted, "2px")
    return (
        '<div class="axis" aria-hidden="true">'
        f"{axis_box(quantile, 1 - quantile, 3, 20, look.leading_zone)}"
        f"{axis_box(0, 1, 12.5, 1, look.grid)}{axis_box(quantile, 0, 3, 20, look.leading, '2px')}"
        f"{axis_box(row.low, row.high - row.low, 10.5, 5, drawn.bar)}{mean}"
        f'<span class="mark" style="left:{axis_place(row.mark)};color:{drawn.fill}">{glyph}</span></div>'
    )


def axis_box(left: float, width: float, top: float, height: float, colour: str, thick: str = "") -> str:
    """A filled rectangle: ``left`` and ``width`` are shares of the axis, or ``thick`` is its width in pixels."""
    size = f"left:{axis_place(left)};width:{thick or axis_place(width)};top:{top:g}px;height:{height:g}px"
    return f'<span style="{size};background:{colour}"></span>'


def axis_place(share: float) -> str:
    return f"{share * 100:.2f}%"


_HOLLOW = {"◆": "◇", "●": "○", "■": "□", "▲": "△"}
