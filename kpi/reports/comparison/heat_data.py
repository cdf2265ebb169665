"""The 21 KPIs of compared candidates as data: a column each for value, share of peers beaten and verdict."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan

from kpi.catalogue.catalogue import catalogue
from kpi.charts.theme import CANDIDATE_LETTERS
from kpi.i18n import clause_word, plain_number, text, verdict_word
from kpi.model.comparison import ComparedKpi, Comparison
from kpi.model.language import Lang
from kpi.reports import report_cells as cells
from kpi.reports.comparison.heat_rows import YearBefore, kpis_by_difference
from kpi.reports.report_content import ReportCell, ReportColumn, ReportRow, ReportTable

ALWAYS = ("value", "beaten", "verdict")
WIDTH = 1.6


def heat_data(found: Comparison, names: Sequence[str], lang: Lang, year_before: YearBefore) -> ReportTable:
    """As ``heat_rows``, for who computes with it. Before and after, and the year before, have columns where known.

    ``names`` are the candidates' as the page shows them.
    """
    known = [value for one in found.candidates for value in one.evaluation.application.values.values()]
    parts = [*ALWAYS, *(("before", "after") if any(value.before is not None for value in known) else ())]
    parts += ["year_before"] if year_before else []
    said = [text(f"comparison_file.{part}", lang) for part in parts]
    titles = [text("page.compare.kpi", lang), text("comparison_file.code", lang)]
    titles += [f"{name} · {part}" for name in names for part in said]
    rows = [_row(found, kpi, parts, lang, year_before) for kpi in kpis_by_difference(found)]
    clause = [cells.words(text("page.compare.clause", lang)), cells.words("")]
    for one in found.candidates:
        word = cells.words(clause_word(one.evaluation.clause.verdict, lang))
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
