"""The list for publicity and the final list of a year, as a workbook or a Word document: always in Chinese."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Literal

import docx  # noqa: F401 - the package before its parts (tests/house/test_imports.py)
import xlsxwriter
from docx.document import Document as DocumentType
from xlsxwriter.worksheet import Worksheet

from kpi.i18n import long_date, text
from kpi.model.programme import ObjectionOutcome
from kpi.model.times import year_end
from kpi.reports.docx_formatting import cell_margins, page_number, repeat, whole
from kpi.reports.forms.form_page import (
    CELL_MARGINS,
    TITLE_SIZE,
    add_line,
    as_bytes,
    form_document,
    set_widths,
    write_cell,
)
from kpi.reports.report_cells import clean

PublicListKind = Literal["publicity", "final"]
COLUMNS = ("place", "factory", "enterprise", "industry", "body")
WIDTHS, HANDLED_WIDTHS = (12, 48, 56, 26, 32), (12, 42, 46, 40, 34)
"""In millimetres."""
SIZE, ROW_HEIGHT, FONT = 11.0, 30, "仿宋_GB2312"
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


@dataclass(frozen=True, slots=True)
class PublicList:
    """In the order given. ``warning`` stands at the head of each page, for fictitious data."""

    kind: PublicListKind
    year: int
    entries: Sequence[PublicEntry]
    warning: str = ""
    objections: Sequence[PublicObjection] = ()

    @property
    def title(self) -> str:
        return list_title(self.kind, self.year)


def public_list(suffix: str, content: PublicList) -> bytes:
    """The list, and below it how objections came out, where there were any."""
    return LIST_FORMS[suffix](content)


def list_title(kind: PublicListKind, year: int) -> str:
    return text(f"public_list.{kind}", "zh", year=year)


def _heads(columns: Sequence[str]) -> list[str]:
    return [text(f"public_list.column_{column}", "zh") for column in columns]


def _rows(entries: Sequence[PublicEntry]) -> list[list[str]]:
    return _numbered([(one.factory, one.enterprise, one.industry, one.body) for one in entries])


def _handled(content: PublicList) -> list[list[str]]:
    """An upheld objection takes the factory off the list; where it stands there all the same, that is not said."""
    return _numbered(
        [
            (
                one.factory,
                one.enterprise,
                long_date(one.answered_on, "zh"),
                text(
                    f"public_list.outcome_{one.outcome}{'' if one.on_list or one.outcome != 'upheld' else '_off'}", "zh"
                ),
            )
            for one in content.objections
        ]
    )


def _numbered(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[str(place), *map(clean, row)] for place, row in enumerate(rows, start=1)]


def _docx(content: PublicList) -> bytes:
    document = form_document(content.title, content.year, content.warning)
    page_number(document.sections[0].footer.paragraphs[0])
    add_line(document, content.title, TITLE_SIZE, heading=True, centred=True)
    _docx_table(document, COLUMNS, WIDTHS, _rows(content.entries))
    add_line(document, text("public_list.count", "zh", count=len(content.entries)), SIZE)
    if content.objections:
        add_line(document, text("public_list.objections", "zh"), TITLE_SIZE, heading=True)
        _docx_table(document, HANDLED, HANDLED_WIDTHS, _handled(content))
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
        listed = _xlsx_sheet(book, named, content.title, content.warning, COLUMNS, WIDTHS, _rows(content.entries))
        below = book.add_format({"font_name": FONT, "font_size": SIZE})
        count = text("public_list.count", "zh", count=len(content.entries))
        listed.write_string(2 + len(content.entries), 0, count, below)
        if content.objections:
            title = text("public_list.objections", "zh")
            _xlsx_sheet(book, title, title, content.warning, HANDLED, HANDLED_WIDTHS, _handled(content))
    return out.getvalue()


def _xlsx_sheet(
    book: xlsxwriter.Workbook,
    name: str,
    title: str,
    warning: str,
    columns: Sequence[str],
    widths: Sequence[float],
    rows: Sequence[Sequence[str]],
) -> Worksheet:
    sheet = book.add_worksheet(name)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    if warning:
        # "&" starts a code in a header; doubled it is literal.
        sheet.set_header("&C" + warning.replace("&", "&&"))
    plain = {"font_name": FONT, "font_size": SIZE, "valign": "vcenter", "align": "center"}
    heading = book.add_format(plain | {"font_name": "黑体", "font_size": TITLE_SIZE})
    head = book.add_format(plain | {"border": 1, "bold": True, "text_wrap": True})
    cell = book.add_format(plain | {"border": 1, "text_wrap": True})
    sheet.merge_range(0, 0, 0, len(columns) - 1, title, heading)
    sheet.set_row(0, ROW_HEIGHT)
    for at, row in enumerate((_heads(columns), *rows), start=1):
        for place, words in enumerate(row):
            sheet.write_string(at, place, words, cell if at > 1 else head)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width * CHARACTERS_OF_A_MILLIMETRE)
    return sheet


LIST_FORMS: Mapping[str, Callable[[PublicList], bytes]] = {
    ".xlsx": _xlsx,
    ".docx": _docx,
}
"""Extension -> the function that writes it."""
