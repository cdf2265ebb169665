"""A list of one KPI a row: what its merged cells, unnamed rows and unheaded columns hold is read or reported."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl

from kpi.intake.read import read
from kpi.intake.result import ReadResult
from tests.freeform.hand_made_sheets import code

HEAD = ("企业名称", "统一社会信用代码", "行业", "年份", "指标", "数值")
OWN = ("甲公司", code(1), "汽车")


def listed(rows: Sequence[Sequence[object]], *merged: str, head: Sequence[object] = HEAD) -> ReadResult:
    book = openpyxl.Workbook()
    for row in (head, *rows):
        book.active.append(list(row))
    for block in merged:
        book.active.merge_cells(block)
    stream = io.BytesIO()
    book.save(stream)
    return read("a.xlsx", stream.getvalue())


def faults(reading: ReadResult) -> list[str]:
    return [
        f"{problem.code}@{problem.column}{problem.row}"
        for problem in reading.problems
        if problem.code != "missing_facts"
    ]


def numbers(reading: ReadResult) -> list[dict[str, float | None]]:
    return [
        {code: value.value for code, value in application.values.items() if value.state == "reported"}
        for application in reading.applications
    ]


def test_a_kpi_named_once_for_several_years_is_each_years() -> None:
    reading = listed([[*OWN, 2024, "生产效率提升", 12], [*OWN, 2025, None, 13]], "E2:E3")
    assert (faults(reading), numbers(reading)) == ([], [{"K08": 12.0}, {"K08": 13.0}])


def test_a_number_merged_over_two_kpis_is_reported() -> None:
    reading = listed([[*OWN, 2025, "生产效率提升", 12], [*OWN, 2025, "水资源重复利用率", None]], "F2:F3")
    assert faults(reading) == ["merged_value@F2"]


def test_a_row_with_a_number_and_no_kpi_is_reported_once_and_a_sum_is_none() -> None:
    rows = [[*OWN, 2025, "生产效率提升", 12], [*OWN, 2025, None, 13], ["合计", None, None, None, None, 25]]
    reading = listed([*rows, ["注：均为年度数据"]])
    assert (faults(reading), numbers(reading)) == (["missing_item_name@E3", "summary_not_read@A4"], [{"K08": 12.0}])


def test_numbers_without_a_heading_beside_the_values_are_reported() -> None:
    reading = listed([[*OWN, 2025, "生产效率提升", 12, 77]], head=[*HEAD, None])
    assert faults(reading) == ["missing_header@G2"]
