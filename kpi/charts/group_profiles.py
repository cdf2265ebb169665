"""Profiles by the five groups as small multiples: a line a group, each candidate's letter on it, the known enterprises
behind.

Plain HTML that fits any width; every text is escaped.
"""

from __future__ import annotations

from html import escape
from math import isnan

from kpi.catalogue.catalogue import catalogue
from kpi.charts.row_list import axis_box
from kpi.charts.theme import CANDIDATE_LETTERS, FONT, Theme, css_variables, tokens
from kpi.i18n import percent, text
from kpi.model.comparison import Comparison
from kpi.model.language import Lang

LANE = 20
NEAREST = 0.05
"""How close two letters may stand in one lane, as a share of the axis."""

STYLE = (
    ".kpi-profiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:14px 28px;"
    "font-size:14px;line-height:1.4;color:var(--kpi-ink)}"
    ".kpi-profiles h4{font-size:14px;margin:0 0 4px;color:var(--kpi-ink)}"
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
    height = LANE * (max(lanes.values(), default=0) + 1) + 6
    low, quarter, middle, three, high = found.known_groups[code]
    behind = (
        axis_box(low, high - low, 0, height, look.grid)
        + axis_box(quarter, three - quarter, 0, height, look.plain_bar)
        + axis_box(middle, 0, 0, height, look.ink, "2px")
        if not isnan(middle)
        else ""
    )
    letters = "".join(
        f'<span class="letter" style="left:{score * 100:.2f}%;top:{3 + LANE * lanes[at]}px;'
        f'background:{look.candidates[at]};color:{look.on_candidate}">{CANDIDATE_LETTERS[at]}</span>'
        for at, score in scores.items()
    )
    described = group_words(found, code, lang)
    return (
        f'<div><h4>{escape(name)}</h4><div class="axis" role="img" aria-label="{escape(f"{name}: {described}")}" '
        f'style="height:{height}px">{behind}{letters}</div><p><span>0</span><span>100 %</span></p></div>'
    )


def group_words(found: Comparison, code: str, lang: Lang) -> str:
    """Each candidate's letter with its share."""
    scores = _scores(found, code)
    return text("number.list", lang).join(f"{CANDIDATE_LETTERS[at]} {percent(score)}" for at, score in scores.items())


def _scores(found: Comparison, code: str) -> dict[int, float]:
    return {at: one.groups[code] for at, one in enumerate(found.candidates) if not isnan(one.groups[code])}


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
