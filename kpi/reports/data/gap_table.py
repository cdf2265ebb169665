"""The table of the way to leading with its numbers unrounded: texts as the page shows them."""

from __future__ import annotations

from math import isfinite

from kpi.charts.gap_rows import gap_table
from kpi.model.language import Lang
from kpi.model.publication import GapAnalysis, KpiGap
from kpi.reports.report_cells import clean
from kpi.reports.report_content import ReportCell, ReportColumn, ReportRow, ReportTable

WIDTHS = (2.6, 1.3, 1.3, 1.3, 1.3, 1.3, 1.4, 2.6)


def gap_report_table(way: GapAnalysis, lang: Lang) -> ReportTable:
    """A row a KPI, the nearest to its line first."""
    rows = gap_table(way, lang)
    numbers = range(1, len(WIDTHS) - 1)
    columns = [
        ReportColumn(title, width, right=at in numbers)
        for at, (title, width) in enumerate(zip(rows[0], WIDTHS, strict=True))
    ]
    return ReportTable(
        tuple(columns),
        tuple(
            ReportRow(_cells(kpi, list(row.values())), strong=kpi.main) for kpi, row in zip(way.kpis, rows, strict=True)
        ),
    )


def _cells(kpi: KpiGap, texts: list[str]) -> tuple[ReportCell, ...]:
    name, *shown, word = texts
    values = (kpi.value, kpi.published.median, kpi.to_median, kpi.published.p80, kpi.to_line, kpi.distance)
    numbers = [
        ReportCell(clean(text), value, "number") if isfinite(value) and _is_figure(text) else ReportCell(clean(text))
        for text, value in zip(shown, values, strict=True)
    ]
    return (ReportCell(clean(name)), *numbers, ReportCell(clean(word)))


def _is_figure(text: str) -> bool:
    """Not the word for a gap that is closed."""
    return text.removeprefix("\u2212")[:1].isdigit()
