"""The table of the 21 KPIs, which both views have: value, place, line, gap, verdict and reasons."""

from __future__ import annotations

from collections.abc import Callable

from kpi import i18n
from kpi.catalogue import Kpi, catalogue
from kpi.charts.strip_rows import StripRow, rows, verdict_text
from kpi.charts.theme import mark
from kpi.i18n import text
from kpi.model.evaluation import Answer, KpiAnswer
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseAnswer, EnterpriseKpi
from kpi.reports import report_cells as cells
from kpi.reports.drawable_evaluation import drawable
from kpi.reports.report_content import Cell, Column, Row, Section, Strip, Table

PLACE_COLUMN = 3


def kpi_section(
    answer: Answer | EnterpriseAnswer,
    lang: Lang,
    line_of: Callable[[str], float],
    titles: tuple[str, str, str],
    line: str,
) -> Section:
    """``line_of``: the line a KPI's gap is told to; ``titles``: the words over place, line and gap."""
    place, over_line, gap = titles
    columns = (
        Column(text("report.kpis.kpi", lang), 3.1),
        Column(text("report.kpis.value", lang), 1.35, right=True),
        Column(text("report.kpis.basis", lang), 0.85),
        Column(text(f"report.kpis.{place}", lang), 2.4),
        Column(text(f"report.kpis.{over_line}", lang), 1.15, right=True),
        Column(text(f"report.kpis.{gap}", lang), 1.6, right=True),
        Column(text("report.kpis.verdict", lang), 1.6),
    )
    by_code = {kpi.code: kpi for kpi in answer.kpis}
    quantile = answer.policy.leading_quantile
    shown = tuple(
        _row(row, by_code[row.code], line_of(row.code), quantile, lang) for row in rows(drawable(answer), lang)
    )
    table = Table(columns, shown, text("report.reasons", lang), PLACE_COLUMN)
    told = text(line, lang, baseline=answer.baseline.name, confidence=answer.policy.confidence)
    return Section("kpis", text("report.kpis.title", lang), (cells.clean(told),), table)


def named(kpi: Kpi, lang: Lang, *, main: bool) -> str:
    """The notice's full name behind the code, main KPIs marked as such."""
    name = f"{kpi.code} {kpi.name.in_(lang)}"
    return text("report.kpi_main", lang, name=name) if main else name


def _row(row: StripRow, kpi: KpiAnswer | EnterpriseKpi, line: float, quantile: float, lang: Lang) -> Row:
    known = catalogue().kpi(kpi.code)
    basis = f"report.basis.{kpi.basis or 'none'}"
    strip = Strip(row.mark, row.low, row.high, quantile, _symbol(row), row.open, cells.tone(row.verdict))
    return Row(
        cells=(
            cells.words(named(known, lang, main=kpi.main)),
            _value(kpi, known, lang),
            cells.words(text(basis, lang)),
            _place(kpi, row) if row.drawn else Cell(i18n.NOTHING),
            cells.number(line, known, lang),
            cells.gap(kpi.gap_to_line, known, lang),
            cells.verdict(row.verdict, verdict_text(row, lang)),
        ),
        # The verdict's own word already says "not released yet".
        notes=tuple(cells.clean(i18n.reason(reason, lang)) for reason in kpi.reasons if reason.code != "not_released"),
        band=catalogue().group(known.group).name.in_(lang),
        strong=kpi.main,
        strip=strip if row.drawn else None,
    )


def _value(kpi: KpiAnswer | EnterpriseKpi, known: Kpi, lang: Lang) -> Cell:
    if kpi.state == "not_applicable":
        return Cell(i18n.verdict_word("not_applicable", lang).word)
    return cells.number(kpi.value, known, lang, kpi.basis)


def _place(kpi: KpiAnswer | EnterpriseKpi, row: StripRow) -> Cell:
    """In words with its range; the number behind is the mid-rank or the estimate, none for a bare bracket."""
    value = kpi.percentile.mid if isinstance(kpi, KpiAnswer) else kpi.place.estimate
    return Cell(row.place, value)


def _symbol(row: StripRow) -> str:
    return mark(row.verdict, "light").symbol.removesuffix("-open")
