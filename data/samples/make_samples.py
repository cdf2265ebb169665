"""Makes the sample applications: the invented example as xlsx and CSV, and a table of the same factory's own making.

Run it from the project's folder: ``python -m data.samples.make_samples``. The bytes depend on the catalogue, the
template and the example alone, so a second run changes nothing.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl

from kpi.catalogue.catalogue import catalogue
from kpi.files.workbook import column_letter
from kpi.i18n import text
from kpi.intake.form.template import ANSWERS, HEADER_ROW, ExampleRow, ExampleValue, example, template
from kpi.intake.settings import vocabulary

HERE = Path(__file__).resolve().parent
WORKBOOK, TABLE = HERE / "example-application.xlsx", HERE / "example-application.csv"
OWN_TABLE = HERE / "own-table.xlsx"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold
_MADE = datetime(2025, 7, 28)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def workbook() -> bytes:
    """The template filled in as a sender would, cell by cell beside the item's name."""
    book = openpyxl.load_workbook(io.BytesIO(template("zh")))
    sheet = book[text("template.sheet_answers", "zh")]
    rows: dict[object, int] = {str(sheet.cell(row, 1).value): row for row in range(HEADER_ROW + 2, sheet.max_row + 1)}
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


# A wide table as a factory keeps it. Of a fact its code; of a KPI the heading, what stands under it, and the value.
_OWN_FACTS = ("enterprise", "factory_name", "credit_code", "industry", "body", "year")
_OWN_COLUMNS: tuple[tuple[str, tuple[tuple[str, ExampleValue], ...]], ...] = (
    ("关键设备数控化率", (("", 0.955),)),
    ("数字化生产设备普及率", (("", 0.92),)),
    ("人工智能模型应用数量（个）", (("", 12),)),
    ("研制周期缩短（%）", (("", 32.5),)),
    ("生产效率提升（%）", (("", 45),)),
    ("资源综合利用率提升", (("", 9.5),)),
    ("产品不良率下降", (("改造前", 3.2), ("改造后", 1.2))),
    ("设备综合利用率提升", (("", 24),)),
    ("库存周转率提升（%）", (("", 38),)),
    ("订单准时交付率提升（百分点）", (("改造前", 91), ("改造后", 97.5), ("数值", 6.5))),
    ("单位产值运营成本下降", (("", "降低26%"),)),
    ("全员劳动生产率提升（%）", (("", 48),)),
    ("单位产值综合能耗下降", (("", 21),)),
    ("工业用水重复利用率", (("", 0.88),)),
    ("车间数（个）", (("", 6),)),
)


def own_table() -> bytes:
    """One line of values under a merged header of two lines: fractions, similar names, before and after."""
    book = openpyxl.Workbook()
    book.properties.created = _MADE
    sheet = book.active
    sheet.title = "年度指标"
    answers = {line.code: line.value for line in example()}
    sheet["A1"] = f"{answers['enterprise']} 智能工厂年度指标汇总表（示例，内容均为虚构）"
    column = 1
    for code in _OWN_FACTS:
        sheet.cell(2, column).value = _name(code)
        sheet.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)
        sheet.cell(4, column).value = answers[code]
        column += 1
    for heading, parts in _OWN_COLUMNS:
        sheet.cell(2, column).value = heading
        last = column + len(parts) - 1
        sheet.merge_cells(start_row=2, end_row=3 if last == column else 2, start_column=column, end_column=last)
        for place, (part, value) in enumerate(parts, start=column):
            if part:
                sheet.cell(3, place).value = part
            sheet.cell(4, place).value = value
        column = last + 1
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=column - 1)
    for place in range(1, column):
        sheet.column_dimensions[column_letter(place - 1)].width = 18
    sheet["A6"] = "注：数据由各车间汇总。"
    stream = io.BytesIO()
    book.save(stream)
    return _undated(stream.getvalue())


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
    OWN_TABLE.write_bytes(own_table())
