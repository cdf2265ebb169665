"""The list for publicity and the final list of a year, and what a body hands in, packed: always in Chinese."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO, StringIO
from pathlib import Path
from typing import Literal, NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import docx  # noqa: F401 - the package before its parts (tests/house/test_imports.py)
import xlsxwriter
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from xlsxwriter.worksheet import Worksheet

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import long_date, text
from kpi.intake.lists import award_headings, award_tiers
from kpi.model.application import Application, DocumentKind
from kpi.model.claims import final_list
from kpi.model.language import Text
from kpi.model.programme import ObjectionOutcome
from kpi.model.times import year_end
from kpi.reports.as_docx import cell_margins, page_number, repeat, whole
from kpi.reports.as_xlsx import table_csv
from kpi.reports.content import clean
from kpi.reports.forms import (
    FORM_PAGE_CELL_MARGINS as CELL_MARGINS,
)
from kpi.reports.forms import (
    FORMS,
    TITLE_SIZE,
    add_line,
    annex3_docx,
    annex5,
    as_bytes,
    form_document,
    set_widths,
    write_cell,
)

# The list for publicity and the final list of a year, as a workbook or a Word document: always in Chinese.


PublicListKind = Literal["publicity", "final"]
COLUMNS = ("place", "factory", "enterprise", "industry", "body")
WIDTHS, HANDLED_WIDTHS = (12, 48, 56, 26, 32), (12, 42, 46, 40, 34)
"""In millimetres."""
SIZE, ROW_HEIGHT, LEAD_HEIGHT, FONT = 11.0, 30, 45, "仿宋_GB2312"
CHARACTERS_OF_A_MILLIMETRE = 0.5


HANDLED = ("place", "factory", "enterprise", "answered_on", "outcome")


@dataclass(frozen=True, slots=True)
class PublicObjection:
    """How an objection to a factory came out. ``on_list``: it stands on the list all the same."""

    factory: str
    enterprise: str
    answered_on: date
    outcome: ObjectionOutcome
    on_list: bool


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """One factory of the list, by its own words and the notice's."""

    factory: str
    enterprise: str
    industry: str
    body: str
    credit_code: str


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """What a list carries beside the factories: its publicity, whom to write to, and the day on which it is issued.

    What is empty is a line to be filled in by hand, which says so. The office itself is that of the programme's notice.
    """

    publicity_from: date | None = None
    publicity_to: date | None = None
    issued_on: date | None = None
    address: str = ""
    telephone: str = ""
    mailbox: str = ""


@dataclass(frozen=True, slots=True)
class PublicList:
    """In the order given. ``warning`` stands at the head of each page, for fictitious data."""

    kind: PublicListKind
    year: int
    entries: Sequence[PublicEntry]
    warning: str = ""
    objections: Sequence[PublicObjection] = ()
    notice: PublicNotice = PublicNotice()

    @property
    def title(self) -> str:
        return list_title(self.kind, self.year)

    @property
    def lead(self) -> str:
        """What is made public, and how long: it stands above the factories."""
        first, last = self.notice.publicity_from, self.notice.publicity_to
        period = {
            "first": long_date(first, "zh") if first else _blank(),
            "last": long_date(last, "zh") if last else _blank(),
        }
        words = text(f"public_list.period{'' if first and last else '_not_set'}", "zh", **period)
        return text(f"public_list.lead_{self.kind}", "zh", year=self.year, count=len(self.entries), period=words)

    @property
    def contact(self) -> list[str]:
        """How and to whom one writes about the list: it stands below the factories."""
        given = {name: getattr(self.notice, name) for name in ("address", "telephone", "mailbox")}
        lines = [
            text(f"public_list.{name}", "zh", words=clean(said) or text("public_list.to_fill_in", "zh", blank=_blank()))
            for name, said in given.items()
        ]
        return [text(f"public_list.write_{self.kind}", "zh"), *lines]

    @property
    def issue(self) -> list[str]:
        """Who issues it, and when: its last lines."""
        day = self.notice.issued_on
        return [catalogue().notice.office.zh, long_date(day, "zh") if day else text("public_list.issued_blank", "zh")]


def _blank() -> str:
    return text("public_list.blank", "zh")


def public_list(suffix: str, content: PublicList) -> bytes:
    """The list, and below it how objections came out, where there were any."""
    return LIST_FORMS[suffix](content)


def list_title(kind: PublicListKind, year: int) -> str:
    return text(f"public_list.{kind}", "zh", year=year)


def _heads(columns: Sequence[str]) -> list[str]:
    return [text(f"public_list.column_{column}", "zh") for column in columns]


def _rows(entries: Sequence[PublicEntry]) -> list[list[str]]:
    return _numbered([(entry.factory, entry.enterprise, entry.industry, entry.body) for entry in entries])


def _handled(content: PublicList) -> list[list[str]]:
    return _numbered(
        [
            (said.factory, said.enterprise, long_date(said.answered_on, "zh"), _outcome(said))
            for said in content.objections
        ]
    )


def _outcome(objection: PublicObjection) -> str:
    """An upheld objection takes the factory off the list; where it stands there all the same, that is not said."""
    off = "_off" if objection.outcome == "upheld" and not objection.on_list else ""
    return text(f"public_list.outcome_{objection.outcome}{off}", "zh")


def _numbered(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[str(place), *map(clean, row)] for place, row in enumerate(rows, start=1)]


def _csv(content: PublicList) -> bytes:
    """As the list of awards is imported, in this installation or another (``kpi.intake.lists.read_awarded``)."""
    tier, year, source = award_tiers()[0], str(content.year), final_list(content.year)
    if content.warning:  # a table has no head of page: it goes with each row, into whichever list takes it
        source = text("public_list.source_warned", "zh", source=source, warning=content.warning)
    rows = [
        # Who has no factory's name is awarded by its enterprise's, as by the listing.
        [item.credit_code, item.factory or item.enterprise, tier, year, source, item.body]
        for item in content.entries
    ]
    return table_csv(content.title, award_headings(), rows)


def _docx(content: PublicList) -> bytes:
    document = form_document(content.title, content.year, content.warning)
    page_number(document.sections[0].footer.paragraphs[0])
    add_line(document, content.title, TITLE_SIZE, heading=True, centred=True)
    add_line(document, content.lead, SIZE)
    _docx_table(document, COLUMNS, WIDTHS, _rows(content.entries))
    add_line(document, text("public_list.count", "zh", count=len(content.entries)), SIZE)
    if content.objections:
        add_line(document, text("public_list.objections", "zh"), TITLE_SIZE, heading=True)
        _docx_table(document, HANDLED, HANDLED_WIDTHS, _handled(content))
    for line in ("", *content.contact, "", *content.issue):
        add_line(document, line, SIZE)
        document.paragraphs[-1].paragraph_format.keep_with_next = True
    for paragraph in document.paragraphs[-len(content.issue) :]:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return as_bytes(document)


def _docx_table(
    document: DocumentType, columns: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]]
) -> None:
    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    cell_margins(table, *CELL_MARGINS)
    repeat(table.rows[0])
    for cell, head in zip(table.rows[0].cells, _heads(columns), strict=True):
        write_cell(cell, head, SIZE, centred=True, bold=True)
    for texts in rows:
        for cell, words in zip(table.add_row().cells, texts, strict=True):
            write_cell(cell, words, SIZE, centred=True)
    set_widths(table, widths)
    for row in table.rows:
        whole(row)


def _xlsx(content: PublicList) -> bytes:
    out = BytesIO()
    # A name that starts with "=" stays a name.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {
                "title": content.title,
                "comments": content.warning,
                "created": datetime.combine(year_end(content.year), time()),
            }
        )
        named = text(f"public_list.sheet_{content.kind}", "zh")
        heads = (content.title, content.lead)
        listed = _xlsx_sheet(book, named, heads, content.warning, COLUMNS, WIDTHS, _rows(content.entries))
        below = book.add_format({"font_name": FONT, "font_size": SIZE})
        issued = book.add_format({"font_name": FONT, "font_size": SIZE, "align": "right"})
        row = len(heads) + 1 + len(content.entries)
        count = text("public_list.count", "zh", count=len(content.entries))
        for at, line in enumerate((count, "", *content.contact, ""), start=row):
            listed.write_string(at, 0, line, below)
        row += len(content.contact) + 3
        for at, line in enumerate(content.issue, start=row):
            listed.write_string(at, len(COLUMNS) - 1, line, issued)
        if content.objections:
            title = text("public_list.objections", "zh")
            _xlsx_sheet(book, title, (title,), content.warning, HANDLED, HANDLED_WIDTHS, _handled(content))
    return out.getvalue()


def _xlsx_sheet(
    book: xlsxwriter.Workbook,
    name: str,
    heads: Sequence[str],
    warning: str,
    columns: Sequence[str],
    widths: Sequence[float],
    rows: Sequence[Sequence[str]],
) -> Worksheet:
    """``heads``: the title, and what is said below it, above the table."""
    sheet = book.add_worksheet(name)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(len(heads))
    if warning:
        # "&" starts a code in a header; doubled it is literal.
        sheet.set_header("&C" + warning.replace("&", "&&"))
    plain = {"font_name": FONT, "font_size": SIZE, "valign": "vcenter", "align": "center"}
    heading = book.add_format(plain | {"font_name": "黑体", "font_size": TITLE_SIZE})
    head = book.add_format(plain | {"border": 1, "bold": True, "text_wrap": True})
    cell = book.add_format(plain | {"border": 1, "text_wrap": True})
    lead = book.add_format(plain | {"align": "left", "text_wrap": True})
    for at, words in enumerate(heads):
        sheet.merge_range(at, 0, at, len(columns) - 1, words, lead if at else heading)
        sheet.set_row(at, LEAD_HEIGHT if at else ROW_HEIGHT)
    for at, row in enumerate((_heads(columns), *rows), start=len(heads)):
        for place, words in enumerate(row):
            sheet.write_string(at, place, words, cell if at > len(heads) else head)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width * CHARACTERS_OF_A_MILLIMETRE)
    return sheet


LIST_FORMS: Mapping[str, Callable[[PublicList], bytes]] = {
    ".xlsx": _xlsx,
    ".docx": _docx,
    ".csv": _csv,
}
"""Extension -> the function that writes it. The table is of awards: of a final list alone."""


# The package for sending as one ZIP: annex 5, each candidate's annexes 3 and 4 and self-assessment, and a manifest.


MANIFEST, SHA256_DIGITS = "manifest.csv", 64
NAMES: Mapping[DocumentKind, str] = {"report": "申报书.docx", "self_assessment": "自评估报告.pdf"}
ANNEX_3, ANNEX_5 = "申报单位信息表.docx", "推荐汇总表"


class PackageItem(NamedTuple):
    """One candidate's application and the originals attached to it."""

    application: Application
    documents: Mapping[DocumentKind, Path]


def package_zip(body: str, year: int, items: Sequence[PackageItem], warning: str = "") -> bytes:
    """The same bytes for the same list; ``manifest.csv`` names each file with its size and SHA-256.

    Folders are called by place and credit code: a factory's name could hold what no file system takes.
    """
    out = BytesIO()
    rows: list[tuple[str, int, str]] = []
    with ZipFile(out, "w", ZIP_STORED) as package:
        for name, content in _contents(body, year, items, warning):
            data = content if isinstance(content, bytes) else content.read_bytes()
            _add(package, name, data)
            rows.append((name, len(data), hashlib.sha256(data).hexdigest()))
        _add(package, MANIFEST, _manifest(rows))
    return out.getvalue()


def package_bytes(body: str, year: int, items: Sequence[PackageItem], warning: str = "") -> int:
    """The size of what ``package_zip`` gives: the forms are made for it, the originals only measured."""
    sizes = [
        (name, len(content) if isinstance(content, bytes) else content.stat().st_size)
        for name, content in _contents(body, year, items, warning)
    ]
    manifest = _manifest([(name, size, "0" * SHA256_DIGITS) for name, size in sizes])
    empty = BytesIO()
    with ZipFile(empty, "w", ZIP_STORED) as package:
        for name in (*(name for name, _ in sizes), MANIFEST):
            _add(package, name, b"")
    return len(empty.getvalue()) + sum(size for _, size in sizes) + len(manifest)


def _contents(body: str, year: int, items: Sequence[PackageItem], warning: str) -> Iterator[tuple[str, bytes | Path]]:
    """Each file's name, and the form itself or where the original lies."""
    known = catalogue()
    for extension in FORMS:
        name = f"{_numbered_as(known.annex5.number, ANNEX_5)}{extension}"
        yield name, annex5(name, body, year, [package.application for package in items], warning)
    for place, item in enumerate(items, start=1):
        folder = f"{place:02}-{item.application.credit_code}"
        yield f"{folder}/{_numbered_as(known.annex3.number, ANNEX_3)}", annex3_docx(item.application, warning)
        for kind, path in item.documents.items():
            yield f"{folder}/{_numbered_as(known.annex4.number, NAMES[kind])}", path


def _numbered_as(number: Text, name: str) -> str:
    """The file's name after the annex that the notice calls its form, where it numbers its forms."""
    annex = number.zh.replace(" ", "")
    return f"{annex}-{name}" if annex.startswith("附件") else name


def _add(package: ZipFile, name: str, data: bytes) -> None:
    # A fixed date, else the same list would be another file; everything large is compressed already.
    package.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)


def _manifest(rows: Sequence[tuple[str, int, str]]) -> bytes:
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows([("path", "bytes", "sha256"), *rows])
    return out.getvalue().encode("utf-8-sig")
