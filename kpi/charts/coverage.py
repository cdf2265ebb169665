"""Coverage as pictures: a map of tiles, industries, bodies by industries, the scenarios, and quotas as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Body, Scenario
from kpi.charts.bars import NamedBar, named_bars
from kpi.charts.chart import (
    SMALL_SIZE,
    TEXT_SIZE,
    Chart,
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

# Words and frames that every picture here shares.
#
# ``chosen`` is what the reader picked of a picture's own kind, by exact Chinese name: framed. ``what`` is in words what
# was picked elsewhere, whose counts these are; "" where they are of all.


Covered = Mapping[str, tuple[int, int]]
"""By exact Chinese name: candidates, and those of them put forward, or awarded factories that are no candidates."""


def _pressable(
    name: str,
    at: Sequence[tuple[float, float]],
    labels: Sequence[str],
    carried: Sequence[Any],
    said: Sequence[str],
    theme: Theme,
    size: int,
    text_size: int = SMALL_SIZE,
) -> dict[str, Any]:
    """Labels that can be pressed within ``size`` pixels: a press carries what ``carried`` has there."""
    return {
        "type": "scatter",
        "name": name,
        "x": [x for x, _ in at],
        "y": [y for _, y in at],
        "mode": "markers+text",
        "marker": {"size": size, "opacity": 0},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "text": list(labels),
        "textposition": "middle center",
        "textfont": {"size": text_size, "color": tokens(theme).ink},
        "customdata": list(carried),
        "hovertext": [escape_plotly(item) for item in said],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _beside(at: Sequence[tuple[float, float]], words: Sequence[str], theme: Theme) -> dict[str, Any]:
    """Words that end at these places, not to be pressed."""
    return {
        "type": "scatter",
        "name": "beside",
        "x": [x for x, _ in at],
        "y": [y for _, y in at],
        "mode": "text",
        "text": [escape_plotly(item) for item in words],
        "textposition": "middle left",
        "textfont": {"size": SMALL_SIZE, "color": tokens(theme).ink},
        "hoverinfo": "skip",
    }


def _ground(
    x: tuple[float, float], y: tuple[float, float], fill: str, line: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    shape = {"type": "rect", "xref": "x", "yref": "y", "x0": x[0], "x1": x[1], "y0": y[0], "y1": y[1]}
    return shape | {"fillcolor": fill, "line": dict(line or {"width": 0}), "layer": "below"}


def _frame(theme: Theme) -> dict[str, Any]:
    return {"width": 3, "color": tokens(theme).leading}


def _gap(theme: Theme) -> dict[str, Any]:
    """What is missing stands within a broken line."""
    return {"width": 1, "color": tokens(theme).muted, "dash": "dot"}


def _rows_layout(
    labels: Sequence[tuple[float, str]], rows: int, height: int, right: float, shapes: Sequence[Any], theme: Theme
) -> dict[str, Any]:
    """Rows from above, the names of some of them at the left, and places from 0 to ``right``."""
    lines = [wrap(words, 14) for _, words in labels]
    quiet = {"showgrid": False, "zeroline": False, "fixedrange": True}
    return {
        "height": height * rows + 12,
        "margin": {"l": 16 + text_width([line for label in lines for line in label]), "r": 4, "t": 4, "b": 8, "pad": 0},
        "xaxis": {"visible": False, "fixedrange": True, "range": [0, right]},
        "yaxis": quiet
        | {
            "range": [rows - 0.5, -0.5],
            "tickvals": [y for y, _ in labels],
            "ticktext": ["<br>".join(escape_plotly(line) for line in label) for label in lines],
            "tickfont": {"size": TEXT_SIZE - 1, "color": tokens(theme).ink},
            "ticklabelstandoff": 6,
            "ticks": "",
        },
        "shapes": list(shapes),
    }


# The region as a tile grid: a tile a recommending body, its figure in it. No boundary data of clear licence exists.
#
# Figures are printed; the ground carries a category or a share, never a raw count, which big bodies would always lead.


TILE, GAP = 57, 0.03
"""A tile's height in pixels and the gap around it as a share of a tile."""


@dataclass(frozen=True, slots=True)
class Tile:
    """``figure`` is printed, ``words`` are said beside it; ``share`` 0..1 is the ground, also of one of two kinds."""

    figure: str
    words: str
    share: float


def award_tiles(
    awarded: Mapping[str, int],
    allowed: Mapping[str, int],
    own: str,
    lang: Lang,
    theme: Theme = "light",
    *,
    chosen: str = "",
    what: str = "",
    candidates: int = 0,
) -> Chart:
    """Published awards of every body, by exact Chinese name; the ground tells the places they give.

    ``own`` is framed in ink. Awards are of all industries and scenarios: of ``what`` the title says the own
    ``candidates``. Shown beside a title of the page's own. A press carries the body's exact name.
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
    said = chosen or own
    name = catalogue().body(said).name.in_(lang)
    narrowed = what and said == own
    title = text(
        "tiles.title_own" if narrowed else "tiles.title",
        lang,
        body=name,
        what=what,
        candidates=candidates,
        awarded=awarded.get(said, 0),
        places=allowed[said],
    )
    caption = text("tiles.caption_all" if narrowed else "tiles.caption_awards", lang)
    return _tile_map(tiles, title, caption, own, chosen, lang, theme)


def place_tiles(
    used: Mapping[str, int], allowed: Mapping[str, int], lang: Lang, theme: Theme = "light", *, chosen: str = ""
) -> Chart:
    """How many of its places each body has used; the ground is their share. A press carries the body's exact name."""
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
    return _tile_map(tiles, title, text("tiles.caption_places", lang), "", chosen, lang, theme)


def candidate_tiles(
    counts: Mapping[str, int], of: Mapping[str, int], lang: Lang, theme: Theme = "light", *, what: str, chosen: str = ""
) -> Chart:
    """Each body's candidates of ``what`` among all of them; the ground is their share. A press carries the body."""
    tiles = {
        body.name.zh: Tile(
            str(count := counts.get(body.name.zh, 0)),
            text("tiles.among", lang, count=of.get(body.name.zh, 0)),
            count / of[body.name.zh] if count else 0.0,
        )
        for body in catalogue().bodies
    }
    bodies = sum(count > 0 for count in counts.values())
    title = text("tiles.title_candidates", lang, what=what, count=sum(counts.values()), bodies=bodies)
    return _tile_map(tiles, title, text("tiles.caption_candidates", lang), "", chosen, lang, theme)


def _tile_map(
    tiles: Mapping[str, Tile], title: str, caption: str, own: str, chosen: str, lang: Lang, theme: Theme
) -> Chart:
    bodies = catalogue().bodies
    names = [body.name.zh for body in bodies]
    said = [
        text("tiles.cell", lang, name=body.name.in_(lang), value=f"{tile.figure} ({tile.words})")
        for body, tile in ((body, tiles[body.name.zh]) for body in bodies)
    ]
    labels = [_tile_map_label(body, tiles[body.name.zh], lang) for body in bodies]
    columns, rows = max(body.column for body in bodies) + 1, max(body.row for body in bodies) + 1
    hidden = {"visible": False, "fixedrange": True}
    lines = {own: {"width": 2, "color": tokens(theme).ink}, chosen: _frame(theme)}
    half = 0.5 - GAP
    return draw(
        [
            _pressable(
                "tiles", [(body.column, body.row) for body in bodies], labels, names, said, theme, round(TILE * 0.8)
            )
        ],
        {
            "height": TILE * rows + 16,
            "margin": {"l": 2, "r": 2, "t": 8, "b": 8, "pad": 0},
            "xaxis": hidden | {"range": [-0.5, columns - 0.5]},
            "yaxis": hidden | {"range": [rows - 0.5, -0.5]},
            "shapes": [
                _ground(
                    (body.column - half, body.column + half),
                    (body.row - half, body.row + half),
                    scale_colour(tiles[body.name.zh].share, 1.0, theme),
                    lines.get(body.name.zh),
                )
                for body in bodies
            ],
        },
        theme,
        title=title,
        caption=caption,
        alt=" ".join((f"{title}.", text("number.list", lang).join(said))),
        titled=False,
    )


def _tile_map_label(body: Body, tile: Tile, lang: Lang) -> str:
    # The abbreviation in brackets, where there is one: five Chinese letters fill a tile on a phone.
    whole, _, short = body.name.in_(lang).partition(" (")
    name = short.removesuffix(")") or whole
    name = "<br>".join(escape_plotly(line) for line in ([name] if width_units(name) <= 10 else wrap(name, 12)))
    return f'<span style="font-size:16px"><b>{escape_plotly(tile.figure)}</b></span><br>{name}'


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
    return [
        _ground(
            (x - 0.48, x + 0.48),
            (y - 0.45, y + 0.45),
            scale_colour(counts.get((row, column), 0), totals[row], theme),
        )
        for y, (row, _) in enumerate(rows)
        for x, (column, _) in enumerate(columns)
    ]


def _numbers(counts: Counts, rows: Labelled, columns: Labelled, theme: Theme) -> dict[str, Any]:
    cells = [(x, y, counts.get((rows[y][0], columns[x][0]), 0)) for y in range(len(rows)) for x in range(len(columns))]
    return _pressable(
        "cells",
        [(x, y) for x, y, _ in cells],
        [str(value) if value else "" for _, _, value in cells],
        [[rows[y][0], columns[x][0]] for x, y, _ in cells],
        [f"{rows[y][1]} × {columns[x][1]}　{value}" for x, y, value in cells],
        theme,
        COVERAGE_MATRIX_ROW - 2,
        TEXT_SIZE,
    )


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


# The candidates by industry, and who of them is put forward.


INDUSTRY_ROW = 52
COUNTABLE = 16
"""Up to so many candidates stand apart, one by one."""
BESIDE_BARS = 1.45
"""How much longer a row is than its longest bar: beside it stand the figures."""
PRESSED_AT = 8
"""Places in a row that can be pressed."""
NAMED = 2
"""So many industries without a candidate are named in the title."""


def industry_bars(
    counts: Covered | None, lang: Lang, theme: Theme = "light", *, chosen: str = "", what: str = ""
) -> Chart:
    """``counts``: industry by exact Chinese name -> candidates, and those of them put forward; None: not to be seen.

    Shown beside a title of the page's own. A press carries the industry's exact name.
    """
    industries = catalogue().industries
    found = counts or {}
    most = max((found.get(industry.name.zh, (0, 0))[0] for industry in industries), default=0) or 1
    right = most * BESIDE_BARS
    missing = [industry.name.in_(lang) for industry in industries if not found.get(industry.name.zh, (0, 0))[0]]
    figures, said, shapes = [], [], []
    for y, industry in enumerate(industries):
        candidates, forward = found.get(industry.name.zh, (0, 0))
        name, of = industry.name.in_(lang), {"candidates": candidates, "forward": forward}
        if counts is None:
            figures.append("")
            said.append(text("tiles.cell", lang, name=name, value=text("tiles.hidden", lang)))
        else:
            figures.append(text("industries.figure" if candidates else "industries.none", lang, **of))
            said.append(text("industries.cell", lang, name=name, **of))
        if industry.name.zh == chosen:
            shapes.append(_ground((0, right), (y - 0.42, y + 0.42), tokens(theme).leading_zone, _frame(theme)))
        shapes += _industry_bar(y, candidates, forward, most, theme, gap=counts is not None)
    if counts is None:
        title = text("industries.title_hidden", lang, what=what)
    elif what:
        among = len(industries) - len(missing)
        title = text("industries.title_of", lang, what=what, count=sum(n for n, _ in found.values()), industries=among)
    elif missing:
        named = "missing" if len(missing) <= NAMED else "many"
        names = text("number.list", lang).join(missing)
        title = text(f"industries.title_{named}", lang, missing=names, count=len(missing))
    else:
        title = text("industries.title_all", lang)
    places = [(right * (at + 0.5) / PRESSED_AT, y) for y in range(len(industries)) for at in range(PRESSED_AT)]
    carried = [industry.name.zh for industry in industries for _ in range(PRESSED_AT)]
    hovers = [words for words in said for _ in range(PRESSED_AT)]
    labels = [(y, industry.name.in_(lang)) for y, industry in enumerate(industries)]
    return draw(
        [
            _beside([(right * 0.98, y) for y in range(len(industries))], figures, theme),
            _pressable("industries", places, [""] * len(places), carried, hovers, theme, round(INDUSTRY_ROW * 0.7)),
        ],
        _rows_layout(labels, len(industries), INDUSTRY_ROW, right, shapes, theme),
        theme,
        title=title,
        caption=text("industries.caption", lang),
        alt=" ".join((f"{title}.", text("number.list", lang).join(said))),
        titled=False,
    )


def _industry_bar(y: int, candidates: int, forward: int, most: int, theme: Theme, *, gap: bool) -> list[dict[str, Any]]:
    look, height = tokens(theme), (y - 0.2, y + 0.2)
    if not candidates:
        return [_ground((0, most * 0.35), height, look.ground, _gap(theme))] if gap else []
    if most > COUNTABLE:
        return [_ground((0, candidates), height, look.scale_high), _ground((0, forward), height, look.fill)]
    return [
        _ground((at + 0.04, at + 0.96), height, look.fill if at < forward else look.scale_high)
        for at in range(candidates)
    ]


# The scenarios of annex 2 by their stages: which are covered, and by whom.
#
# The number printed counts factories; the ground is one of three kinds: candidates, awarded factories alone, nobody.


ACROSS = 6
"""Cells in a row; a stage of more takes the next row as well."""
SCENARIO_ROW = 34
BESIDE_CELLS = 1.6
"""The room beside the cells, in cells."""


def scenario_grid(
    counts: Covered | None, lang: Lang, theme: Theme = "light", *, chosen: str = "", what: str = ""
) -> Chart:
    """Beside each stage stands how many of its scenarios no candidate has; None: ``counts`` are not to be seen.

    Shown beside a title of the page's own. A press carries the scenario's exact Chinese name.
    """
    found = counts or {}
    scenarios = catalogue().scenarios
    at, stages = _placed(lang)
    labels, said, shapes = [], [], []
    for scenario, (x, y) in zip(scenarios, at, strict=True):
        candidates, awarded = found.get(scenario.name.zh, (0, 0))
        name = scenario.name.in_(lang)
        labels.append(str(candidates + awarded) if counts is not None else "")
        said.append(
            text("scenarios.cell", lang, name=name, candidates=candidates, awarded=awarded)
            if counts is not None
            else text("tiles.cell", lang, name=name, value=text("tiles.hidden", lang))
        )
        line = _gap(theme) if counts is not None and not candidates else None
        fill = tokens(theme).ground if line and not awarded else scale_colour(1.0 if candidates else 0.1, 1.0, theme)
        line = _frame(theme) if scenario.name.zh == chosen else line
        shapes.append(_ground((x - 0.47, x + 0.47), (y - 0.42, y + 0.42), fill, line))
    missing = sum(not found.get(scenario.name.zh, (0, 0))[0] for scenario in scenarios)
    if counts is None:
        title = text("scenarios.title_hidden", lang, what=what)
    else:
        covered = len(scenarios) - missing
        title = text(
            "scenarios.title_of" if what else "scenarios.title",
            lang,
            what=what,
            of=len(scenarios),
            covered=covered,
            none=missing,
        )
    carried = [scenario.name.zh for scenario in scenarios]
    right = ACROSS + BESIDE_CELLS
    return draw(
        [
            _pressable("scenarios", at, labels, carried, said, theme, SCENARIO_ROW - 8, TEXT_SIZE - 1),
            _beside([(right, y) for y, _, _ in stages], _missing_by_stage(counts, stages, lang), theme),
        ],
        _rows_layout([(y, name) for y, name, _ in stages], round(at[-1][1]) + 1, SCENARIO_ROW, right, shapes, theme),
        theme,
        title=title,
        caption=text("scenarios.caption", lang),
        alt=" ".join((f"{title}.", text("number.list", lang).join(said))),
        titled=False,
    )


def _missing_by_stage(counts: Covered | None, stages: Sequence[_Stage], lang: Lang) -> list[str]:
    if counts is None:
        return [""] * len(stages)
    missing = [sum(not counts.get(member.name.zh, (0, 0))[0] for member in members) for _, _, members in stages]
    return [text("scenarios.missing" if count else "scenarios.whole", lang, count=count) for count in missing]


_Stage = tuple[int, str, Sequence[Scenario]]
"""The row at which it begins, its name, its scenarios."""


def _placed(lang: Lang) -> tuple[list[tuple[float, float]], list[_Stage]]:
    """Where each scenario stands, in the notice's order, which is that of the stages."""
    at: list[tuple[float, float]] = []
    stages: list[_Stage] = []
    y = 0
    for stage in catalogue().stages:
        members = [scenario for scenario in catalogue().scenarios if scenario.stage == stage.code]
        stages.append((y, stage.name.in_(lang), members))
        at += [(place % ACROSS + 0.5, float(y + place // ACROSS)) for place in range(len(members))]
        y += -(-len(members) // ACROSS)
    return at, stages


# Quota bars: how many of its places each recommending body has used, and how many are left.


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


def quota_bars(quotas: Sequence[BodyQuota], lang: Lang, theme: Theme = "light") -> Chart:
    """One bar a body, in the order given. Over the quota is an error and said in words beside the bar.

    Shown beside a title of the page's own.
    """
    over = sum(quota.over for quota in quotas)
    title = text(
        "quota.title_over" if over else "quota.title",
        lang,
        bodies=len(quotas),
        used=sum(quota.used for quota in quotas),
        quota=sum(quota.quota for quota in quotas),
        full=sum(quota.used == quota.quota for quota in quotas),
        over=over,
    )
    return named_bars([_quota_bar(quota, lang) for quota in quotas], title, text("quota.caption", lang), theme)


def _quota_bar(quota: BodyQuota, lang: Lang) -> NamedBar:
    name = catalogue().body(quota.body).name.in_(lang)
    words = text("quota.over" if quota.over else "quota.cell", lang, used=quota.used, quota=quota.quota)
    said = text("quota.left", lang, name=name, used=quota.used, left=quota.left)
    return NamedBar(name, quota.used, quota.quota, words, said)
