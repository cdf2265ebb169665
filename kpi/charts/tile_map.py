"""Shanghai as a tile grid: a tile a recommending body, its number in it. No boundary data of clear licence exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kpi.catalogue.load import catalogue
from kpi.catalogue.schema import Body
from kpi.charts.chart import SMALL_SIZE, Chart, draw, escape_plotly, wrap
from kpi.charts.colour_scale import scale_colour
from kpi.charts.theme import Theme, tokens
from kpi.i18n import NO_NUMBER, text
from kpi.model.language import Lang

TILE, GAP = 100, 0.03
"""A tile's height in pixels and the gap around it as a share of a tile."""


def tile_map(
    counts: Mapping[str, int | None], what: str, lang: Lang, theme: Theme = "light", *, titled: bool = True
) -> Chart:
    """``counts``: a body's exact Chinese name -> enterprises; a body not named counts 0, None is withheld ("—").

    ``what`` says what is counted, in the reader's language. A click carries the body's exact name.
    """
    bodies = catalogue().bodies
    shown = {body.name.zh: counts.get(body.name.zh, 0) for body in bodies}
    title = _title(shown, what, lang)
    cells = [text("tiles.cell", lang, name=body.name.in_(lang), value=_number(shown[body.name.zh])) for body in bodies]
    return draw(
        [_labels(bodies, shown, lang, theme)],
        _layout(bodies, shown, theme),
        theme,
        title=title,
        caption=text("tiles.caption", lang),
        alt=" ".join((f"{title}.", text("number.list", lang).join(cells))),
        titled=titled,
    )


def _title(shown: Mapping[str, int | None], what: str, lang: Lang) -> str:
    known = {name: count for name, count in shown.items() if count}
    if not known:
        return text("tiles.title_none", lang, what=what)
    most = max(known.values())
    top = [catalogue().body(name).name.in_(lang) for name, count in known.items() if count == most]
    return text(
        "tiles.title",
        lang,
        places=len(shown),
        covered=len(known),
        what=what,
        total=sum(known.values()),
        top=text("number.list", lang).join(top[:3]),
        most=most,
    )


def _labels(bodies: Sequence[Body], shown: Mapping[str, int | None], lang: Lang, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": "tiles",
        "x": [body.column for body in bodies],
        "y": [body.row for body in bodies],
        "mode": "markers+text",
        "marker": {"size": TILE - 20, "opacity": 0},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "text": [_label(body, shown[body.name.zh], lang) for body in bodies],
        "textposition": "middle center",
        "textfont": {"size": SMALL_SIZE, "color": tokens(theme).ink},
        "customdata": [body.name.zh for body in bodies],
        "hovertext": [f"{escape_plotly(body.name.in_(lang))}　{_number(shown[body.name.zh])}" for body in bodies],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _label(body: Body, count: int | None, lang: Lang) -> str:
    # An abbreviation in brackets is left to the words on hovering: a tile is 70 px wide on a phone.
    name = "<br>".join(escape_plotly(line) for line in wrap(body.name.in_(lang).split(" (")[0], 9))
    return f'<span style="font-size:18px"><b>{_number(count)}</b></span><br>{name}'


def _layout(bodies: Sequence[Body], shown: Mapping[str, int | None], theme: Theme) -> dict[str, Any]:
    columns, rows = max(body.column for body in bodies) + 1, max(body.row for body in bodies) + 1
    highest = _highest(shown)
    half = 0.5 - GAP
    hidden = {"visible": False, "fixedrange": True}
    return {
        "height": TILE * rows + 16,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8, "pad": 0},
        "xaxis": hidden | {"range": [-0.5, columns - 0.5]},
        "yaxis": hidden | {"range": [rows - 0.5, -0.5]},
        "shapes": [
            {
                "type": "rect",
                "xref": "x",
                "yref": "y",
                "x0": body.column - half,
                "x1": body.column + half,
                "y0": body.row - half,
                "y1": body.row + half,
                "fillcolor": scale_colour(shown[body.name.zh] or 0, highest, theme),
                "line": {"width": 0},
                "layer": "below",
            }
            for body in bodies
        ],
    }


def _highest(shown: Mapping[str, int | None]) -> int:
    return max((count or 0 for count in shown.values()), default=0)


def _number(count: int | None) -> str:
    return NO_NUMBER if count is None else str(count)
