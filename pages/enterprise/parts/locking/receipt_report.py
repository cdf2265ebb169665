"""The receipt as a report: that it was submitted, what was submitted, and the conditions as they were locked."""

from __future__ import annotations

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.publication import EnterpriseView
from kpi.reports.content import ReportCell, ReportColumn, ReportRow, ReportSection, ReportTable, number, words
from kpi.reports.evaluation import eligibility_section
from kpi.services.enterprise.lock import Receipt
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.datetime_format import format_datetime

NUMBER_LENGTH = 8
KPI_WIDTHS = (4.2, 1.4, 1.0, 2.4)


def receipt_rows(one: Receipt) -> list[list[str]]:
    """What proves the submission, a line each."""
    return [
        [translate("receipt.number"), f"{one.credit_code}-{one.year}-{one.sha256[:NUMBER_LENGTH].upper()}"],
        [translate("receipt.sha256"), one.sha256],
        [translate("receipt.locked_by"), one.locked_by],
        [translate("receipt.locked_at"), format_datetime(one.locked_at)],
    ]


def receipt_sections(context: PageContext, answer: EnterpriseView, one: Receipt) -> list[ReportSection]:
    """The proof, the 21 values as locked with their cells, the conditions."""
    columns = (ReportColumn(translate("detail.what"), 1.6), ReportColumn(translate("detail.said"), 5.0))
    rows = tuple(ReportRow(tuple(words(text) for text in row)) for row in receipt_rows(one))
    return [
        ReportSection("receipt", translate("receipt.title"), (translate("receipt.how"),), ReportTable(columns, rows)),
        ReportSection("values", translate("receipt.values"), table=_values(context, answer)),
        eligibility_section(answer, context.lang),
    ]


def _values(context: PageContext, answer: EnterpriseView) -> ReportTable:
    titles = zip(("kpi", "value", "basis", "cell"), KPI_WIDTHS, strict=True)
    columns = tuple(ReportColumn(translate(f"receipt.column_{code}"), width, code == "value") for code, width in titles)
    return ReportTable(columns, tuple(_value(context, answer, code) for code in answer.application.values))


def _value(context: PageContext, answer: EnterpriseView, code: str) -> ReportRow:
    known, value = catalogue().kpi(code), answer.application.values[code]
    shown: ReportCell
    if value.value is not None:
        shown = number(value.value, known, context.lang, value.basis)
    else:
        shown = words(
            i18n.verdict_word(
                "not_applicable" if value.state == "not_applicable" else "not_reported", context.lang
            ).word
        )
    basis = i18n.text(f"report.basis.{value.basis or 'none'}", context.lang)
    cell = str(value.cell) if value.cell else i18n.NO_NUMBER
    return ReportRow((words(f"{code} {known.name.in_(context.lang)}"), shown, words(basis), words(cell)))
