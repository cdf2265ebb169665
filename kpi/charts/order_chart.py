"""The order with its uncertainty as a chart to take away: what ``order_picture`` shows on the page."""

from __future__ import annotations

from typing import Any

from kpi.charts.chart import SMALL_SIZE, TEXT_SIZE, Chart, coloured, draw, text_width
from kpi.charts.colour_scale import scale_colour
from kpi.charts.order_picture import WRITTEN_FROM, rank_words, shares_in_words
from kpi.charts.strip_comparison import candidate_names
from kpi.charts.theme import Theme, tokens
from kpi.i18n import text
from kpi.model.comparison import Comparison
from kpi.model.language import Lang

ROW = 34
BAR = 0.62


def order_finding(found: Comparison, lang: Lang) -> str:
    """Who is first, or who may be."""
    names = candidate_names([one.evaluation for one in found.candidates])
    first = [at for at, one in enumerate(found.candidates) if one.rank.best == 1]
    if len(first) == 1:
        return text("page.order.first_sure", lang, name=names[first[0]], count=len(names))
    open_names = text("page.order.comma", lang).join(names[at] for at in found.order if at in first)
    return text("page.order.first_open", lang, names=open_names, count=len(names), of=len(first))


def order_chart(found: Comparison, lang: Lang, theme: Theme = "light", *, titled: bool = True) -> Chart:
    """A bar a candidate in the order of the composite; bands within which the order is open are shaded."""
    names = candidate_names([one.evaluation for one in found.candidates])
    title = order_finding(found, lang)
    lines = [
        f"{names[at]}: {shares_in_words(found.candidates[at], lang)}; {rank_words(found.candidates[at], lang)}"
        for at in found.order
    ]
    how = text("page.order.how", lang, draws=len(found.draws.places), seed=found.seed)
    return draw(
        [*_bars(found, theme), _numbers(found, theme), {"type": "scatter", "x": [None], "y": [None], "yaxis": "y2"}],
        _layout(found, [names[at] for at in found.order], lang, theme),
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
            "x": [found.candidates[at].acceptability[place] for at in found.order],
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
    for row, at in enumerate(found.order):
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
    ranks = [rank_words(found.candidates[at], lang) for at in found.order]
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
        if len(band) > 1:
            box = {"x0": 0, "x1": 1, "y0": row - 0.5, "y1": row + len(band) - 0.5}
            shapes.append({"type": "rect", "layer": "below", "fillcolor": colour, "line": {"width": 0}, **box})
        row += len(band)
    return shapes
