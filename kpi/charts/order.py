"""The order with its uncertainty as a chart to take away: what ``order_picture`` shows on the page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from kpi.charts.chart import SMALL_SIZE, TEXT_SIZE, Chart, coloured, draw, scale_colour, text_width
from kpi.charts.strip_comparison import candidate_names
from kpi.charts.theme import CANDIDATE_LETTERS, FONT, Theme, css_variables, tokens
from kpi.i18n import percent, text
from kpi.model.comparison import ComparedCandidate, Comparison
from kpi.model.language import Lang

# The order with its uncertainty: one row a candidate, its share of first, second, ... places, ties as bands.
#
# Plain HTML that fits any width; every text is escaped. Shares are written in a table beside it as well.


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
    names = candidate_names([candidate.evaluation for candidate in found.candidates])
    bands = "".join(
        f'<p>{escape(_band(found, band, lang))}</p><ol class="{"open" if found.is_open(band) else "sure"}">'
        + "".join(_row(names[at], found.candidates[at], lang, theme) for at in band)
        + "</ol>"
        for band in found.bands
    )
    style = f"{css_variables(theme)} font-family:{FONT}"
    label = escape(text("order.alt", lang, count=len(names)))
    opened = f'<section class="kpi-order" data-picture aria-label="{label}" style="{style}">'
    return f"<style>{STYLE}</style>{opened}{bands}</section>"


def _band(found: Comparison, band: Sequence[int], lang: Lang) -> str:
    """What is shown of the order within it, who ahead of whom by their letters; and that the rest is open."""
    if not found.is_open(band):
        return text("order.band_sure", lang)
    comma = text("number.list", lang)
    letters = [letter for _, letter in zip(found.candidates, CANDIDATE_LETTERS, strict=False)]
    behind = {at: [letters[other] for other in band if (at, other) in found.ahead] for at in band}
    pairs = [
        text("order.before", lang, first=letters[at], others=comma.join(others))
        for at, others in behind.items()
        if others
    ]
    if not pairs:
        why = "blank" if all(map(found.open_by_blanks, band)) else "band_open"
        return text(f"order.{why}", lang, count=len(band))
    return text("order.band_partly", lang, count=len(band), pairs=text("order.and", lang).join(pairs))


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


# The order with its uncertainty as a chart to take away: what ``order_picture`` shows on the page.


ROW = 34
BAR = 0.62


def order_finding(found: Comparison, lang: Lang) -> str:
    """Who is first; where that is open, first how much of the order is shown, then who may be."""
    names = candidate_names([candidate.evaluation for candidate in found.candidates])
    first = [at for at, candidate in enumerate(found.candidates) if candidate.rank.best == 1]
    if len(first) == 1:
        return text("page.order.first_sure", lang, name=names[first[0]], count=len(names))
    pairs = len(names) * (len(names) - 1) // 2
    shown = text("page.order.shown", lang, shown=len(found.ahead), of=pairs) if found.ahead else ""
    open_names = text("page.order.comma", lang).join(names[at] for at in found.order if at in first)
    return shown + text("page.order.first_open", lang, names=open_names, count=len(names), of=len(first))


def order_in_short(found: Comparison, lang: Lang) -> str:
    """What is certain of the places: who is first, else who is among how few or is not first; in letters."""
    comma = text("number.list", lang)
    ranks = {CANDIDATE_LETTERS[at]: found.candidates[at].rank for at in found.order}
    first = [letter for letter, rank in ranks.items() if rank.best == 1]
    if len(first) == 1:
        return text("page.order.certain_first", lang, letter=first[0])
    for k in range(2, len(ranks)):
        if among := [letter for letter, rank in ranks.items() if rank.among_first(k) == "surely"]:
            return text("page.order.certain_among", lang, letters=comma.join(among), k=k)
    if behind := [letter for letter in ranks if letter not in first]:
        return text("page.order.certain_not_first", lang, letters=comma.join(behind))
    return text("page.order.nothing_certain", lang)


def order_how(found: Comparison, lang: Lang) -> str:
    """What the bars and the ranges are of: with weights that were given, of these alone."""
    key = "page.order.how" if found.weights is None else "page.order.how_weighted"
    return text(key, lang, draws=len(found.draws.places), seed=found.seed)


def order_chart(found: Comparison, lang: Lang, theme: Theme = "light", *, titled: bool = True) -> Chart:
    """A bar a candidate in the order of the composite; bands within which the order is open are shaded."""
    names = candidate_names([candidate.evaluation for candidate in found.candidates])
    title = order_finding(found, lang)
    lines = [
        f"{names[at]}: {shares_in_words(found.candidates[at], lang)}; {rank_words(found.candidates[at], lang)}"
        for at in found.rows
    ]
    how = order_how(found, lang)
    return draw(
        [*_bars(found, theme), _numbers(found, theme), {"type": "scatter", "x": [None], "y": [None], "yaxis": "y2"}],
        _layout(found, [names[at] for at in found.rows], lang, theme),
        theme,
        title=title,
        caption=f"{text('page.order.no_verdict', lang)}\n{how}",
        alt=" ".join(f"{line}." for line in (title, *lines)),
        titled=titled,
    )


def _bars(found: Comparison, theme: Theme) -> list[dict[str, Any]]:
    """A trace a place, so that each lies at the end of those before it."""
    places = len(found.candidates)
    return [
        {
            "type": "bar",
            "orientation": "h",
            "x": [found.candidates[at].acceptability[place] for at in found.rows],
            "y": list(range(places)),
            "width": BAR,
            "marker": {
                "color": scale_colour(places - place - 1, places, theme),
                "line": {"width": 0},
            },
        }
        for place in range(places)
    ]


def _numbers(found: Comparison, theme: Theme) -> dict[str, Any]:
    """The place's number within each part that has room for it."""
    written = []
    for row, at in enumerate(found.rows):
        start = 0.0
        for place, share in enumerate(found.candidates[at].acceptability, start=1):
            if share >= WRITTEN_FROM:
                written.append((start + share / 2, row, str(place)))
            start += share
    xs, ys, words = zip(*written, strict=True) if written else ((), (), ())
    look = tokens(theme)
    return {
        "type": "scatter",
        "mode": "text",
        "x": list(xs),
        "y": list(ys),
        "text": list(words),
        "textposition": "middle center",
        "textfont": {"size": SMALL_SIZE, "color": look.ink},
    }


def _layout(found: Comparison, names: list[str], lang: Lang, theme: Theme) -> dict[str, Any]:
    look, places = tokens(theme), len(names)
    ranks = [rank_words(found.candidates[at], lang) for at in found.rows]
    axis = {"range": [places - 0.5, -0.5], "tickvals": list(range(places)), "ticks": "", "fixedrange": True}
    quiet = {"showgrid": False, "zeroline": False}
    labels = {"tickfont": {"size": TEXT_SIZE}, "ticklabelstandoff": 8}
    return {
        "height": ROW * places + 12,
        "barmode": "stack",
        "margin": {"l": 40 + text_width(names), "r": 26 + text_width(ranks), "t": 6, "b": 6, "pad": 0},
        "shapes": _open_bands(found, look.scale_low),
        "xaxis": quiet | {"range": [0, 1], "visible": False, "fixedrange": True},
        "yaxis": axis | quiet | labels | {"ticktext": [coloured(name, look.ink) for name in names]},
        "yaxis2": axis
        | quiet
        | labels
        | {
            "overlaying": "y",
            "side": "right",
            "anchor": "x",
            "ticktext": [coloured(rank, look.ink) for rank in ranks],
        },
    }


def _open_bands(found: Comparison, colour: str) -> list[dict[str, Any]]:
    shapes, row = [], 0
    for band in found.bands:
        if found.is_open(band):
            box = {"x0": 0, "x1": 1, "y0": row - 0.5, "y1": row + len(band) - 0.5}
            shapes.append({"type": "rect", "layer": "below", "fillcolor": colour, "line": {"width": 0}, **box})
        row += len(band)
    return shapes
