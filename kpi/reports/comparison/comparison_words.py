"""The words and figures of a comparison on paper: what its page says, as lines and rows."""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
from typing import Any

from kpi.catalogue.load import catalogue
from kpi.charts.as_svg import as_svg
from kpi.charts.colour_scale import scale_colour
from kpi.charts.order_picture import WRITTEN_FROM
from kpi.charts.strip_comparison import candidate_names, strip_comparison
from kpi.charts.theme import CANDIDATE_LETTERS, LIGHT, verdict_mark
from kpi.i18n import NO_NUMBER, kpi_number, percent, reason_text, text, verdict_word
from kpi.model.comparison import ComparedKpi, Comparison
from kpi.model.language import Lang

_FIGURES = ("candidate", "score", "range", "equal_weights", "geometric", "leave_one_out", "true_rank")


def comparison_picture(found: Comparison, lang: Lang) -> str:
    """All candidates on one strip as an SVG of its own, with what it leans on below."""
    chart = strip_comparison([one.evaluation for one in found.candidates], lang, titled=False)
    return as_svg(chart, comparison_basis(found, lang))


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
    lines = [f"{text(f'comparison_file.{key}', lang)}: {value}" for key, value in rows]
    if answer.baseline.illustrative:
        lines.insert(0, text("page.illustrative", lang))
    return [*lines, text("comparison_file.no_verdict", lang)]


def comparison_words(found: Comparison, lang: Lang) -> dict[str, Any]:
    """What the layout shows, but for the font."""
    names = candidate_names([one.evaluation for one in found.candidates])
    kpis = sorted(found.kpis, key=lambda one: one.differing, reverse=True)
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
        "picture": comparison_picture(found, lang),
        "heat_title": text("page.compare.heat", lang),
        "heat_how": text("page.compare.heat_how", lang),
        "heat_columns": [text("page.compare.kpi", lang), *names, text("page.compare.ties", lang)],
        "heat_rows": [_row(found, kpi, lang) for kpi in kpis],
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


def _row(found: Comparison, kpi: ComparedKpi, lang: Lang) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = [{"text": catalogue().kpi(kpi.code).short.in_(lang), "share": None}]
    for at, one in enumerate(found.candidates):
        answer = one.evaluation.kpi(kpi.code)
        word = f"{verdict_mark(answer.verdict, 'light').glyph} {verdict_word(answer.verdict, lang).word}"
        if isnan(kpi.values[at]):
            cells.append({"text": word, "share": None})
            continue
        number = kpi_number(answer.value, catalogue().kpi(kpi.code), lang, answer.basis)
        share = answer.percentile.mid
        beaten = NO_NUMBER if isnan(share) else percent(share)
        cells.append({"text": f"{number} · {beaten}\n{word}", "share": None if isnan(share) else share})
    ties = "\n".join(" ≈ ".join(CANDIDATE_LETTERS[at] for at in run) for run in kpi.tied_runs)
    return [*cells, {"text": ties, "share": None}]


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
