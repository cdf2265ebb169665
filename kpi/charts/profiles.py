"""Profiles by the groups as small multiples: a line a group, a candidate's letter on it, the known ones behind."""

from __future__ import annotations

from html import escape
from math import isnan
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.charts.chart import SMALL_SIZE, TEXT_SIZE, Chart, coloured, draw, text_width
from kpi.charts.rows import axis_box
from kpi.charts.strip_comparison import candidate_names, letter_marks
from kpi.charts.theme import CANDIDATE_LETTERS, FONT, Theme, css_variables, tokens
from kpi.i18n import percent, text
from kpi.model.comparison import Comparison
from kpi.model.language import Lang

# Profiles by the groups as small multiples: a line a group, each candidate's letter on it, the known ones behind.
#
# Plain HTML that fits any width; every text is escaped.


GROUP_LANE = 20
NEAREST = 0.05
"""How close two letters may stand in one lane, as a share of the axis."""

STYLE = (
    ".kpi-profiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:14px 28px;"
    "font-size:14px;line-height:1.4;color:var(--kpi-ink)}"
    ".kpi-profiles h3{font-size:14px;margin:0 0 4px;padding:0;color:var(--kpi-ink)}"
    ".kpi-profiles .axis{position:relative;margin:0 10px}"
    ".kpi-profiles .axis span{position:absolute}"
    ".kpi-profiles .letter{transform:translateX(-50%);width:18px;height:18px;line-height:18px;border-radius:9px;"
    "font-size:12px;font-weight:700;text-align:center}"
    ".kpi-profiles p{margin:2px 10px;font-size:12.5px;color:var(--kpi-muted);display:flex;"
    "justify-content:space-between}"
)


def group_profiles(found: Comparison, lang: Lang, theme: Theme = "light") -> str:
    """One small axis a group from 0 to 100 %: the middle half and the middle four fifths of the known enterprises."""
    parts = "".join(_group(found, group.code, group.short.in_(lang), lang, theme) for group in catalogue().groups)
    style = f"{css_variables(theme)} font-family:{FONT}"
    return f'<style>{STYLE}</style><div class="kpi-profiles" style="{style}">{parts}</div>'


def _group(found: Comparison, code: str, name: str, lang: Lang, theme: Theme) -> str:
    look = tokens(theme)
    scores, lanes = _scores(found, code), group_lanes(found, code)
    height = GROUP_LANE * (max(lanes.values(), default=0) + 1) + 6
    low, quarter, middle, three, high = found.known_groups[code]
    behind = (
        axis_box(low, high - low, 0, height, look.grid)
        + axis_box(quarter, three - quarter, 0, height, look.plain_bar)
        + axis_box(middle, 0, 0, height, look.ink, "2px")
        if not isnan(middle)
        else ""
    )
    letters = "".join(
        f'<span class="letter" style="left:{score * 100:.2f}%;top:{3 + GROUP_LANE * lanes[at]}px;'
        f'background:{look.candidates[at]};color:{look.on_candidate}">{CANDIDATE_LETTERS[at]}</span>'
        for at, score in scores.items()
    )
    described = group_words(found, code, lang)
    return (
        f'<div><h3>{escape(name)}</h3><div class="axis" role="img" aria-label="{escape(f"{name}: {described}")}" '
        f'style="height:{height}px">{behind}{letters}</div><p><span>0</span><span>100 %</span></p></div>'
    )


def group_words(found: Comparison, code: str, lang: Lang) -> str:
    """Each candidate's letter with its share."""
    scores = _scores(found, code)
    return text("number.list", lang).join(f"{CANDIDATE_LETTERS[at]} {percent(score)}" for at, score in scores.items())


def _scores(found: Comparison, code: str) -> dict[int, float]:
    return {
        at: candidate.groups[code] for at, candidate in enumerate(found.candidates) if not isnan(candidate.groups[code])
    }


def group_lanes(found: Comparison, code: str) -> dict[int, int]:
    """The first lane in which a letter is clear of the one left of it, by candidate."""
    scores = _scores(found, code)
    ends: list[float] = []
    lanes = {}
    for at in sorted(scores, key=lambda candidate: (scores[candidate], candidate)):
        lane = next((lane for lane, end in enumerate(ends) if scores[at] - end >= NEAREST), len(ends))
        ends[lane : lane + 1] = [scores[at]]
        lanes[at] = lane
    return lanes


# The profiles by group as a chart to take away: what ``group_profiles`` shows on the page.


PROFILE_LANE = 24
"""Pixels of a lane; a row has as many as its letters need."""


def profile_chart(found: Comparison, lang: Lang, theme: Theme = "light", *, titled: bool = True) -> Chart:
    """A row a group from 0 to 100 %: the known enterprises behind, each candidate's letter on it."""
    groups = catalogue().groups
    lanes = {item.code: group_lanes(found, item.code) for item in groups}
    tops: dict[str, int] = {}
    rows = 0
    for group in groups:
        tops[group.code] = rows
        rows += max(lanes[group.code].values(), default=0) + 2
    title = text("page.compare.profiles", lang)
    names = text("number.list", lang).join(candidate_names([candidate.evaluation for candidate in found.candidates]))
    described = [f"{item.short.in_(lang)}: {group_words(found, item.code, lang)}" for item in groups]
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
    names = [group.short.in_(lang) for group in groups]
    heights = {code: max(lanes[code].values(), default=0) + 1 for code in tops}
    shapes = [shape for code in tops for shape in _known(found, code, tops[code], heights[code], theme)]
    quiet = {"showgrid": False, "zeroline": False, "fixedrange": True}
    return {
        "height": PROFILE_LANE * rows + 34,
        "margin": {"l": 26 + text_width(names), "r": 30, "t": 4, "b": 30, "pad": 0},
        "shapes": shapes,
        "xaxis": quiet
        | {
            "range": [0, 1],
            "tickvals": [0, 0.5, 1],
            "ticktext": [percent(number) for number in (0.0, 0.5, 1.0)],
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
