"""The 21 KPIs of compared candidates, those first on which they differ most: what the page and every file show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isnan

from kpi.catalogue.catalogue import catalogue
from kpi.charts.theme import CANDIDATE_LETTERS, verdict_mark
from kpi.i18n import clause_word, kpi_number, percent, plain_number, text, verdict_word
from kpi.model.application import Application
from kpi.model.comparison import ComparedKpi, Comparison
from kpi.model.language import Lang

YearBefore = Mapping[str, Application]
"""The candidates' applications of the year before, by credit code."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """``figures``: the value and the share of peers beaten, or nothing; ``words``: the verdict, then what stands beside
    it. ``share`` is the share beaten, 0..1, None where there is nothing to compare.
    """

    figures: tuple[str, ...]
    words: tuple[str, ...]
    share: float | None = None


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A KPI with a cell a candidate; ``ties`` are letters joined by "≈", all within noise of one another."""

    name: str
    cells: tuple[HeatCell, ...]
    ties: str = ""


def heat_rows(found: Comparison, lang: Lang, year_before: YearBefore) -> Iterator[HeatRow]:
    """The KPIs, then the clause."""
    for kpi in kpis_by_difference(found):
        cells = tuple(_cell(found, kpi, at, lang, year_before) for at in range(len(found.candidates)))
        ties = "\n".join(" ≈ ".join(CANDIDATE_LETTERS[at] for at in run) for run in kpi.tied_runs)
        yield HeatRow(catalogue().kpi(kpi.code).short.in_(lang), cells, ties)
    words = (clause_word(one.evaluation.clause.verdict, lang) for one in found.candidates)
    yield HeatRow(text("page.compare.clause", lang), tuple(HeatCell((), (word,)) for word in words))


def kpis_by_difference(found: Comparison) -> list[ComparedKpi]:
    """By pairs that differ beyond noise, then by how far the scores lie from one another."""
    return sorted(found.kpis, key=_difference, reverse=True)


def _difference(kpi: ComparedKpi) -> tuple[int, float]:
    scores = [score for score in kpi.scores if not isnan(score)]
    return kpi.differing, max(scores) - min(scores) if scores else -1.0


def _cell(found: Comparison, kpi: ComparedKpi, at: int, lang: Lang, year_before: YearBefore) -> HeatCell:
    answer = found.candidates[at].evaluation
    one, known = answer.kpi(kpi.code), catalogue().kpi(kpi.code)
    word = f"{verdict_mark(one.verdict, 'light').glyph} {verdict_word(one.verdict, lang).word}"
    if isnan(kpi.values[at]):
        return HeatCell((), (word,))
    words, share = [word], one.percentile.mid
    reported = answer.application.values[kpi.code]
    if reported.before is not None and reported.after is not None:
        before, after = plain_number(reported.before), plain_number(reported.after)
        words.append(text("page.compare.before_after", lang, before=before, after=after))
    earlier = year_before.get(answer.application.credit_code)
    if earlier is not None and (value := earlier.values[kpi.code].value) is not None:
        number = kpi_number(value, known, lang, earlier.values[kpi.code].basis)
        words.append(text("page.compare.year_before", lang, year=earlier.year, value=number))
    figures = (kpi_number(one.value, known, lang, one.basis), percent(share))
    return HeatCell(figures, tuple(words), None if isnan(share) else share)
