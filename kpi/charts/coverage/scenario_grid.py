"""The forty scenarios of annex 2 by their eight stages: which are covered, and by whom.

The number printed counts factories; the ground is one of three kinds: candidates, awarded factories alone, nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Scenario
from kpi.charts.chart import SMALL_SIZE, TEXT_SIZE, Chart, draw, escape_plotly, text_width, wrap
from kpi.charts.colour_scale import scale_colour
from kpi.charts.theme import Theme, tokens
from kpi.i18n import text
from kpi.model.language import Lang

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
    covered = sum(any(counts.get(one.name.zh, (0, 0))) for one in catalogue().scenarios)
    title = text("scenarios.title", lang, covered=covered, of=len(cells), none=len(cells) - covered)
    said = [_hover(cell.scenario, counts, lang) for cell in cells]
    return draw(
        [_labels(cells, counts, said, lang, theme, names)],
        _layout(cells, stages, counts, theme, names),
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
        members = [one for one in catalogue().scenarios if one.stage == stage.code]
        stages.append((y, stage.name.in_(lang)))
        cells += [_Cell(one, at % ACROSS, y + at // ACROSS) for at, one in enumerate(members)]
        y += -(-len(members) // ACROSS)
    return cells, stages


def _labels(
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
        "text": [_label(cell.scenario, counts, lang, names) for cell in cells],
        "textposition": "middle center",
        "textfont": {"size": SMALL_SIZE, "color": tokens(theme).ink},
        "customdata": [cell.scenario.name.zh for cell in cells],
        "hovertext": [escape_plotly(one) for one in said],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _label(scenario: Scenario, counts: Covered, lang: Lang, names: bool) -> str:
    total = sum(counts.get(scenario.name.zh, (0, 0)))
    if not names:
        return f"{scenario.number}: <b>{total}</b>"
    words = "<br>".join(escape_plotly(line) for line in wrap(f"{scenario.number} {scenario.name.in_(lang)}", 25))
    return f"<b>{total}</b><br>{words}"


def _hover(scenario: Scenario, counts: Covered, lang: Lang) -> str:
    candidates, awarded = counts.get(scenario.name.zh, (0, 0))
    return text("scenarios.cell", lang, name=scenario.name.in_(lang), candidates=candidates, awarded=awarded)


def _layout(
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
        "shapes": [_ground(cell, counts, theme) for cell in cells],
    }


def _ground(cell: _Cell, counts: Covered, theme: Theme) -> dict[str, Any]:
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
