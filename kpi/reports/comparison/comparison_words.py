"""The words and figures of a comparison on paper: what its page says, as lines and rows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.charts.as_svg import as_svg
from kpi.charts.colour_scale import scale_colour
from kpi.charts.order_picture import WRITTEN_FROM
from kpi.charts.strip_comparison import (
    candidate_names,
    how_to_read_comparison,
    strip_comparison,
    strip_comparison_parts,
)
from kpi.charts.theme import CANDIDATE_LETTERS, LIGHT
from kpi.i18n import reason_text, text
from kpi.model.comparison import Comparison
from kpi.model.language import Lang
from kpi.reports.comparison.heat_rows import HeatRow, YearBefore, heat_rows
from kpi.reports.report_content import ReportSection, SectionChart

PART_HEIGHT = 540
"""Pixels of a part of the strip, of 1080 in width: letters of 12 are then 8 points high on a page on its side."""
_FIGURES = ("candidate", "score", "range", "equal_weights", "geometric", "leave_one_out", "true_rank")


def comparison_picture(found: Comparison, lang: Lang) -> str:
    """All candidates on one strip as an SVG of its own, with what it leans on below."""
    chart = strip_comparison([one.evaluation for one in found.candidates], lang, titled=False)
    return as_svg(chart, comparison_basis(found, lang))


def parted_strip(found: Comparison, lang: Lang, *, even: bool = True) -> ReportSection:
    """The strip in parts, each as high as a page on its side holds where it is as wide as that page's text.

    Not ``even``: what follows stands on the page of the last part, which may be low.
    """
    answers = [one.evaluation for one in found.candidates]
    parts = [
        strip_comparison(answers, lang, titled=False, codes=codes)
        for codes in strip_comparison_parts(answers, lang, PART_HEIGHT, even=even)
    ]
    lines = (parts[0].title, *how_to_read_comparison(answers, lang))
    charts = tuple(SectionChart(as_svg(one, headed=False), one.alt) for one in parts)
    return ReportSection("strip", text("page.compare.strip", lang), lines, charts=charts, lying=True)


def comparison_basis(found: Comparison, lang: Lang) -> list[str]:
    """What was compared with what, and that it is no verdict."""
    answer = found.first
    rows = (
        ("baseline", answer.baseline.name),
        ("sha256", answer.baseline.sha256),
        ("year", answer.application.year),
        ("reference_size", found.reference_size),
        ("seed", found.seed),
    )
    lines = [
        text("carried.line", lang, label=text(f"comparison_file.{key}", lang), text=str(value)) for key, value in rows
    ]
    if answer.baseline.illustrative:
        lines.insert(0, text("page.illustrative", lang))
    return [*lines, text("comparison_file.no_verdict", lang)]


def comparison_words(found: Comparison, lang: Lang, year_before: YearBefore) -> dict[str, Any]:
    """What the layout shows, but for the strip and the font."""
    names = candidate_names([one.evaluation for one in found.candidates])
    letters = CANDIDATE_LETTERS[: len(names)]
    return {
        "lang": lang,
        "look": asdict(LIGHT),
        "title": text("comparison_file.title", lang, year=found.first.application.year),
        "warning": text("report.illustrative.short", lang) if found.first.baseline.illustrative else "",
        "no_verdict": text("comparison_file.no_verdict", lang),
        "answer": text("comparison_file.of", lang, names=text("number.list", lang).join(names)),
        "about": comparison_basis(found, lang),
        "order_title": text("comparison_file.order", lang),
        "order_how": text("page.order.how", lang, draws=len(found.draws.places), seed=found.seed),
        "bars": [_bar(found, names[at], at, lang) for at in found.order],
        "order_columns": [text(f"page.order.column_{name}", lang) for name in _FIGURES],
        "order_rows": [_figures(found, names[at], at) for at in found.order],
        "not_run": [text("page.order.not_run", lang, why=reason_text(why, lang)) for why in found.not_run],
        "heat_title": text("page.compare.heat", lang),
        "heat_how": text("page.compare.heat_how", lang),
        # The letters alone: eight names have no room for their verdicts beside one another.
        "heat_columns": [text("page.compare.kpi", lang), *letters, text("page.compare.ties", lang)],
        "heat_rows": [_row(row) for row in heat_rows(found, lang, year_before)],
        "dominance_title": text("comparison_file.dominance", lang),
        "dominance": _dominance(found, names, lang),
    }


def _bar(found: Comparison, name: str, at: int, lang: Lang) -> dict[str, Any]:
    one, places = found.candidates[at], len(found.candidates)
    alone = one.rank.best == one.rank.worst
    return {
        "name": name,
        "rank": text("order.rank_alone", lang, place=one.rank.best)
        if alone
        else text("order.rank", lang, best=one.rank.best, worst=one.rank.worst),
        "parts": [
            {
                "share": share,
                "colour": scale_colour(places - place, places, "light"),
                "label": str(place) if share >= WRITTEN_FROM else "",
            }
            for place, share in enumerate(one.acceptability, start=1)
            if share
        ],
    }


def _figures(found: Comparison, name: str, at: int) -> list[str]:
    one = found.candidates[at]
    composite, without = one.composite, one.leave_one_out.values()
    return [
        name,
        _points(composite.score),
        f"{_points(composite.low)} – {_points(composite.high)}",
        _points(composite.equal_weights),
        _points(composite.geometric),
        _places(min(without), max(without)),
        _places(one.rank.best, one.rank.worst),
    ]


def _row(row: HeatRow) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = [
        {"text": "\n".join([*filter(None, [" · ".join(cell.figures)]), *cell.words]), "share": cell.share}
        for cell in row.cells
    ]
    return [{"text": row.name, "share": None}, *cells, {"text": row.ties, "share": None}]


def _dominance(found: Comparison, names: list[str], lang: Lang) -> list[str]:
    lines = []
    for i, j in found.dominance:
        better = [one.code for one in found.kpis if one.values[i] > one.values[j]]
        kpis = text("number.list", lang).join(catalogue().kpi(code).short.in_(lang) for code in better)
        lines.append(text("page.order.dominates", lang, one=names[i], other=names[j], kpis=kpis))
    return lines or [text("page.order.none_dominates", lang)]


def _points(score: float) -> str:
    return f"{score * 100:.1f}"


def _places(best: int, worst: int) -> str:
    return str(best) if best == worst else f"{best} – {worst}"
