"""A report's words read back out of its bytes, form by form."""

from __future__ import annotations

from html.parser import HTMLParser
from io import BytesIO

import openpyxl
import typst
from docx import Document

from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView
from kpi.reports.as_pdf import TEMPLATE, chinese_font, payload
from kpi.reports.report_builder import report_content
from kpi.reports.report_file import write_report

FORMS = (".html", ".xlsx", ".docx", ".pdf")


def words(answer: Evaluation | EnterpriseView, lang: Lang, form: str) -> str:
    """All text of the form, no-break spaces as plain ones."""
    told = _READERS[form](answer, lang)
    return told.replace("\u00a0", " ")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: list[str] = []
        self.silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's own signature
        self.tags.append(tag)
        self.silent = tag == "style"

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's own signature
        self.silent = False

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def page(html: str) -> _Text:
    read = _Text()
    read.feed(html)
    return read


def _html(answer: Evaluation | EnterpriseView, lang: Lang) -> str:
    return "\n".join(page(write_report(answer, lang, "x.html").decode()).parts)


def _xlsx(answer: Evaluation | EnterpriseView, lang: Lang) -> str:
    book = openpyxl.load_workbook(BytesIO(write_report(answer, lang, "x.xlsx")))
    return "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None)


def _docx(answer: Evaluation | EnterpriseView, lang: Lang) -> str:
    document = Document(BytesIO(write_report(answer, lang, "x.docx")))
    body = [paragraph.text for paragraph in document.paragraphs]
    tables = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    header = [paragraph.text for paragraph in document.sections[0].header.paragraphs]
    return "\n".join(body + tables + header)


def _pdf(answer: Evaluation | EnterpriseView, lang: Lang) -> str:
    """Typst's own HTML of the same template and data: a PDF's letters cannot be read without its fonts' maps."""
    told = {"report": payload(report_content(answer, lang), chinese_font())}
    html = typst.compile(TEMPLATE.read_bytes(), sys_inputs=told, format="html")
    return "\n".join(page(html.decode()).parts)


_READERS = {".html": _html, ".xlsx": _xlsx, ".docx": _docx, ".pdf": _pdf}
