"""Makes the two sample applications from the template and the invented example: the same content, xlsx and CSV.

Run it from the project's folder: ``python -m data.samples.make_samples``. The bytes depend on the catalogue, the
template and the example alone, so a second run changes nothing.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import openpyxl

from kpi.catalogue.load import catalogue
from kpi.i18n import text
from kpi.intake.form.example import ExampleRow, ExampleValue, example
from kpi.intake.form.template import template
from kpi.intake.form.template_sheet import ANSWERS, HEADER_ROW
from kpi.intake.settings import vocabulary

HERE = Path(__file__).resolve().parent
WORKBOOK, TABLE = HERE / "example-application.xlsx", HERE / "example-application.csv"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def workbook() -> bytes:
    """The template filled in as a sender would, cell by cell beside the item's name."""
    book = openpyxl.load_workbook(io.BytesIO(template("zh")))
    sheet = book[text("template.sheet_answers", "zh")]
    rows = {str(sheet.cell(row, 1).value): row for row in range(HEADER_ROW + 2, sheet.max_row + 1)}
    for name, *answers in _lines():
        for column, answer in enumerate(answers, start=2):
            if answer is not None:
                sheet.cell(rows[name], column).value = answer
    stream = io.BytesIO()
    book.save(stream)
    return _undated(stream.getvalue())


def table() -> bytes:
    """The same answers as the application CSV in GB18030, as Chinese Excel saves it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(vocabulary().headers("zh")[name] for name in ANSWERS)
    writer.writerows(_lines())
    return stream.getvalue().encode("gb18030")


def _lines() -> list[list[ExampleValue]]:
    return [
        [_name(line.code), line.value, text(f"template.{line.basis}", "zh") if line.basis else None, *_rest(line)]
        for line in example()
    ]


def _rest(line: ExampleRow) -> tuple[ExampleValue, ExampleValue, ExampleValue]:
    return line.before, line.after, line.note


def _name(code: str) -> str:
    """A fact's name, or a KPI's full name with its unit."""
    names = {fact.code: fact.name.zh for fact in catalogue().facts}
    return names.get(code) or f"{catalogue().kpi(code).name.zh}（{catalogue().kpi(code).unit.zh}）"


def _undated(data: bytes) -> bytes:
    """The workbook without the time of its making, which openpyxl writes into the zip and the properties."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = _MODIFIED.sub(rb"\g<1>2025-07-28T00:00:00Z", old.read(entry))
            new.writestr(zipfile.ZipInfo(entry.filename, _EPOCH), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


if __name__ == "__main__":
    WORKBOOK.write_bytes(workbook())
    TABLE.write_bytes(table())
