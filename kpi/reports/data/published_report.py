"""The published figures of an industry as a table, with what goes with it: the same for everybody."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.model.evaluation import Reason
from kpi.model.language import Lang
from kpi.model.publication import PublishedCell, PublishedTable
from kpi.reports.data.as_csv import as_csv
from kpi.reports.data.page_report import About, Taken, page_report
from kpi.reports.report_cells import number, words
from kpi.reports.report_content import LabelledLine, ReportCell, ReportColumn, ReportRow, ReportSection, ReportTable

FIGURES = ("p20", "median", "mean", "p80")
NUMBERS = range(1, len(FIGURES) + 2)
"""The columns of figures and band, behind the first."""


def published_findings(table: PublishedTable, lang: Lang) -> str:
    """Of how many KPIs a line is published, and of how many nothing is."""
    lines = sum(isfinite(cell.p80) for cell in table.cells)
    nothing = sum(not any(isfinite(getattr(cell, name)) for name in FIGURES) for cell in table.cells)
    key = "sentence" if nothing else "sentence_all"
    industry = i18n.catalogue_name(table.industry, lang)
    return text(f"page.benchmarks.{key}", lang, industry=industry, of=len(table.cells), lines=lines, nothing=nothing)


def figure_columns(cells: Iterable[PublishedCell], lang: Lang) -> list[str]:
    """The titles of each one's ``figure_row``."""
    at = i18n.published_at(cells)
    titles = [text(f"page.detail.{name}", lang, **at) for name in (*FIGURES, "band")]
    return [*titles, text("page.benchmarks.note", lang)]


def figure_row(table: PublishedTable, cell: PublishedCell, lang: Lang) -> list[ReportCell]:
    """What is published of a KPI, and why not all of it is."""
    known, basis = catalogue().kpi(cell.kpi), table.bases.get(cell.kpi)
    figures = [number(getattr(cell, name), known, lang, basis) for name in FIGURES]
    band = cell.band.replace("-", " – ") if cell.band else i18n.NO_NUMBER
    return [*figures, words(band), words(_note(cell, lang))]


def rows_of_published(table: PublishedTable, lang: Lang) -> list[list[ReportCell]]:
    """A row a KPI, in the annex's order, below the KPI's name and ``figure_columns``."""
    return [
        [words(f"{cell.kpi} {catalogue().kpi(cell.kpi).short.in_(lang)}"), *figure_row(table, cell, lang)]
        for cell in table.cells
    ]


def how_published(cells: Iterable[PublishedCell], leading_quantile: float, lang: Lang) -> str:
    """At which percentiles they are, how they are rounded and withheld; and that verdicts use another line, if so."""
    known = list(cells)
    how = text("page.benchmarks.how", lang, **i18n.published_at(known))
    return " ".join(filter(None, [how, i18n.other_line(known, leading_quantile, lang)]))


def about_published(table: PublishedTable, lang: Lang) -> About:
    """What goes with the table where it leaves."""
    industry = i18n.catalogue_name(table.industry, lang)
    return About(
        title=text("page.title.benchmarks", lang),
        subject=industry,
        finding=published_findings(table, lang),
        baseline=table.baseline,
        filters=[
            LabelledLine(text("page.benchmarks.industry", lang), industry),
            LabelledLine(text("page.benchmarks.year", lang), str(table.baseline.year)),
        ],
        kpis=[cell.kpi for cell in table.cells],
        withheld=how_published(table.cells, table.leading_quantile, lang),
    )


def published_csv(table: PublishedTable, lang: Lang, taken: Taken, *, bom: bool) -> bytes:
    """The table as ``as_csv`` writes it, definitions and source below the data."""
    titles = [text("page.benchmarks.kpi", lang), *figure_columns(table.cells, lang)]
    columns = tuple(ReportColumn(title, 1.0, right=at in NUMBERS) for at, title in enumerate(titles))
    rows = tuple(ReportRow(tuple(cells)) for cells in rows_of_published(table, lang))
    counted = text("page.carried.rows_all", lang, rows=len(rows))
    section = ReportSection("table", text("carried.sheet", lang), table=ReportTable(columns, rows))
    return as_csv(page_report(about_published(table, lang), [section], lang, taken, counted), bom=bom)


def _note(cell: PublishedCell, lang: Lang) -> str:
    if cell.withheld:
        return i18n.reason_text(Reason(cell.withheld), lang)
    return "" if isfinite(cell.p80) else text("page.benchmarks.median_only", lang)
