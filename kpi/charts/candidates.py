"""A reviewer's candidates by industry: how many KPIs of each lead, and by its shape whether the clause is met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from kpi.catalogue.catalogue import catalogue
from kpi.charts.chart import SMALL_SIZE, TEXT_SIZE, Chart, coloured, draw, escape_plotly
from kpi.charts.theme import Mark, Theme, clause_mark, tokens
from kpi.i18n import catalogue_name, clause_word, text
from kpi.model.evaluation import ClauseVerdict
from kpi.model.language import Lang

MARK, LANE, NAME, LEAST = 13, 17, 26, 2
"""Pixels of a mark, of a lane and of an industry's name above its lanes; the lanes that it has at least."""


@dataclass(frozen=True, slots=True)
class PlacedCandidate:
    """A candidate by name, its industry's exact Chinese name, its clause, and how many of its KPIs lead.

    ``carried``: what a press on its mark carries.
    """

    name: str
    industry: str
    clause: ClauseVerdict
    leading: int
    carried: tuple[str, ...]


def candidates_by_industry(found: Sequence[PlacedCandidate], lang: Lang, theme: Theme = "light") -> Chart:
    """A row an industry, a mark a candidate; those with as many leading KPIs stand in lanes above one another.

    Shown beside a title of the page's own.
    """
    in_order = catalogue().industry_place
    industries = sorted({candidate.industry for candidate in found}, key=in_order)
    lanes, rows = _lanes(found), {}
    top = 0.0
    for industry in industries:
        count = max(LEAST, *(1 + lanes[candidate] for candidate in found if candidate.industry == industry))
        rows[industry] = (top, count)
        top += NAME + count * LANE + LANE / 2
    present = [clause for clause in get_args(ClauseVerdict) if any(candidate.clause == clause for candidate in found)]
    marks = {clause: clause_mark(clause, theme) for clause in present}
    title = candidates_finding(found, lang)
    legend = " · ".join(f"{marks[clause].glyph} {clause_word(clause, lang)}" for clause in present)
    return draw(
        [
            _marks([candidate for candidate in found if candidate.clause == clause], marks[clause], lanes, rows, lang)
            for clause in present
        ],
        _layout(found, rows, top, lang, theme),
        theme,
        title=title,
        caption=text("candidates.caption", lang, marks=legend),
        alt=" ".join(f"{line}." for line in (title, *(_words(candidate, lang) for candidate in found))),
        titled=False,
    )


def candidates_finding(found: Sequence[PlacedCandidate], lang: Lang) -> str:
    """That many leading KPIs do not meet the clause by themselves, where the picture shows it; else what it shows."""
    met = [candidate.leading for candidate in found if candidate.clause == "met"]
    passed_by = [
        candidate for candidate in found if met and candidate.clause == "not_met" and candidate.leading >= min(met)
    ]
    return text("candidates.title_count_is_no_clause" if passed_by else "candidates.title", lang, count=len(found))


def _lanes(found: Sequence[PlacedCandidate]) -> dict[PlacedCandidate, int]:
    """From the bottom up, the clause that is met first."""
    order = {clause: at for at, clause in enumerate(get_args(ClauseVerdict))}
    taken: Counter[tuple[str, int]] = Counter()
    lanes: dict[PlacedCandidate, int] = {}
    for candidate in sorted(found, key=lambda candidate: (order[candidate.clause], candidate.carried)):
        lanes[candidate] = taken[candidate.industry, candidate.leading]
        taken[candidate.industry, candidate.leading] += 1
    return lanes


def _words(candidate: PlacedCandidate, lang: Lang) -> str:
    return text(
        "candidates.one", lang, name=candidate.name, count=candidate.leading, clause=clause_word(candidate.clause, lang)
    )


def _marks(
    members: Sequence[PlacedCandidate],
    mark: Mark,
    lanes: dict[PlacedCandidate, int],
    rows: dict[str, tuple[float, int]],
    lang: Lang,
) -> dict[str, Any]:
    def height(candidate: PlacedCandidate) -> float:
        top, count = rows[candidate.industry]
        return top + NAME + (count - lanes[candidate] - 0.5) * LANE

    return {
        "type": "scatter",
        "mode": "markers",
        "x": [candidate.leading for candidate in members],
        "y": [height(candidate) for candidate in members],
        "customdata": [list(candidate.carried) for candidate in members],
        "hovertext": [escape_plotly(_words(candidate, lang)) for candidate in members],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {"symbol": mark.symbol, "size": MARK, "color": mark.fill, "line": {"width": 0}},
    }


def _layout(
    found: Sequence[PlacedCandidate], rows: dict[str, tuple[float, int]], height: float, lang: Lang, theme: Theme
) -> dict[str, Any]:
    look = tokens(theme)
    counts = Counter(candidate.industry for candidate in found)
    beside_names = {"xref": "paper", "x": 0, "xanchor": "left", "yanchor": "top", "showarrow": False}
    names = [
        beside_names
        | {
            "y": top,
            "text": f"{coloured(catalogue_name(industry, lang), look.ink, bold=True)} "
            + coloured(text("candidates.count", lang, count=counts[industry]), look.muted, size=SMALL_SIZE),
            "font": {"size": TEXT_SIZE},
        }
        for industry, (top, _) in rows.items()
    ]
    quiet = {"zeroline": False, "fixedrange": True, "ticks": ""}
    return {
        "height": round(height) + 58,
        "margin": {"l": 4, "r": 14, "t": 30, "b": 28, "pad": 0},
        "xaxis": quiet
        | {
            "range": [-0.8, len(catalogue().kpis) + 0.6],
            "dtick": 3,
            "tickangle": 0,
            "gridcolor": look.grid,
            "tickfont": {"size": SMALL_SIZE, "color": look.muted},
        },
        "yaxis": quiet | {"range": [height, 0], "showgrid": False, "showticklabels": False},
        "shapes": [
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": top - 2,
                "y1": top - 2,
                "line": {"color": look.grid, "width": 1},
            }
            for top, _ in list(rows.values())[1:]
        ],
        "annotations": [
            *names,
            {
                "text": escape_plotly(text("candidates.axis", lang, of=len(catalogue().kpis))),
                "xref": "paper",
                "x": 0,
                "xanchor": "left",
                "yref": "paper",
                "y": 1,
                "yanchor": "bottom",
                "yshift": 8,
                "showarrow": False,
                "font": {"size": SMALL_SIZE, "color": look.muted},
            },
        ],
    }
