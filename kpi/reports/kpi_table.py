"""The table of the 21 KPIs in both views: value, place, line, gap, verdict and reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.charts.strip_rows import StripRow, strip_rows, verdict_text
from kpi.charts.theme import verdict_mark
from kpi.i18n import text
from kpi.model.evaluation import Evaluation, KpiEvaluation
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseKpiView, EnterpriseView, peers_basis
from kpi.reports import report_cells as cells
from kpi.reports.drawable_evaluation import drawable_evaluation
from kpi.reports.report_content import ReportCell, ReportColumn, ReportRow, ReportSection, ReportTable, StripCell

PLACE_COLUMN = 3


def kpi_section(
    answer: Evaluation | EnterpriseView,
    lang: Lang,
    line_of: Callable[[str], float],
    titles: tuple[str, str, str],
    line: str,
    at: Mapping[str, tuple[float, ...]] = MappingProxyType({}),
) -> ReportSection:
    """``line_of``: the line that a KPI's gap refers to; ``titles``: the headings of place, line and gap; ``at``: the
    percentiles that they name, as ``published_at`` has them.
    """
    place, over_line, gap = titles
    columns = (
        ReportColumn(text("report.kpis.kpi", lang), 3.1),
        ReportColumn(text("report.kpis.value", lang), 1.35, right=True),
        ReportColumn(text("report.kpis.basis", lang), 0.85),
        ReportColumn(text(f"report.kpis.{place}", lang), 2.4),
        ReportColumn(text(f"report.kpis.{over_line}", lang, **at), 1.15, right=True),
        ReportColumn(text(f"report.kpis.{gap}", lang), 1.6, right=True),
        ReportColumn(text("report.kpis.verdict", lang), 1.6),
    )
    by_code = {kpi.code: kpi for kpi in answer.kpis}
    quantile = answer.policy.leading_quantile
    shown = tuple(
        _row(row, by_code[row.code], line_of(row.code), quantile, lang)
        for row in strip_rows(drawable_evaluation(answer), lang)
    )
    table = ReportTable(columns, shown, text("report.reasons", lang), PLACE_COLUMN)
    caption = text(line, lang, baseline=answer.baseline.name, confidence=answer.policy.confidence)
    return ReportSection("kpis", text("report.kpis.title", lang), (cells.clean(caption),), table)


def kpi_heading(kpi: Kpi, lang: Lang, *, main: bool) -> str:
    """The notice's full name of the code, main KPIs marked."""
    name = f"{kpi.code} {kpi.name.in_(lang)}"
    return text("report.kpi_main", lang, name=name) if main else name


def _row(row: StripRow, kpi: KpiEvaluation | EnterpriseKpiView, line: float, quantile: float, lang: Lang) -> ReportRow:
    known = catalogue().kpi(kpi.code)
    basis = f"report.basis.{kpi.basis or 'none'}"
    strip = StripCell(row.mark, row.low, row.high, quantile, _symbol(row), row.open, cells.tone(row.verdict))
    return ReportRow(
        cells=(
            cells.words(kpi_heading(known, lang, main=kpi.main)),
            _value(kpi, known, lang),
            cells.words(text(basis, lang)),
            _place(kpi, row) if row.drawn else ReportCell(i18n.NO_NUMBER),
            cells.number(line, known, lang, peers_basis(kpi)),
            cells.gap(kpi.gap_to_line, known, lang),
            cells.verdict(row.verdict, verdict_text(row, lang)),
        ),
        notes=_notes(kpi, row, lang),
        band=catalogue().group(known.group).name.in_(lang),
        strong=kpi.main,
        strip=strip if row.drawn else None,
    )


def _value(kpi: KpiEvaluation | EnterpriseKpiView, known: Kpi, lang: Lang) -> ReportCell:
    if kpi.state == "not_applicable":
        return ReportCell(i18n.verdict_word("not_applicable", lang).word)
    return cells.number(kpi.value, known, lang, kpi.basis)


def _place(kpi: KpiEvaluation | EnterpriseKpiView, row: StripRow) -> ReportCell:
    """The place with its range; the number is the mid-rank or the estimate, none for a range only."""
    value = kpi.percentile.mid if isinstance(kpi, KpiEvaluation) else kpi.place.estimate
    return ReportCell(row.place, value)


def _notes(kpi: KpiEvaluation | EnterpriseKpiView, row: StripRow, lang: Lang) -> tuple[str, ...]:
    """The value with the one reported where its basis is another, then the reasons."""
    return tuple(cells.clean(said) for said in (row.stated, *i18n.kpi_reasons(kpi, lang)) if said)


def _symbol(row: StripRow) -> str:
    return verdict_mark(row.verdict, "light").symbol.removesuffix("-open")
