"""The comparison as a report for every writer: the same words and figures as its page and its paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kpi.charts.as_svg import as_svg
from kpi.charts.strip_comparison import candidate_names, strip_comparison
from kpi.i18n import text
from kpi.model.comparison import Comparison
from kpi.model.language import Lang
from kpi.reports.comparison.comparison_words import comparison_words, parted_strip
from kpi.reports.comparison.heat_rows import YearBefore
from kpi.reports.data.page_report import About, Taken, page_report
from kpi.reports.report_cells import share, words
from kpi.reports.report_content import (
    LabelledLine,
    Report,
    ReportCell,
    ReportColumn,
    ReportRow,
    ReportSection,
    ReportTable,
    SectionChart,
)

FIRST, OTHER = 2.4, 1.6
"""Widths: the names, and what is said of each."""


def comparison_report(
    found: Comparison, lang: Lang, taken: Taken, year_before: YearBefore, *, paged: bool = False
) -> Report:
    """``paged``: for paper, where the strip is parted into pictures of a page's size."""
    said = comparison_words(found, lang, year_before)
    answer = found.first
    listed = text("number.list", lang).join(candidate_names([one.evaluation for one in found.candidates]))
    about = About(
        title=said["title"],
        finding=said["answer"],
        baseline=answer.baseline,
        policy=answer.policy,
        facts=[
            LabelledLine(text("comparison_file.reference_size", lang), str(found.reference_size)),
            LabelledLine(text("comparison_file.seed", lang), str(found.seed)),
        ],
        filters=[LabelledLine(text("comparison_file.candidate", lang), listed)],
        kpis=[kpi.code for kpi in found.kpis],
        withheld=said["no_verdict"],
    )
    return page_report(about, _sections(found, said, lang, paged=paged), lang, taken)


def _sections(found: Comparison, said: Mapping[str, Any], lang: Lang, *, paged: bool) -> list[ReportSection]:
    order = _table(said["order_columns"], said["order_rows"])
    heat = _table(said["heat_columns"], [[_unbroken(cell["text"]) for cell in row] for row in said["heat_rows"]])
    order_lines = (said["order_how"], *said["not_run"])
    return [
        ReportSection("order", said["order_title"], order_lines, order),
        ReportSection("places", text("page.order.shares", lang), table=_places(found, said, lang)),
        ReportSection("dominance", said["dominance_title"], points=tuple(said["dominance"])),
        parted_strip(found, lang) if paged else _whole_strip(found, lang),
        ReportSection("heat", said["heat_title"], (said["heat_how"],), heat),
    ]


def _whole_strip(found: Comparison, lang: Lang) -> ReportSection:
    strip = strip_comparison([one.evaluation for one in found.candidates], lang, titled=False)
    return ReportSection("strip", text("page.compare.strip", lang), charts=(SectionChart(as_svg(strip), strip.alt),))


def _unbroken(cell: str) -> str:
    """A letter of a tie stays with the sign behind it."""
    return cell.replace(" ≈ ", "\u00a0≈ ")


def _places(found: Comparison, said: Mapping[str, Any], lang: Lang) -> ReportTable:
    """How often each comes to each place, over all draws."""
    places = range(1, len(found.candidates) + 1)
    rows: list[list[ReportCell]] = []
    for at, bar in zip(found.order, said["bars"], strict=True):
        shares = found.candidates[at].acceptability
        rows.append([words(bar["name"]), *(share(one) for one in shares)])
    return _table([text("page.order.column_place", lang), *map(str, places)], rows)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str | ReportCell]]) -> ReportTable:
    return ReportTable(
        tuple(ReportColumn(title, OTHER if at else FIRST) for at, title in enumerate(columns)),
        tuple(ReportRow(tuple(words(cell) if isinstance(cell, str) else cell for cell in row)) for row in rows),
    )
