"""A report's words read back out of its bytes, form by form."""

from __future__ import annotations

import subprocess
from html.parser import HTMLParser
from io import BytesIO

import openpyxl
from docx import Document

from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView
from kpi.reports.report_file import write_report
from tests.programs import needed

FORMS = (".html", ".xlsx", ".docx", ".pdf")
_READ: dict[tuple[int, Lang, str], tuple[Evaluation | EnterpriseView, str]] = {}


def words(answer: Evaluation | EnterpriseView, lang: Lang, form: str) -> str:
    """All text of the form, no-break spaces as plain ones. A report is made and read once for all tests."""
    # An answer holds dicts and has no hash: it is known by its identity, and kept, lest another take its place.
    known = _READ.get((id(answer), lang, form))
    if known is None:
        known = _READ[id(answer), lang, form] = answer, _READERS[form](answer, lang).replace("\u00a0", " ")
    return known[1]


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
    """What a reader of the PDF can select and copy: the pages' text, and their running heads and feet after it.

    So a text that goes on over the page is found whole. Read by poppler, which knows nothing of how it was made.
    """
    return pdf_words(write_report(answer, lang, "x.pdf"))


def pdf_words(data: bytes) -> str:
    """The text of a PDF, its running heads and feet last."""
    pages = [sheet.strip().splitlines() for sheet in pdf_pages(data)]
    body = [line for lines in pages for line in lines[1:-1]]
    return "\n".join(body + [line for lines in pages for line in (lines[0], lines[-1])]).replace("\u00a0", " ")


def pdf_pages(data: bytes) -> list[str]:
    """The text of each page that has any."""
    read = subprocess.run([needed("pdftotext"), "-raw", "-enc", "UTF-8", "-", "-"], input=data, capture_output=True)
    assert (read.returncode, read.stderr) == (0, b"")
    return [sheet for sheet in read.stdout.decode().split("\f") if sheet.strip()]


_READERS = {".html": _html, ".xlsx": _xlsx, ".docx": _docx, ".pdf": _pdf}
