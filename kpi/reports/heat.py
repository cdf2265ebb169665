"""The KPIs of compared candidates as data: a column each for value, share of peers beaten and verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan

from kpi.catalogue.catalogue import catalogue
from kpi.charts.theme import CANDIDATE_LETTERS, verdict_mark
from kpi.i18n import clause_word, kpi_number, percent, plain_number, text, verdict_word
from kpi.model.application import Application
from kpi.model.comparison import ComparedKpi, Comparison
from kpi.model.language import Lang
from kpi.reports import content as cells
from kpi.reports.content import ReportCell, ReportColumn, ReportRow, ReportTable

# The KPIs of compared candidates, those first on which they differ most: what the page and every file show.


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
    words = (clause_word(candidate.evaluation.clause.verdict, lang) for candidate in found.candidates)
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


# The KPIs of compared candidates as data: a column each for value, share of peers beaten and verdict.


ALWAYS = ("value", "beaten", "verdict")
WIDTH = 1.6


def heat_data(found: Comparison, names: Sequence[str], lang: Lang, year_before: YearBefore) -> ReportTable:
    """As ``heat_rows``, for who computes with it. Before and after, and the year before, have columns where known.

    ``names`` are the candidates' as the page shows them.
    """
    known = [value for item in found.candidates for value in item.evaluation.application.values.values()]
    parts = [*ALWAYS, *(("before", "after") if any(value.before is not None for value in known) else ())]
    parts += ["year_before"] if year_before else []
    said = [text(f"comparison_file.{part}", lang) for part in parts]
    titles = [text("page.compare.kpi", lang), text("comparison_file.code", lang)]
    titles += [f"{name} · {part}" for name in names for part in said]
    rows = [_row(found, kpi, parts, lang, year_before) for kpi in kpis_by_difference(found)]
    clause = [cells.words(text("page.compare.clause", lang)), cells.words("")]
    for candidate in found.candidates:
        word = cells.words(clause_word(candidate.evaluation.clause.verdict, lang))
        clause += [word if part == "verdict" else cells.words("") for part in parts]
    columns = tuple(ReportColumn(title, WIDTH) for title in [*titles, text("page.compare.ties", lang)])
    return ReportTable(columns, tuple(ReportRow(tuple(row)) for row in [*rows, [*clause, cells.words("")]]))


def _row(
    found: Comparison, kpi: ComparedKpi, parts: Sequence[str], lang: Lang, year_before: YearBefore
) -> list[ReportCell]:
    row = [cells.words(catalogue().kpi(kpi.code).short.in_(lang)), cells.words(kpi.code)]
    for at in range(len(found.candidates)):
        said = _said(found, kpi, at, lang, year_before)
        row += [said[part] for part in parts]
    ties = "; ".join(" ≈ ".join(CANDIDATE_LETTERS[at] for at in run) for run in kpi.tied_runs)
    return [*row, cells.words(ties)]


def _said(found: Comparison, kpi: ComparedKpi, at: int, lang: Lang, year_before: YearBefore) -> dict[str, ReportCell]:
    """Of one candidate: what of it is not known, or not compared, is no number."""
    answer, known = found.candidates[at].evaluation, catalogue().kpi(kpi.code)
    one, reported = answer.kpi(kpi.code), answer.application.values[kpi.code]
    earlier = year_before.get(answer.application.credit_code)
    before = earlier.values[kpi.code] if earlier else None
    compared = not isnan(kpi.values[at])
    return {
        "value": cells.number(one.value if compared else nan, known, lang, one.basis),
        "beaten": cells.share(one.percentile.mid),
        "verdict": cells.words(verdict_word(one.verdict, lang).word),
        "before": _plain(reported.before),
        "after": _plain(reported.after),
        "year_before": cells.number(
            nan if before is None or before.value is None else before.value,
            known,
            lang,
            before.basis if before else None,
        ),
    }


def _plain(value: float | None) -> ReportCell:
    return ReportCell(plain_number(value), nan if value is None else value, "number")
