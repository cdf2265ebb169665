"""The comparison to take away as a workbook, on paper, as a page, and as a picture; each made when it is asked for."""

from __future__ import annotations

from kpi.model.times import now
from kpi.reports.as_pdf import comparison_pdf
from kpi.reports.comparison import comparison_picture, comparison_report, comparison_xlsx
from kpi.reports.content import Taken
from kpi.reports.files import chart_png, write_content
from kpi.services.reviewer.candidates import SideBySide
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.data_files import page_link
from pages.widgets.downloads import Offered, offer_files


def offer_comparison(context: PageContext, beside: SideBySide) -> None:
    """Whose figures a file holds stands in the trail."""
    found, before, lang = beside.comparison, beside.year_before, context.lang
    application = found.first.application
    codes = " ".join(one.evaluation.application.credit_code for one in found.candidates)
    link = page_link()
    files = [
        Offered(".xlsx", translate("compare.download_xlsx"), lambda: comparison_xlsx(found, lang, before)),
        Offered(".pdf", translate("download.pdf"), lambda: comparison_pdf(found, lang, before)),
        Offered(".docx", translate("download.docx"), lambda: _written(beside, context, ".docx", link)),
        Offered(".html", translate("download.html"), lambda: _written(beside, context, ".html", link)),
        Offered(".png", translate("compare.download_png"), lambda: chart_png(comparison_picture(found, lang))),
        Offered(".svg", translate("compare.download_svg"), lambda: comparison_picture(found, lang).encode()),
    ]
    offer_files(
        context,
        translate("compare.download"),
        "comparison",
        f"{application.year} {codes}",
        translate("compare.file_name", year=application.year),
        files,
    )


def _written(beside: SideBySide, context: PageContext, suffix: str, link: str) -> bytes:
    taken = Taken(now(), link)
    report = comparison_report(beside.comparison, context.lang, taken, beside.year_before, paged=suffix == ".docx")
    return write_content(report, f"x{suffix}")
