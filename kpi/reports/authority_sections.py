"""What reviewers and the authority read: counts, places with bounds, tests, scores and sensitivity."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.model.evaluation import Evaluation, KpiEvaluation, SensitivityRow, TestResult
from kpi.model.language import Lang
from kpi.reports import report_cells as cells
from kpi.reports.kpi_table import kpi_section
from kpi.reports.report_content import ReportCell, ReportColumn, ReportRow, ReportSection, ReportTable

_COUNTS = ("n", "size", "worse", "tied", "better", "strict", "mid", "lower", "upper")
_TESTS = ("n", "worse", "not_better", "p_value", "p_value_not", "p_value_median", "gamma", "mean", "median")


def authority_sections(answer: Evaluation, lang: Lang) -> tuple[ReportSection, ...]:
    return (
        kpi_section(
            answer,
            lang,
            lambda code: answer.kpi(code).leading_line,
            ("place", "line", "gap"),
            "report.kpis.line_authority",
        ),
        _counts(answer, lang),
        _tests(answer, lang),
        _groups(answer, lang),
        _sensitivity(answer, lang),
    )


def _compared(answer: Evaluation) -> list[KpiEvaluation]:
    return [kpi for kpi in answer.kpis if not isnan(kpi.percentile.mid)]


def _counts(answer: Evaluation, lang: Lang) -> ReportSection:
    columns = (
        _kpi_column(lang),
        *(ReportColumn(text(f"report.counts.{code}", lang), 1.0, right=True) for code in _COUNTS),
    )
    rows = tuple(_counts_row(kpi, lang) for kpi in _compared(answer))
    line = text("report.counts.line", lang, confidence=answer.policy.confidence)
    return _section("counts", line, columns, rows, lang)


def _counts_row(kpi: KpiEvaluation, lang: Lang) -> ReportRow:
    place = kpi.percentile
    counted = (kpi.peers.n, kpi.peers.industry_size, kpi.worse, kpi.tied, kpi.better)
    shares = (place.strict, place.mid, place.lower, place.upper)
    return ReportRow(
        (
            _name(kpi, lang),
            *(cells.count(one) for one in counted),
            *(cells.share(one, 1) for one in shares),
        ),
        strong=kpi.main,
    )


def _tests(answer: Evaluation, lang: Lang) -> ReportSection:
    columns = (
        _kpi_column(lang),
        ReportColumn(text("report.tests.unit", lang), 1.0),
        *(ReportColumn(text(f"report.tests.{code}", lang), 1.0, right=True) for code in _TESTS),
    )
    rows = tuple(row for kpi in _compared(answer) for row in _tests_rows(kpi, lang))
    # 1 - 0.95 is 0.05000000000000004 as a float: display only, the policy has the exact alpha.
    line = text("report.tests.line", lang, alpha=i18n.plain_number(round(1 - answer.policy.confidence, 9)))
    return _section("tests", line, columns, rows, lang)


def _tests_rows(kpi: KpiEvaluation, lang: Lang) -> Iterator[ReportRow]:
    """One for each test that the word must hold by; what is said of the peers themselves stands in the first."""
    known = catalogue().kpi(kpi.code)
    for number, test in enumerate(kpi.tests or (TestResult(kpi.tested, kpi.p_value, kpi.p_value_not),)):
        tested = test.tested
        of_peers = (
            cells.probability(kpi.p_value_median),
            cells.odds(kpi.gamma),
            cells.number(kpi.mean, known, lang, kpi.basis),
            cells.number(kpi.median, known, lang, kpi.basis),
        )
        yield ReportRow(
            (
                _name(kpi, lang),
                cells.words(text(f"report.tests.{tested.unit}", lang)),
                *(cells.count(counted) for counted in (tested.n, tested.worse, tested.not_better)),
                cells.probability(test.p_value),
                cells.probability(test.p_value_not),
                *(of_peers if number == 0 else [cells.words("") for _ in of_peers]),
            ),
            strong=kpi.main,
        )


def _groups(answer: Evaluation, lang: Lang) -> ReportSection:
    titles = ("score", "highest", "leading", "reported")
    columns = (
        ReportColumn(text("report.groups.group", lang), 2.6),
        *(ReportColumn(text(f"report.groups.{code}", lang), 1.0, right=True) for code in titles),
    )
    rows = tuple(
        ReportRow(
            (
                cells.words(catalogue().group(group.code).name.in_(lang)),
                cells.share(group.score),
                cells.share(group.highest),
                cells.count(group.leading),
                cells.count(group.reported),
            )
        )
        for group in answer.groups
    )
    return _section("groups", text("report.groups.line_authority", lang), columns, rows, lang)


def _sensitivity(answer: Evaluation, lang: Lang) -> ReportSection:
    columns = (
        ReportColumn(text("report.sensitivity.reading", lang), 4.0),
        ReportColumn(text("report.sensitivity.p_value", lang), 1.0, right=True),
        ReportColumn(text("report.sensitivity.verdict", lang), 1.6),
    )
    rows = tuple(_sensitivity_row(row, lang) for row in answer.sensitivity)
    listed = [catalogue().kpi(code).short.in_(lang) for code in answer.leading_list]
    names = text("number.list", lang).join(listed)
    form = "line" if listed else "none"
    leading = text(f"report.at_least.{form}", lang, names=names, count=answer.at_least_leading)
    table = ReportTable(columns, rows)
    lines = (leading, text("report.sensitivity.line", lang))
    return ReportSection("sensitivity", text("report.sensitivity.title", lang), lines, table)


def _sensitivity_row(row: SensitivityRow, lang: Lang) -> ReportRow:
    reading = text(f"report.sensitivity.{row.rule}", lang, quantile=row.leading_quantile, of=row.of, least=row.at_least)
    return ReportRow((cells.words(reading), cells.probability(row.p_value), cells.words(_clause(row.verdict, lang))))


def _clause(verdict: str, lang: Lang) -> str:
    return text(f"clause.{verdict}.word", lang)


def _section(
    code: str, line: str, columns: tuple[ReportColumn, ...], rows: tuple[ReportRow, ...], lang: Lang
) -> ReportSection:
    lines = (line,) if rows else (line, text("report.nothing", lang))
    return ReportSection(code, text(f"report.{code}.title", lang), lines, ReportTable(columns, rows) if rows else None)


def _kpi_column(lang: Lang) -> ReportColumn:
    return ReportColumn(text("report.kpis.kpi", lang), 2.6)


def _name(kpi: KpiEvaluation, lang: Lang) -> ReportCell:
    return cells.words(f"{kpi.code} {catalogue().kpi(kpi.code).short.in_(lang)}")
