"""The order with its uncertainty: one row a candidate, its share of first, second, ... places, ties as bands.

Plain HTML that fits any width; every text is escaped. Shares are written in a table beside it as well.
"""

from __future__ import annotations

from html import escape

from kpi.charts.colour_scale import scale_colour
from kpi.charts.strip_comparison import candidate_names
from kpi.charts.theme import FONT, Theme, css_variables
from kpi.i18n import percent, text
from kpi.model.comparison import ComparedCandidate, Comparison
from kpi.model.language import Lang

WRITTEN_FROM = 0.07
"""Share from which a place's number fits into its part of the bar."""

STYLE = (
    ".kpi-order{font-size:15px;line-height:1.4;color:var(--kpi-ink);font-variant-numeric:tabular-nums}"
    ".kpi-order ol{list-style:none;margin:0 0 8px;padding:4px 0 4px 10px;border-left:4px solid var(--kpi-muted)}"
    ".kpi-order .open{background:var(--kpi-scale-low)}"
    ".kpi-order li{display:grid;grid-template-columns:minmax(0,17rem) minmax(0,1fr) 8.5rem;gap:4px 14px;"
    "align-items:center;margin:0;padding:5px 8px 5px 0}"
    ".kpi-order .bar{display:flex;height:24px;background:var(--kpi-grid);border-radius:3px;overflow:hidden}"
    ".kpi-order .bar span{font-size:12px;line-height:24px;text-align:center;overflow:hidden;"
    "border-right:1px solid var(--kpi-ground);box-sizing:border-box}"
    ".kpi-order .rank{text-align:right;white-space:nowrap}"
    ".kpi-order p{margin:0 0 2px;font-size:12.5px;color:var(--kpi-muted)}"
    "@media (max-width:640px){.kpi-order li{grid-template-columns:minmax(0,1fr) auto}"
    ".kpi-order .bar{grid-column:1/3;grid-row:2}}"
)


def order_picture(found: Comparison, lang: Lang, theme: Theme = "light") -> str:
    """Rows by composite, in bands within which the order is open. Letters are those of every picture beside it."""
    names = candidate_names([one.evaluation for one in found.candidates])
    bands = "".join(
        f'<p>{escape(_band(len(band), lang))}</p><ol class="{"open" if len(band) > 1 else "sure"}">'
        + "".join(_row(names[at], found.candidates[at], lang, theme) for at in band)
        + "</ol>"
        for band in found.bands
    )
    style = f"{css_variables(theme)} font-family:{FONT}"
    label = escape(text("order.alt", lang, count=len(names)))
    return f'<style>{STYLE}</style><section class="kpi-order" aria-label="{label}" style="{style}">{bands}</section>'


def _band(size: int, lang: Lang) -> str:
    return text("order.band_open", lang, count=size) if size > 1 else text("order.band_sure", lang)


def _row(name: str, one: ComparedCandidate, lang: Lang, theme: Theme) -> str:
    places = len(one.acceptability)
    parts = "".join(
        f'<span style="width:{share * 100:.2f}%;background:{scale_colour(places - place, places, theme)}" '
        f'title="{escape(text("order.part", lang, place=place, share=percent(share)))}">'
        f"{place if share >= WRITTEN_FROM else ''}</span>"
        for place, share in enumerate(one.acceptability, start=1)
        if share
    )
    return (
        f"<li><span>{escape(name)}</span>"
        f'<span class="bar" role="img" aria-label="{escape(shares_in_words(one, lang))}">{parts}</span>'
        f'<span class="rank">{escape(rank_words(one, lang))}</span></li>'
    )


def rank_words(one: ComparedCandidate, lang: Lang) -> str:
    """The range of the true place."""
    if one.rank.best == one.rank.worst:
        return text("order.rank_alone", lang, place=one.rank.best)
    return text("order.rank", lang, best=one.rank.best, worst=one.rank.worst)


def shares_in_words(one: ComparedCandidate, lang: Lang) -> str:
    """The bar in words."""
    described = (
        text("order.part", lang, place=place, share=percent(share))
        for place, share in enumerate(one.acceptability, start=1)
        if share
    )
    return text("number.list", lang).join(described)
