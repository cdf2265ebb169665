"""Coverage as pictures: bodies by industries, a map of tiles, the 40 scenarios, and quotas as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Body, Scenario
from kpi.charts.chart import (
    SMALL_SIZE,
    TEXT_SIZE,
    Chart,
    coloured,
    draw,
    escape_plotly,
    scale_colour,
    text_width,
    width_units,
    wrap,
)
from kpi.charts.theme import Theme, tokens
from kpi.i18n import text
from kpi.model.language import Lang

# Shanghai as a tile grid: a tile a recommending body, its figure in it. No boundary data of clear licence exists.
#
# Figures are printed; the ground carries a category or a share, never a raw count, which big bodies would always lead.


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
        [_tile_map_labels(bodies, tiles, lang, theme)],
        _tile_map_layout(bodies, tiles, own, theme),
        theme,
        title=title,
        caption=caption,
        alt=" ".join((f"{title}.", text("number.list", lang).join(cells))),
        titled=False,
    )


def _words(tile: Tile) -> str:
    return f"{tile.figure} ({tile.words})"


def _tile_map_labels(bodies: Sequence[Body], tiles: Mapping[str, Tile], lang: Lang, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": "tiles",
        "x": [body.column for body in bodies],
        "y": [body.row for body in bodies],
        "mode": "markers+text",
        "marker": {"size": TILE - 20, "opacity": 0},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "text": [_tile_map_label(body, tiles[body.name.zh], lang) for body in bodies],
        "textposition": "middle center",
        "textfont": {"size": SMALL_SIZE, "color": tokens(theme).ink},
        "customdata": [body.name.zh for body in bodies],
        "hovertext": [f"{escape_plotly(body.name.in_(lang))}　{_words(tiles[body.name.zh])}" for body in bodies],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _tile_map_label(body: Body, tile: Tile, lang: Lang) -> str:
    # An abbreviation in brackets is left to the words on hovering: a tile is 70 px wide on a phone, which
    # five Chinese letters fill.
    name = body.name.in_(lang).split(" (")[0]
    name = "<br>".join(escape_plotly(line) for line in ([name] if width_units(name) <= 10 else wrap(name, 9)))
    figure = f'<span style="font-size:18px"><b>{escape_plotly(tile.figure)}</b></span>'
    return f"{figure}<br>{name}<br>{escape_plotly(tile.words)}"


def _tile_map_layout(
    bodies: Sequence[Body], tiles: Mapping[str, Tile], own: str | None, theme: Theme
) -> dict[str, Any]:
    columns, rows = max(body.column for body in bodies) + 1, max(body.row for body in bodies) + 1
    hidden = {"visible": False, "fixedrange": True}
    return {
        "height": TILE * rows + 16,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8, "pad": 0},
        "xaxis": hidden | {"range": [-0.5, columns - 0.5]},
        "yaxis": hidden | {"range": [rows - 0.5, -0.5]},
        "shapes": [_tile_map_ground(body, tiles[body.name.zh], body.name.zh == own, theme) for body in bodies],
    }


def _tile_map_ground(body: Body, tile: Tile, own: bool, theme: Theme) -> dict[str, Any]:
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


# Recommending body x industry as a table of numbers: where the coverage is thin. The ground is a row's share.


COVERAGE_MATRIX_ROW = 26
Counts = Mapping[tuple[str, str], int]


def coverage_matrix(
    counts: Counts,
    what: str,
    lang: Lang,
    theme: Theme = "light",
    *,
    titled: bool = True,
) -> Chart:
    """``counts``: (body, industry) by exact Chinese names -> enterprises, 0 where not named; ``what`` is counted.

    For a reader who may see all bodies: one whose counts are withheld would be no 0. A click carries body and
    industry as a pair.
    """
    rows = [(body.name.zh, body.name.in_(lang)) for body in catalogue().bodies]
    columns = [(industry.name.zh, industry.name.in_(lang)) for industry in catalogue().industries]
    title = _coverage_matrix_title(counts, rows, columns, what, lang)
    return draw(
        [_numbers(counts, rows, columns, theme), _totals(counts, rows, columns, theme)],
        _coverage_matrix_layout(counts, rows, columns, lang, theme),
        theme,
        title=title,
        caption=text("matrix.caption", lang),
        alt=_alt(title, counts, rows, columns, lang),
        titled=titled,
    )


Labelled = Sequence[tuple[str, str]]
"""Keys with the words shown for them."""


def _coverage_matrix_layout(
    counts: Counts, rows: Labelled, columns: Labelled, lang: Lang, theme: Theme
) -> dict[str, Any]:
    """Numbers in a grid with totals at the right and below. An empty cell is a 0, kept quiet."""
    total = text("matrix.total", lang)
    headers = [wrap(label, 12) for _, label in columns] + [[total]]
    top = 12 + 16 * max(len(lines) for lines in headers)
    look = tokens(theme)
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "ticks": "", "tickmode": "array"}
    return {
        "height": top + COVERAGE_MATRIX_ROW * (len(rows) + 1) + 12,
        "margin": {"l": 28 + text_width([label for _, label in rows]), "r": 16, "t": top, "b": 12, "pad": 0},
        "xaxis": axis
        | {
            "side": "top",
            "range": [-0.5, len(columns) + 0.5],
            "tickvals": list(range(len(columns) + 1)),
            "ticktext": ["<br>".join(escape_plotly(line) for line in lines) for lines in headers],
            "tickfont": {"size": SMALL_SIZE, "color": look.muted},
            "tickangle": 0,
        },
        "yaxis": axis
        | {
            "range": [len(rows) + 0.5, -0.5],
            "tickvals": list(range(len(rows) + 1)),
            "ticktext": [*(escape_plotly(label) for _, label in rows), total],
            "tickfont": {"size": TEXT_SIZE, "color": look.ink},
            "ticklabelstandoff": 10,
        },
        "shapes": _cells(counts, rows, columns, theme),
    }


def _coverage_matrix_title(counts: Counts, rows: Labelled, columns: Labelled, what: str, lang: Lang) -> str:
    filled = sum(counts.get((row, column), 0) > 0 for row, _ in rows for column, _ in columns)
    if not filled:
        return text("matrix.title_none", lang, what=what)
    covered = {label: sum(counts.get((row, column), 0) > 0 for row, _ in rows) for column, label in columns}
    count = min(covered.values())
    thin = text("number.list", lang).join(label for label, bodies in covered.items() if bodies == count)
    return text("matrix.title", lang, filled=filled, cells=len(rows) * len(columns), what=what, thin=thin, count=count)


def _alt(title: str, counts: Counts, rows: Labelled, columns: Labelled, lang: Lang) -> str:
    cells = [
        text("tiles.cell", lang, name=f"{row_label} × {column_label}", value=counts[row, column])
        for row, row_label in rows
        for column, column_label in columns
        if counts.get((row, column))
    ]
    return " ".join((f"{title}.", text("number.list", lang).join(cells)))


def _cells(counts: Counts, rows: Labelled, columns: Labelled, theme: Theme) -> list[dict[str, Any]]:
    totals = {row: sum(counts.get((row, column), 0) for column, _ in columns) for row, _ in rows}
    shared = {"type": "rect", "xref": "x", "yref": "y", "layer": "below", "line": {"width": 0}}
    return [
        shared
        | {"x0": x - 0.48, "x1": x + 0.48, "y0": y - 0.45, "y1": y + 0.45}
        | {"fillcolor": scale_colour(counts.get((row, column), 0), totals[row], theme)}
        for y, (row, _) in enumerate(rows)
        for x, (column, _) in enumerate(columns)
    ]


def _numbers(counts: Counts, rows: Labelled, columns: Labelled, theme: Theme) -> dict[str, Any]:
    cells = [(x, y, row, column) for y, (row, _) in enumerate(rows) for x, (column, _) in enumerate(columns)]
    values = [counts.get((row, column), 0) for _, _, row, column in cells]
    return {
        "type": "scatter",
        "name": "cells",
        "x": [x for x, _, _, _ in cells],
        "y": [y for _, y, _, _ in cells],
        "mode": "markers+text",
        "marker": {"size": COVERAGE_MATRIX_ROW - 2, "opacity": 0},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "text": [str(value) if value else "" for value in values],
        "textfont": {"size": TEXT_SIZE, "color": tokens(theme).ink},
        "customdata": [[row, column] for _, _, row, column in cells],
        "hovertext": [
            f"{escape_plotly(rows[y][1])} × {escape_plotly(columns[x][1])}　{value}"
            for (x, y, _, _), value in zip(cells, values, strict=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _totals(counts: Counts, rows: Labelled, columns: Labelled, theme: Theme) -> dict[str, Any]:
    by_row = [sum(counts.get((row, column), 0) for column, _ in columns) for row, _ in rows]
    by_column = [sum(counts.get((row, column), 0) for row, _ in rows) for column, _ in columns]
    return {
        "type": "scatter",
        "name": "totals",
        "x": [*[len(columns)] * len(rows), *range(len(columns) + 1)],
        "y": [*range(len(rows)), *[len(rows)] * (len(columns) + 1)],
        "mode": "text",
        "text": [f"<b>{value}</b>" for value in (*by_row, *by_column, sum(by_row))],
        "textfont": {"size": TEXT_SIZE, "color": tokens(theme).ink},
        "hoverinfo": "skip",
    }


# The forty scenarios of annex 2 by their eight stages: which are covered, and by whom.
#
# The number printed counts factories; the ground is one of three kinds: candidates, awarded factories alone, nobody.


ACROSS = 6
"""Cells in a row; a stage of more takes the next row as well."""

HIGH, LOW = 76, 34
"""A row's pixels with names in its cells, and without."""

Covered = Mapping[str, tuple[int, int]]
"""Scenario by exact Chinese name -> candidates, awarded factories that are no candidates."""


@dataclass(frozen=True, slots=True)
class _Cell:
    scenario: Scenario
    x: int
    y: int


def scenario_grid(counts: Covered, lang: Lang, theme: Theme = "light", *, names: bool = True) -> Chart:
    """``names``: the cells say the scenario's name, for a wide screen; else its number in annex 2 alone.

    Shown beside a title of the page's own. A click carries the scenario's exact Chinese name.
    """
    cells, stages = _placed(lang)
    covered = sum(any(counts.get(scenario.name.zh, (0, 0))) for scenario in catalogue().scenarios)
    title = text("scenarios.title", lang, covered=covered, of=len(cells), none=len(cells) - covered)
    said = [_hover(cell.scenario, counts, lang) for cell in cells]
    return draw(
        [_scenario_grid_labels(cells, counts, said, lang, theme, names)],
        _scenario_grid_layout(cells, stages, counts, theme, names),
        theme,
        title=title,
        caption=text("scenarios.caption" if names else "scenarios.caption_numbers", lang),
        alt=" ".join((f"{title}.", text("number.list", lang).join(said))),
        titled=False,
    )


def _placed(lang: Lang) -> tuple[list[_Cell], list[tuple[int, str]]]:
    """The cells, and the row at which each stage begins."""
    cells, stages, y = [], [], 0
    for stage in catalogue().stages:
        members = [scenario for scenario in catalogue().scenarios if scenario.stage == stage.code]
        stages.append((y, stage.name.in_(lang)))
        cells += [_Cell(member, at % ACROSS, y + at // ACROSS) for at, member in enumerate(members)]
        y += -(-len(members) // ACROSS)
    return cells, stages


def _scenario_grid_labels(
    cells: Sequence[_Cell], counts: Covered, said: Sequence[str], lang: Lang, theme: Theme, names: bool
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": "scenarios",
        "x": [cell.x for cell in cells],
        "y": [cell.y for cell in cells],
        "mode": "markers+text",
        "marker": {"size": 26, "opacity": 0},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "text": [_scenario_grid_label(cell.scenario, counts, lang, names) for cell in cells],
        "textposition": "middle center",
        "textfont": {"size": SMALL_SIZE, "color": tokens(theme).ink},
        "customdata": [cell.scenario.name.zh for cell in cells],
        "hovertext": [escape_plotly(item) for item in said],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _scenario_grid_label(scenario: Scenario, counts: Covered, lang: Lang, names: bool) -> str:
    total = sum(counts.get(scenario.name.zh, (0, 0)))
    if not names:
        return f"{scenario.number}: <b>{total}</b>"
    words = "<br>".join(escape_plotly(line) for line in wrap(f"{scenario.number} {scenario.name.in_(lang)}", 25))
    return f"<b>{total}</b><br>{words}"


def _hover(scenario: Scenario, counts: Covered, lang: Lang) -> str:
    candidates, awarded = counts.get(scenario.name.zh, (0, 0))
    return text("scenarios.cell", lang, name=scenario.name.in_(lang), candidates=candidates, awarded=awarded)


def _scenario_grid_layout(
    cells: Sequence[_Cell], stages: Sequence[tuple[int, str]], counts: Covered, theme: Theme, names: bool
) -> dict[str, Any]:
    rows = max(cell.y for cell in cells) + 1
    look = tokens(theme)
    labels = ["<br>".join(escape_plotly(line) for line in wrap(words, 14)) for _, words in stages]
    width = text_width([line for label in labels for line in label.split("<br>")])
    return {
        "height": (HIGH if names else LOW) * rows + 12,
        "margin": {"l": 20 + width, "r": 8, "t": 4, "b": 8, "pad": 0},
        "xaxis": {"visible": False, "fixedrange": True, "range": [-0.5, ACROSS - 0.5]},
        "yaxis": {
            "range": [rows - 0.5, -0.5],
            "tickvals": [y for y, _ in stages],
            "ticktext": labels,
            "tickfont": {"size": TEXT_SIZE - 1, "color": look.ink},
            "ticks": "",
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        "shapes": [_scenario_grid_ground(cell, counts, theme) for cell in cells],
    }


def _scenario_grid_ground(cell: _Cell, counts: Covered, theme: Theme) -> dict[str, Any]:
    """Candidates on the deep end of the scale, awarded factories alone on the pale one, nobody within a broken line."""
    candidates, awarded = counts.get(cell.scenario.name.zh, (0, 0))
    look = tokens(theme)
    nobody = not candidates and not awarded
    return {
        "type": "rect",
        "xref": "x",
        "yref": "y",
        "x0": cell.x - 0.48,
        "x1": cell.x + 0.48,
        "y0": cell.y - 0.45,
        "y1": cell.y + 0.45,
        "fillcolor": look.ground if nobody else scale_colour(1.0 if candidates else 0.1, 1.0, theme),
        "line": {"width": 1, "color": look.muted, "dash": "dot"} if nobody else {"width": 0},
        "layer": "below",
    }


# Quota bars: how many of its places each recommending body has used, and how many are left.


QUOTA_BARS_ROW = 28
NAME_UNITS, BESIDE = 21, 14
"""The longest line of a name, and pixels beside names and figures: on a phone the bars need the room."""


@dataclass(frozen=True, slots=True)
class BodyQuota:
    """One body by its exact Chinese name, its places and how many are used."""

    body: str
    quota: int
    used: int

    @property
    def left(self) -> int:
        return max(self.quota - self.used, 0)

    @property
    def over(self) -> bool:
        return self.used > self.quota


def quota_bars(quotas: Sequence[BodyQuota], lang: Lang, theme: Theme = "light", *, titled: bool = True) -> Chart:
    """One bar a body, in the order given. Over the quota is an error and said in words beside the bar."""
    title = _quota_bars_title(quotas, lang)
    lines = [
        text("quota.left", lang, name=catalogue().body(quota.body).name.in_(lang), used=quota.used, left=quota.left)
        for quota in quotas
    ]
    return draw(
        _bars(quotas, lines, theme),
        _quota_bars_layout(quotas, lang, theme),
        theme,
        title=title,
        caption=text("quota.caption", lang),
        alt=" ".join(f"{line}." for line in (title, *lines)),
        titled=titled,
    )


def _quota_bars_title(quotas: Sequence[BodyQuota], lang: Lang) -> str:
    over = sum(quota.over for quota in quotas)
    return text(
        "quota.title_over" if over else "quota.title",
        lang,
        bodies=len(quotas),
        used=sum(quota.used for quota in quotas),
        quota=sum(quota.quota for quota in quotas),
        full=sum(quota.used == quota.quota for quota in quotas),
        over=over,
    )


def _bars(quotas: Sequence[BodyQuota], lines: Sequence[str], theme: Theme) -> list[dict[str, Any]]:
    look = tokens(theme)
    shared = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(quotas))),
        "customdata": [quota.body for quota in quotas],
        "hovertext": [escape_plotly(line) for line in lines],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "width": 0.5,
    }
    colours = [look.error if quota.over else look.fill for quota in quotas]
    used = shared | {
        "name": "used",
        "x": [quota.used for quota in quotas],
        "marker": {"color": colours, "line": {"width": 0}},
    }
    left = shared | {
        "name": "left",
        "x": [quota.left for quota in quotas],
        "marker": {"color": look.grid, "line": {"width": 0}},
    }
    return [used, left, {"type": "scatter", "x": [None], "y": [None], "yaxis": "y2", "hoverinfo": "skip"}]


def _quota_bars_layout(quotas: Sequence[BodyQuota], lang: Lang, theme: Theme) -> dict[str, Any]:
    look = tokens(theme)
    names = [wrap(catalogue().body(quota.body).name.in_(lang), NAME_UNITS) for quota in quotas]
    figures = [
        text("quota.over" if quota.over else "quota.cell", lang, used=quota.used, quota=quota.quota) for quota in quotas
    ]
    axis = {"range": [len(quotas) - 0.5, -0.5], "tickvals": list(range(len(quotas))), "ticks": "", "fixedrange": True}
    quiet = {"showgrid": False, "zeroline": False}
    return {
        "height": QUOTA_BARS_ROW * len(quotas) + 34,
        "barmode": "stack",
        "margin": {
            "l": BESIDE + text_width([line for name in names for line in name]),
            "r": BESIDE + text_width(figures),
            "t": 4,
            "b": 30,
            "pad": 0,
        },
        "xaxis": quiet
        | {
            "range": [0, max((max(quota.quota, quota.used) for quota in quotas), default=1)],
            "tickfont": {"size": SMALL_SIZE, "color": look.muted},
            "dtick": 4,
            "fixedrange": True,
        },
        "yaxis": axis
        | quiet
        | {
            "ticktext": ["<br>".join(coloured(line, look.ink) for line in name) for name in names],
            "tickfont": {"size": TEXT_SIZE},
            "ticklabelstandoff": 8,
        },
        "yaxis2": axis
        | quiet
        | {
            "overlaying": "y",
            "side": "right",
            "anchor": "x",
            "ticktext": [
                coloured(figure, look.error if quota.over else look.ink, bold=quota.over)
                for figure, quota in zip(figures, quotas, strict=True)
            ],
            "ticklabelstandoff": 8,
        },
    }
