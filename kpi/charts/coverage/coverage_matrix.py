"""Recommending body x industry as a table of numbers: where the coverage is thin. The ground is a row's share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.charts.chart import SMALL_SIZE, TEXT_SIZE, Chart, draw, escape_plotly, text_width, wrap
from kpi.charts.colour_scale import scale_colour
from kpi.charts.theme import Theme, tokens
from kpi.i18n import text
from kpi.model.language import Lang

ROW = 26
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
    title = _title(counts, rows, columns, what, lang)
    return draw(
        [_numbers(counts, rows, columns, theme), _totals(counts, rows, columns, theme)],
        _layout(counts, rows, columns, lang, theme),
        theme,
        title=title,
        caption=text("matrix.caption", lang),
        alt=_alt(title, counts, rows, columns, lang),
        titled=titled,
    )


Labelled = Sequence[tuple[str, str]]
"""Keys with the words shown for them."""


def _layout(counts: Counts, rows: Labelled, columns: Labelled, lang: Lang, theme: Theme) -> dict[str, Any]:
    """Numbers in a grid with totals at the right and below. An empty cell is a 0, kept quiet."""
    total = text("matrix.total", lang)
    headers = [wrap(label, 12) for _, label in columns] + [[total]]
    top = 12 + 16 * max(len(lines) for lines in headers)
    look = tokens(theme)
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "ticks": "", "tickmode": "array"}
    return {
        "height": top + ROW * (len(rows) + 1) + 12,
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


def _title(counts: Counts, rows: Labelled, columns: Labelled, what: str, lang: Lang) -> str:
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
        "marker": {"size": ROW - 2, "opacity": 0},
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
