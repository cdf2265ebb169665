"""A table as CSV: read back by a program, harmless in a spreadsheet, explained below the data."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO

import openpyxl
import pandas as pd
import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.model.language import Lang
from kpi.reports.content import (
    About,
    LabelledLine,
    Report,
    ReportColumn,
    ReportRow,
    ReportSection,
    ReportTable,
    Taken,
    count,
    gap,
    number,
    page_report,
    share,
    words,
)
from kpi.reports.files import as_csv
from kpi.reports.report_file import write_content
from tests.charts.sample_evaluations import BASELINE, POLICY

HOSTILE = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\tx", '=HYPERLINK("http://x")', "＝1+1", "＠SUM(1)")
CODE = "913100000000000016"
TAKEN = Taken(datetime(2026, 11, 25, 4, 0, tzinfo=UTC), "https://duibiao.example/result?kpi=K01")


def report(lang: Lang = "zh") -> Report:
    kpi = catalogue().kpi("K01")
    rows = [
        ReportRow((words(name), words(CODE), number(92.123456789, kpi, lang), share(1 / 3), count(7)))
        for name in HOSTILE
    ]
    rows.append(ReportRow((words("多行\n文字"), words(CODE), number(float("nan"), kpi, lang), share(0.5), count(None))))
    columns = tuple(ReportColumn(title, 1) for title in ("企业", "代码", "数值", "占比", "家数"))
    about = About(
        "对标结果",
        "演示企业001（虚构）",
        baseline=BASELINE,
        policy=POLICY,
        filters=[LabelledLine("行业", "高端装备")],
        kpis=["K01"],
        withheld="少于 10 家的单元",
    )
    section = ReportSection("table", "数据", table=ReportTable(columns, tuple(rows)))
    return page_report(about, [section], lang, TAKEN, "7 行")


def test_it_begins_with_the_mark_by_which_excel_knows_utf_8() -> None:
    assert as_csv(report()).startswith(b"\xef\xbb\xbf")


def test_a_program_reads_the_numbers_unrounded_and_the_codes_as_text() -> None:
    read = pd.read_csv(BytesIO(as_csv(report())), comment="#", dtype={"代码": str})
    assert list(read.columns) == ["企业", "代码", "数值", "数值 单位", "占比", "家数"]
    assert len(read) == len(HOSTILE) + 1
    assert read["数值"][0] == 92.123456789
    assert gap(78 - 84.8, catalogue().kpi("K01"), "zh").value == -6.8, "no rest of the arithmetic, -6.79999"
    assert read["占比"][0] == pytest.approx(1 / 3, abs=1e-15)
    assert read["数值 单位"][0] == "%"
    assert pd.isna(read["数值"][len(HOSTILE)])
    assert set(read["代码"]) == {CODE}


def test_no_cell_is_taken_for_a_formula() -> None:
    rows = list(csv.reader(StringIO(as_csv(report()).decode("utf-8-sig"))))
    for name, row in zip(HOSTILE, rows[1:], strict=False):
        assert row[0] == f"'{name}"
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "@", "\t")]


def test_in_the_workbook_texts_stay_texts_and_numbers_are_numbers() -> None:
    book = openpyxl.load_workbook(BytesIO(write_content(report(), "x.xlsx")))
    cells = {cell.value: cell for row in book["数据"] for cell in row if cell.value is not None}
    for name in (*HOSTILE, CODE):
        assert cells[name].data_type == "s"
    assert cells[92.123456789].data_type == "n"
    assert cells[7].data_type == "n"
    assert cells[1 / 3].number_format == "0.0%"


@pytest.mark.parametrize("form", [".csv", ".xlsx"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_carry_what_explains_them(form: str, lang: Lang) -> None:
    one = report(lang)
    if form == ".csv":
        said = "\n".join(" ".join(row) for row in csv.reader(StringIO(as_csv(one).decode("utf-8-sig"))))
    else:
        book = openpyxl.load_workbook(BytesIO(write_content(one, "x.xlsx")))
        said = "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row)
    kpi = catalogue().kpi("K01")
    for part in (
        kpi.formula.in_(lang),
        kpi.unit.in_(lang),
        "高端装备",
        BASELINE.name,
        BASELINE.sha256,
        POLICY.reference,
        "少于 10 家的单元",
        "2026-11-25 12:00 (UTC+8)",
        TAKEN.link,
        "7 行",
        one.warning,
    ):
        assert part in said, part


def test_a_report_without_a_table_is_refused() -> None:
    with pytest.raises(ValueError, match="x"):
        as_csv(page_report(About("x"), [], "zh", TAKEN))
