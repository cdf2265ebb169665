"""The published figures of an industry's KPIs."""

from __future__ import annotations

from math import isfinite

from kpi import i18n
from kpi.catalogue.load import catalogue
from kpi.model.evaluation import Reason
from kpi.model.language import Lang
from kpi.model.publication import PublishedCell, PublishedTable
from kpi.reports.data.page_report import About
from kpi.reports.report_cells import number, words
from kpi.reports.report_content import LabelledLine, ReportCell, ReportTable
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.data_files import show_table, typed_table

FIGURES = ("p20", "median", "mean", "p80")


def published_findings(table: PublishedTable, industry: str) -> str:
    """Of how many KPIs a line is published, and of how many nothing is."""
    lines = sum(isfinite(cell.p80) for cell in table.cells)
    nothing = sum(not any(isfinite(getattr(cell, name)) for name in FIGURES) for cell in table.cells)
    key = "sentence" if nothing else "sentence_all"
    return translate(f"benchmarks.{key}", industry=industry, of=len(table.cells), lines=lines, nothing=nothing)


def show_published_table(context: PageContext, table: PublishedTable, industry: str) -> None:
    """A row a KPI, in the annex's order; one without figures says why."""
    about = about_published(table, industry)
    show_table(context, about, published_columns(table, context.lang), "published", form="stacked")


def published_columns(table: PublishedTable, lang: Lang) -> ReportTable:
    columns = [translate("benchmarks.kpi"), *(translate(f"detail.{name}") for name in (*FIGURES, "band"))]
    columns.append(translate("benchmarks.note"))
    return typed_table(columns, [_row(table, cell, lang) for cell in table.cells], numbers=range(1, 6))


def about_published(table: PublishedTable, industry: str) -> About:
    return About(
        title=translate("title.benchmarks"),
        subject=industry,
        finding=published_findings(table, industry),
        baseline=table.baseline,
        filters=[
            LabelledLine(translate("benchmarks.industry"), industry),
            LabelledLine(translate("benchmarks.year"), str(table.baseline.year)),
        ],
        kpis=[cell.kpi for cell in table.cells],
        withheld=translate("benchmarks.how"),
    )


def _row(table: PublishedTable, cell: PublishedCell, lang: Lang) -> list[str | ReportCell]:
    known, basis = catalogue().kpi(cell.kpi), table.bases.get(cell.kpi)
    figures = [number(getattr(cell, name), known, lang, basis) for name in FIGURES]
    band = cell.band.replace("-", " – ") if cell.band else i18n.NO_NUMBER
    return [f"{cell.kpi} {known.short.in_(lang)}", *figures, words(band), _note(cell, lang)]


def _note(cell: PublishedCell, lang: Lang) -> str:
    if cell.withheld:
        return i18n.reason_text(Reason(cell.withheld), lang)
    return "" if isfinite(cell.p80) else translate("benchmarks.median_only")
