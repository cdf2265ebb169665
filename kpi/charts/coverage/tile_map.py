"""Shanghai as a tile grid: a tile a recommending body, its figure in it. No boundary data of clear licence exists.

Figures are printed; the ground carries a category or a share, never a raw count, which big bodies would always lead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Body
from kpi.charts.chart import SMALL_SIZE, Chart, draw, escape_plotly, width_units, wrap
from kpi.charts.colour_scale import scale_colour
from kpi.charts.theme import Theme, tokens
from kpi.i18n import text
from kpi.model.language import Lang

TILE, GAP = 116, 0.03
"""A tile's height in pixels and the gap around it as a share of a tile."""


@dataclass(frozen=True, slots=True)
class Tile:
    """``figure`` and ``words`` are printed; ``share`` 0..1 is the ground, also where it stands for one of two kinds."""

    figure: str
    words: str
    share: float


def award_tiles(
    awarded: Mapping[str, int], allowed: Mapping[str, int], own: str, lang: Lang, theme: Theme = "light"
) -> Chart:
    """Published awards of every body, by exact Chinese name; the ground tells the places they give. ``own`` is framed.

    Shown beside a title of the page's own. A click carries the body's exact name.
    """
    fewest = min(allowed.values())
    tiles = {
        body.name.zh: Tile(
            str(awarded.get(body.name.zh, 0)),
            text("tiles.places", lang, places=allowed[body.name.zh]),
            1.0 if allowed[body.name.zh] > fewest else 0.0,
        )
        for body in catalogue().bodies
    }
    most = max(awarded.values(), default=0)
    top = [catalogue().body(name).name.in_(lang) for name, count in awarded.items() if count == most > 0]
    title = text(
        "tiles.title" if most else "tiles.title_none",
        lang,
        raised=sum(places > fewest for places in allowed.values()),
        places=max(allowed.values()),
        covered=sum(count > 0 for count in awarded.values()),
        total=sum(awarded.values()),
        top=text("number.list", lang).join(top[:3]),
        most=most,
    )
    return _tile_map(tiles, title, text("tiles.caption_awards", lang), own, lang, theme)


def place_tiles(used: Mapping[str, int], allowed: Mapping[str, int], lang: Lang, theme: Theme = "light") -> Chart:
    """How many of its places each body has used; the ground is their share. A click carries the body's exact name."""
    tiles = {}
    for body in catalogue().bodies:
        name = body.name.zh
        taken, places = used.get(name, 0), allowed[name]
        left = text("tiles.left", lang, left=places - taken) if taken <= places else text("tiles.over", lang)
        tiles[name] = Tile(text("quota.cell", lang, used=taken, quota=places), left, min(taken / places, 1.0))
    title = text(
        "tiles.title_places",
        lang,
        used=sum(used.values()),
        quota=sum(allowed.values()),
        none=sum(not used.get(body.name.zh) for body in catalogue().bodies),
    )
    return _tile_map(tiles, title, text("tiles.caption_places", lang), None, lang, theme)


def _tile_map(tiles: Mapping[str, Tile], title: str, caption: str, own: str | None, lang: Lang, theme: Theme) -> Chart:
    bodies = catalogue().bodies
    cells = [text("tiles.cell", lang, name=body.name.in_(lang), value=_words(tiles[body.name.zh])) for body in bodies]
    return draw(
        [_labels(bodies, tiles, lang, theme)],
        _layout(bodies, tiles, own, theme),
        theme,
        title=title,
        caption=caption,
        alt=" ".join((f"{title}.", text("number.list", lang).join(cells))),
        titled=False,
    )


def _words(tile: Tile) -> str:
    return f"{tile.figure} ({tile.words})"


def _labels(bodies: Sequence[Body], tiles: Mapping[str, Tile], lang: Lang, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": "tiles",
        "x": [body.column for body in bodies],
        "y": [body.row for body in bodies],
        "mode": "markers+text",
        "marker": {"size": TILE - 20, "opacity": 0},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "text": [_label(body, tiles[body.name.zh], lang) for body in bodies],
        "textposition": "middle center",
        "textfont": {"size": SMALL_SIZE, "color": tokens(theme).ink},
        "customdata": [body.name.zh for body in bodies],
        "hovertext": [f"{escape_plotly(body.name.in_(lang))}　{_words(tiles[body.name.zh])}" for body in bodies],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _label(body: Body, tile: Tile, lang: Lang) -> str:
    # An abbreviation in brackets is left to the words on hovering: a tile is 70 px wide on a phone, which
    # five Chinese letters fill.
    name = body.name.in_(lang).split(" (")[0]
    name = "<br>".join(escape_plotly(line) for line in ([name] if width_units(name) <= 10 else wrap(name, 9)))
    figure = f'<span style="font-size:18px"><b>{escape_plotly(tile.figure)}</b></span>'
    return f"{figure}<br>{name}<br>{escape_plotly(tile.words)}"


def _layout(bodies: Sequence[Body], tiles: Mapping[str, Tile], own: str | None, theme: Theme) -> dict[str, Any]:
    columns, rows = max(body.column for body in bodies) + 1, max(body.row for body in bodies) + 1
    hidden = {"visible": False, "fixedrange": True}
    return {
        "height": TILE * rows + 16,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8, "pad": 0},
        "xaxis": hidden | {"range": [-0.5, columns - 0.5]},
        "yaxis": hidden | {"range": [rows - 0.5, -0.5]},
        "shapes": [_ground(body, tiles[body.name.zh], body.name.zh == own, theme) for body in bodies],
    }


def _ground(body: Body, tile: Tile, own: bool, theme: Theme) -> dict[str, Any]:
    half = 0.5 - GAP
    return {
        "type": "rect",
        "xref": "x",
        "yref": "y",
        "x0": body.column - half,
        "x1": body.column + half,
        "y0": body.row - half,
        "y1": body.row + half,
        "fillcolor": scale_colour(tile.share, 1.0, theme),
        "line": {"width": 3 if own else 0, "color": tokens(theme).leading},
        "layer": "below",
    }
