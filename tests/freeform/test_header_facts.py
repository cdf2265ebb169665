"""Facts named in a header of two lines are the columns' own; a header says nothing of what stands beside it."""

from __future__ import annotations

import io

import openpyxl
import pytest

from kpi.intake.read import read
from kpi.intake.result import ReadResult
from tests.freeform.hand_made_sheets import code

CODE = "91000000MA9990001E"
GROUPED = ["能力提升类", None, "绿色低碳类", None]
KPIS = ["生产效率提升", "全员劳动生产率提升", "水资源重复利用率", "一般固废综合利用率"]
NUMBERS = [12, 13, 80, 90]


def sheet(rows, merged=()) -> ReadResult:
    book = openpyxl.Workbook()
    for row, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells, 1):
            book.active.cell(row, column, cell)
    for block in merged:
        book.active.merge_cells(block)
    stream = io.BytesIO()
    book.save(stream)
    return read("a.xlsx", stream.getvalue())


def numbers(reading: ReadResult, which: int = 0) -> dict[str, float | None]:
    values = reading.applications[which].values
    return {code: value.value for code, value in values.items() if value.state == "reported"}


READ = dict(zip(("K08", "K16", "K20", "K19"), NUMBERS, strict=True))


@pytest.mark.parametrize("merged", [True, False])
def test_facts_above_the_kpi_names_head_their_columns(merged):
    names = ["统一社会信用代码", "所属行业", "年度", "工厂名称"]
    rows = [
        [*names, *GROUPED],
        [None] * 4 + KPIS,
        [CODE, "汽车", 2025, "甲厂", *NUMBERS],
        [code(21), "汽车", 2025, "乙厂", *NUMBERS],
    ]
    blocks = [*(f"{column}1:{column}2" for column in "ABCD"), "E1:F1", "G1:H1"] if merged else []
    reading = sheet(rows, blocks)
    assert [application.facts["factory_name"] for application in reading.applications] == ["甲厂", "乙厂"]
    assert reading.applications[0].facts == {
        "factory_name": "甲厂",
        "credit_code": CODE,
        "industry": "汽车",
        "year": 2025,
    }
    assert numbers(reading) == numbers(reading, 1) == READ


@pytest.mark.parametrize("group", ["A1:A2", "A1:A3"])
def test_a_factory_name_beside_a_group_header_is_the_name_below(group):
    """Credit code, industry and year stand in a block above, the name alone in the header."""
    deep = group == "A1:A3"
    head = [["工厂名称", *GROUPED], *([[None, "甲", "乙", "丙", "丁"]] if deep else []), [None, *KPIS]]
    rows = [["信用代码", CODE, "所属行业", "汽车"], ["年度：2025"], *head, ["甲厂", *NUMBERS]]
    first = 3
    blocks = [f"A{first}:A{first + len(head) - 1}", f"B{first}:C{first}", f"D{first}:E{first}"]
    reading = sheet(rows, blocks)
    assert reading.applications[0].facts["factory_name"] == "甲厂"
    assert reading.applications[0].facts["credit_code"] == CODE
    assert numbers(reading) == READ


BESIDE = ["B1:C1", "D1:E1"]


@pytest.mark.parametrize(("name", "merged"), [("甲工厂", BESIDE), ("甲工厂", []), (None, BESIDE)])
def test_a_lone_name_above_a_blank_is_no_label_of_the_group_beside_it(name, merged):
    [application] = sheet([["工厂名称", *GROUPED], [None, *KPIS], [name, *NUMBERS]], merged).applications
    assert application.facts.get("factory_name") == name


def test_a_name_over_a_blank_beside_a_merged_one_heads_its_column_too():
    rows = [["信用代码", "工厂名称", *GROUPED], [None, None, *KPIS], [CODE, "甲厂", *NUMBERS]]
    [application] = sheet(rows, ["A1:A2", "C1:D1", "E1:F1"]).applications
    assert application.facts == {"factory_name": "甲厂", "credit_code": CODE}


def test_a_label_and_its_value_just_above_the_table_are_still_read():
    rows = [
        ["企业名称", "演示企业001（虚构）", "信用代码", CODE],
        [None, *KPIS],
        ["2024年", *NUMBERS],
        ["2025年", *NUMBERS],
    ]
    reading = sheet(rows)
    assert [(application.facts["enterprise"], application.facts["year"]) for application in reading.applications] == [
        ("演示企业001（虚构）", 2024),
        ("演示企业001（虚构）", 2025),
    ]
    assert reading.applications[0].facts["credit_code"] == CODE
