"""The report as a workbook: one sheet per section, numbers as numbers, undefined ones blank with the reason beside."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO, StringIO
from math import isfinite

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kpi.charts.theme import LIGHT
from kpi.files.text import no_formula
from kpi.i18n import NO_NUMBER
from kpi.reports.content import (
    Report,
    ReportCell,
    ReportColumn,
    ReportRow,
    ReportSection,
    ReportTable,
    Tone,
    clean,
    sheet_name,
)

CHARACTERS = 9.5
"""Characters per unit of column width."""

LEAST_SHOWN = 0.0005
"""Of a share, in percent with one decimal."""

NARROWEST, LABEL_WIDTH, PROSE_WIDTH, NOTES_WIDTH = 9, 24, 96, 70
_SHOWN = re.compile(r"^[+\u2212-]?\d+(?:\.(\d+))?(?: (.+))?$")
_TONES: dict[Tone, str] = {
    "": LIGHT.ink,
    "leading": LIGHT.leading,
    "undecided": LIGHT.undecided_text,
    "plain": LIGHT.plain_text,
    "error": LIGHT.error,
}


def as_xlsx(report: Report) -> bytes:
    out = BytesIO()
    # A name that starts with "=" stays a name.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {
                "title": f"{report.heading} · {report.subject}",
                "comments": report.warning,
                "created": datetime.combine(report.as_of, time()),
            }
        )
        writer = _Writer(book, report)
        writer.first()
        for section in report.sections:
            writer.section(section)
    return out.getvalue()


@dataclass(frozen=True)
class _Writer:
    """Writes one workbook; ``look`` creates a format from its differences to plain text."""

    book: xlsxwriter.Workbook
    report: Report

    def look(self, **differences: object) -> Format:
        plain = {"font_name": "Microsoft YaHei", "font_size": 10.5, "font_color": LIGHT.ink, "valign": "top"}
        return self.book.add_format(plain | differences)

    def first(self) -> None:
        report = self.report
        sheet = self._sheet(report.first_sheet)
        sheet.set_column(0, 0, LABEL_WIDTH)
        sheet.set_column(1, 1, PROSE_WIDTH)
        muted = self.look(font_color=LIGHT.muted)
        wrapped = self.look(text_wrap=True, align="left")
        bold = self.look(text_wrap=True, bold=True, font_size=13)
        row = self._top(sheet, report.heading)
        alarm = self._alarm(text_wrap=True)
        for text, look in ((report.subject, bold), (report.view, muted), (report.warning, alarm)):
            if text:
                sheet.write_string(row, 1, text, look)
                row += 1
        sheet.write_string(row, 1, report.finding, bold)
        row += 2
        if report.clause_label:
            word = self.look(bold=True, font_size=13, font_color=_TONES[report.clause_tone])
            sheet.write_string(row, 0, report.clause_label, self.look(font_color=LIGHT.muted, text_wrap=True))
            sheet.write_string(row, 1, report.clause_word, word)
            for text in (report.clause, *report.clause_reasons):
                row += 1
                sheet.write_string(row, 1, text, wrapped)
            row += 2
        sheet.write_string(row, 0, report.provenance_title, self._heading())
        for line in report.provenance:
            row += 1
            sheet.write_string(row, 0, line.label, muted)
            sheet.write_string(row, 1, line.text, wrapped)

    def section(self, section: ReportSection) -> None:
        sheet = self._sheet(section.title)
        row = self._top(sheet, section.title)
        muted = self.look(font_color=LIGHT.muted)
        for line in section.lines:
            sheet.write_string(row, 0, line, muted)
            row += 1
        if section.table:
            self._table(sheet, section.table, row + 1)
        if section.points:
            sheet.set_column(0, 0, PROSE_WIDTH + LABEL_WIDTH)
        for point in section.points:
            sheet.write_string(row, 0, point, self.look(text_wrap=True))
            row += 1

    def _sheet(self, title: str) -> Worksheet:
        sheet = self.book.add_worksheet(sheet_name(title, self.book.sheetnames))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        if self.report.warning_short:
            # "&" starts a code in a header; doubled it is literal.
            sheet.set_header("&C" + self.report.warning_short.replace("&", "&&"))
        sheet.set_footer("&R&P / &N")
        return sheet

    def _top(self, sheet: Worksheet, title: str) -> int:
        """Write the warning, if any, and the title; return the next row."""
        row = 0
        if self.report.warning_short:
            sheet.write_string(row, 0, self.report.warning_short, self._alarm())
            row += 1
        sheet.write_string(row, 0, title, self.look(bold=True, font_size=16, font_color=LIGHT.leading))
        return row + 1

    def _table(self, sheet: Worksheet, table: ReportTable, row: int) -> None:
        self._table_head(sheet, table, row)
        band = ""
        for item in table.rows:
            if item.band and item.band != band:
                row += 1
                sheet.write_string(row, 0, item.band, self._heading(bg_color=LIGHT.grid))
            band = item.band
            row += 1
            self._row(sheet, row, item, table)

    def _table_head(self, sheet: Worksheet, table: ReportTable, row: int) -> None:
        for column, head in enumerate(table.columns):
            sheet.set_column(column, column, max(head.width * CHARACTERS, NARROWEST))
            look = self._heading(text_wrap=True, bottom=2, **_side(head, column))
            sheet.write_string(row, column, head.title, look)
        if any(item.notes for item in table.rows):
            beside = len(table.columns)
            sheet.set_column(beside, beside, NOTES_WIDTH)
            sheet.write_string(row, beside, table.notes_title, self._heading(bottom=2, indent=1))
        sheet.freeze_panes(row + 1, 1)
        sheet.repeat_rows(row)

    def _row(self, sheet: Worksheet, row: int, content: ReportRow, table: ReportTable) -> None:
        for column, (cell, head) in enumerate(zip(content.cells, table.columns, strict=True)):
            bold = cell.tone in ("leading", "error") or (content.strong and column == 0)
            look: dict[str, object] = {
                "font_color": _TONES[cell.tone],
                "bold": bold,
                "text_wrap": not head.right,
                "bottom": 1,
                "bottom_color": LIGHT.grid,
                **_side(head, column),
            }
            if cell.is_number:
                sheet.write_number(row, column, cell.value, self.look(**look, num_format=_number_format(cell)))
            elif cell.text == NO_NUMBER:
                sheet.write_blank(row, column, None, self.look(**look))
            else:
                sheet.write_string(row, column, cell.text, self.look(**look))
        if content.notes:
            look = {"font_color": LIGHT.muted, "text_wrap": True, "bottom": 1, "bottom_color": LIGHT.grid, "indent": 1}
            sheet.write_string(row, len(table.columns), "\n".join(content.notes), self.look(**look))

    def _heading(self, **differences: object) -> Format:
        return self.look(bold=True, font_color=LIGHT.muted, **differences)

    def _alarm(self, **differences: object) -> Format:
        return self.look(bold=True, font_size=12, font_color=LIGHT.error, **differences)


def _side(head: ReportColumn, column: int) -> dict[str, object]:
    """Numbers to the right; a text stands apart from a number that ends just before it."""
    return {"align": "right"} if head.right else {"align": "left", "indent": int(column > 0)}


def _number_format(cell: ReportCell) -> str:
    """The Excel number format with the same decimals, sign and unit as the text."""
    if cell.kind == "share":
        return _share_format(cell.value)
    if cell.kind == "p_value":
        return '[<0.001]"< 0.001";0.000'
    shown = _SHOWN.match(cell.text)
    decimals, unit = (shown[1] or "", shown[2]) if shown else ("", None)
    pattern = f"0.{'0' * len(decimals)}" if decimals else "0"
    pattern += f'" {unit}"' if unit else ""
    return f"+{pattern};\u2212{pattern};{pattern}" if cell.text.startswith("+") else f"{pattern};\u2212{pattern}"


def _share_format(value: float) -> str:
    """As the text: a share below 1 is never shown as 100 %, nor one above 0 as 0."""
    if 0 < value < LEAST_SHOWN:
        return '"< 0.1%"'
    return '"> 99.9%"' if 1 - LEAST_SHOWN <= value < 1 else "0.0%"


# A table as a file for a spreadsheet: CSV with a mark of its encoding, or a workbook; no cell is ever a formula.


WIDEST, PLAIN_TABLE_NARROWEST = 60, 8
"""Characters of a column."""

PlainTableRows = Sequence[Sequence[str]]


def table_csv(_title: str, columns: Sequence[str], rows: PlainTableRows) -> bytes:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([no_formula(clean(cell)) for cell in row] for row in (columns, *rows))
    return out.getvalue().encode("utf-8-sig")


def table_xlsx(title: str, columns: Sequence[str], rows: PlainTableRows) -> bytes:
    """One sheet with a filter; every cell is text."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(sheet_name(title))
        head, plain = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for at, row in enumerate((columns, *rows)):
            for place, cell in enumerate(row):
                sheet.write_string(at, place, clean(cell), plain if at else head)
        for place in range(len(columns)):
            longest = max((len(line) for row in (columns, *rows) for line in row[place].split("\n")), default=0)
            sheet.set_column(place, place, min(max(longest * 1.3, PLAIN_TABLE_NARROWEST), WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    return out.getvalue()


TABLE_FORMS: Mapping[str, Callable[[str, Sequence[str], PlainTableRows], bytes]] = {
    ".csv": table_csv,
    ".xlsx": table_xlsx,
}
"""Extension -> the function that writes it."""


# A workbook of plain sheets: numbers as numbers, undefined ones blank, texts as they are.


Written = str | float | int | None
PlainWorkbookRows = Iterable[Sequence[Written]]

FIRST_WIDTH, OTHER_WIDTH, OTHERS = 34, 16, 20


def plain_workbook(sheets: Mapping[str, PlainWorkbookRows]) -> bytes:
    """An xlsx with a sheet a name, whose first row is the heading."""
    out = BytesIO()
    # A text that starts with "=" stays a text.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        for name, rows in sheets.items():
            _sheet(book, name, rows)
    return out.getvalue()


def _sheet(book: xlsxwriter.Workbook, name: str, rows: PlainWorkbookRows) -> None:
    sheet = book.add_worksheet(sheet_name(name, book.sheetnames))
    head = book.add_format({"bold": True})
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(at, column, clean(value), head if at == 0 else None)
            elif value is not None and isfinite(value):
                sheet.write_number(at, column, value)
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, FIRST_WIDTH)
    sheet.set_column(1, OTHERS, OTHER_WIDTH)
