"""What an enterprise reads: published figures, estimates based on them, and released verdicts.

Made from the reduced view only (method 5), so nothing else can be printed.
"""

from __future__ import annotations

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseKpiView, EnterpriseView, peers_basis
from kpi.reports import report_cells as cells
from kpi.reports.kpi_table import kpi_section
from kpi.reports.report_content import ReportColumn, ReportRow, ReportSection, ReportTable

_PUBLISHED = ("band", "p20", "median", "mean", "p80", "step")


def enterprise_sections(answer: EnterpriseView, lang: Lang) -> tuple[ReportSection, ...]:
    return (
        kpi_section(
            answer,
            lang,
            lambda code: answer.kpi(code).published.p80,
            ("place_estimated", "p80", "gap_estimated"),
            "report.kpis.line_enterprise",
            _published_at(answer),
        ),
        _published(answer, lang),
        _groups(answer, lang),
    )


def _published_at(answer: EnterpriseView) -> dict[str, tuple[float, ...]]:
    return i18n.published_at(kpi.published for kpi in answer.kpis)


def _published(answer: EnterpriseView, lang: Lang) -> ReportSection:
    columns = (
        ReportColumn(text("report.kpis.kpi", lang), 3.0),
        *(
            ReportColumn(text(f"report.published.{code}", lang, **_published_at(answer)), 1.0, right=True)
            for code in _PUBLISHED
        ),
    )
    rows = tuple(_published_row(kpi, lang) for kpi in answer.kpis)
    table = ReportTable(columns, rows, text("report.reasons", lang))
    other = i18n.other_line((kpi.published for kpi in answer.kpis), answer.policy.leading_quantile, lang)
    lines = (text("report.published.line", lang), *filter(None, [other]))
    return ReportSection("published", text("report.published.title", lang), lines, table)


def _published_row(kpi: EnterpriseKpiView, lang: Lang) -> ReportRow:
    known, published = catalogue().kpi(kpi.code), kpi.published
    figures = (published.p20, published.median, published.mean, published.p80, published.step)
    withheld = (text(f"reason.{published.withheld}.plain", lang),) if published.withheld else ()
    return ReportRow(
        (
            cells.words(f"{kpi.code} {known.short.in_(lang)}"),
            cells.words((published.band or i18n.NO_NUMBER).replace("-", "–")),
            *(cells.number(one, known, lang, peers_basis(kpi)) for one in figures),
        ),
        notes=withheld,
        strong=kpi.main,
    )


def _groups(answer: EnterpriseView, lang: Lang) -> ReportSection:
    columns = (
        ReportColumn(text("report.groups.group", lang), 2.6),
        ReportColumn(text("report.groups.score_estimated", lang), 1.2, right=True),
        ReportColumn(text("report.groups.reported", lang), 1.0, right=True),
    )
    rows = tuple(
        ReportRow(
            (
                cells.words(catalogue().group(group.code).name.in_(lang)),
                cells.share(group.score),
                cells.count(group.reported),
            )
        )
        for group in answer.groups
    )
    line = text("report.groups.line_enterprise", lang)
    return ReportSection("groups", text("report.groups.title", lang), (line,), ReportTable(columns, rows))
