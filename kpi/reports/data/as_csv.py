"""A report's first table as CSV, with what goes with it below the data, each line behind a "#"."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO

from kpi.files.text import no_formula
from kpi.i18n import NO_NUMBER, text
from kpi.reports.report_content import Report, ReportCell, ReportTable

MARK = "# "
_UNIT = re.compile(r"^[+\u2212-]?\d+(?:\.\d+)? (.+)$")


def as_csv(report: Report, *, bom: bool = True) -> bytes:
    """UTF-8 with a byte order mark, by which Excel knows it; numbers unrounded, each with its unit beside it.

    Without the mark (``bom`` false) for programs, some of which take it for a part of the first title.

    Raises:
        ValueError: no section has a table.
    """
    table = next((section.table for section in report.sections if section.table), None)
    if table is None:
        raise ValueError(report.heading)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows(_rows(table, text("carried.unit", report.lang)))
    notes = [report.heading, report.subject, report.warning, report.finding]
    notes += [text("carried.line", report.lang, label=one.label, text=one.text) for one in report.provenance]
    writer.writerow([])
    writer.writerows([MARK + " ".join(note.split())] for note in notes if note)
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def _rows(table: ReportTable, unit_title: str) -> Iterator[list[str]]:
    """The head, then the rows; a column of numbers with units gets a column for them."""
    united = [any(_unit(row.cells[at]) for row in table.rows) for at in range(len(table.columns))]
    banded = any(row.band for row in table.rows)
    head = [""] if banded else []
    for column, with_unit in zip(table.columns, united, strict=True):
        head.append(no_formula(column.title))
        head += [no_formula(f"{column.title} {unit_title}")] if with_unit else []
    noted = any(row.notes for row in table.rows)
    yield [*head, no_formula(table.notes_title)] if noted else head
    for row in table.rows:
        cells = [no_formula(row.band)] if banded else []
        for cell, with_unit in zip(row.cells, united, strict=True):
            cells.append(_value(cell))
            cells += [_unit(cell)] if with_unit else []
        yield [*cells, no_formula(" ".join(row.notes))] if noted else cells


def _value(cell: ReportCell) -> str:
    if cell.is_number:
        return f"{cell.value:.15g}"
    return "" if cell.text == NO_NUMBER else no_formula(cell.text)


def _unit(cell: ReportCell) -> str:
    """A share is a number from 0 to 1."""
    found = _UNIT.match(cell.text) if cell.is_number and cell.kind == "number" else None
    return found[1] if found else ""
