"""The profiles by group as a chart to take away: what ``group_profiles`` shows on the page."""

from __future__ import annotations

from math import isnan
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.charts.chart import SMALL_SIZE, TEXT_SIZE, Chart, coloured, draw, text_width
from kpi.charts.group_profiles import group_lanes, group_words
from kpi.charts.strip_comparison import candidate_names, letter_marks
from kpi.charts.theme import Theme, tokens
from kpi.i18n import percent, text
from kpi.model.comparison import Comparison
from kpi.model.language import Lang

LANE = 24
"""Pixels of a lane; a row has as many as its letters need."""


def profile_chart(found: Comparison, lang: Lang, theme: Theme = "light", *, titled: bool = True) -> Chart:
    """A row a group from 0 to 100 %: the known enterprises behind, each candidate's letter on it."""
    groups = catalogue().groups
    lanes = {one.code: group_lanes(found, one.code) for one in groups}
    tops: dict[str, int] = {}
    rows = 0
    for one in groups:
        tops[one.code] = rows
        rows += max(lanes[one.code].values(), default=0) + 2
    title = text("page.compare.profiles", lang)
    names = text("number.list", lang).join(candidate_names([one.evaluation for one in found.candidates]))
    described = [f"{one.short.in_(lang)}: {group_words(found, one.code, lang)}" for one in groups]
    return draw(
        [_letters(found, at, lanes, tops, theme) for at in range(len(found.candidates))],
        _layout(found, lanes, tops, rows, lang, theme),
        theme,
        title=title,
        caption=f"{names}\n{text('page.compare.profiles_how', lang)}",
        alt=" ".join(f"{line}." for line in (title, *described)),
        titled=titled,
    )


def _letters(
    found: Comparison, at: int, lanes: dict[str, dict[int, int]], tops: dict[str, int], theme: Theme
) -> dict[str, Any]:
    drawn = [code for code in tops if at in lanes[code]]
    return letter_marks(at, len(drawn), theme) | {
        "x": [found.candidates[at].groups[code] for code in drawn],
        "y": [tops[code] + lanes[code][at] + 0.5 for code in drawn],
    }


def _layout(
    found: Comparison, lanes: dict[str, dict[int, int]], tops: dict[str, int], rows: int, lang: Lang, theme: Theme
) -> dict[str, Any]:
    look, groups = tokens(theme), catalogue().groups
    names = [one.short.in_(lang) for one in groups]
    heights = {code: max(lanes[code].values(), default=0) + 1 for code in tops}
    shapes = [shape for code in tops for shape in _known(found, code, tops[code], heights[code], theme)]
    quiet = {"showgrid": False, "zeroline": False, "fixedrange": True}
    return {
        "height": LANE * rows + 34,
        "margin": {"l": 26 + text_width(names), "r": 30, "t": 4, "b": 30, "pad": 0},
        "shapes": shapes,
        "xaxis": quiet
        | {
            "range": [0, 1],
            "tickvals": [0, 0.5, 1],
            "ticktext": [percent(one) for one in (0.0, 0.5, 1.0)],
            "tickfont": {"size": SMALL_SIZE, "color": look.muted},
        },
        "yaxis": quiet
        | {
            "range": [rows, 0],
            "tickvals": [tops[code] + heights[code] / 2 for code in tops],
            "ticktext": [coloured(name, look.ink) for name in names],
            "tickfont": {"size": TEXT_SIZE},
            "ticks": "",
            "ticklabelstandoff": 8,
        },
    }


def _known(found: Comparison, code: str, top: int, height: int, theme: Theme) -> list[dict[str, Any]]:
    """The middle four fifths and the middle half of the known enterprises, and their middle."""
    low, quarter, middle, three, high = found.known_groups[code]
    if isnan(middle):
        return []
    look = tokens(theme)
    rows = {"y0": top, "y1": top + height}
    box = {"type": "rect", "layer": "below", "line": {"width": 0}, **rows}
    return [
        box | {"x0": low, "x1": high, "fillcolor": look.grid},
        box | {"x0": quarter, "x1": three, "fillcolor": look.plain_bar},
        {"type": "line", "layer": "below", "x0": middle, "x1": middle, **rows, "line": {"color": look.ink, "width": 2}},
    ]
