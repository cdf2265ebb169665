"""One cell of a table of anybody's making, read as it stands or reported."""

from __future__ import annotations

import io

import openpyxl
import pytest

from kpi.intake.read import read
from kpi.intake.result import ReadResult
from tests.freeform.hand_made_sheets import code

HEAD = "统一社会信用代码,行业,年份,智能制造能力成熟度等级,工厂应用人工智能模型数量"


def table(*rows: str) -> ReadResult:
    return read("a.csv", "\n".join([HEAD, *rows]).encode())


@pytest.mark.parametrize("cell", ["10²个", "10①个", "1⁄2个"])
def test_a_raised_or_circled_digit_is_no_digit_of_the_number_before_it(cell: str) -> None:
    reading = table(f"{code(1)},汽车,2025,2,{cell}")
    assert [(problem.code, problem.column, problem.value) for problem in reading.problems if problem.blocks] == [
        ("not_a_number", "E", cell)
    ]


@pytest.mark.parametrize("cell", ["1234个", "1,234 个", "１２３４ 项"])
def test_a_count_with_its_unit_is_a_count(cell: str) -> None:
    reading = table(f'{code(1)},汽车,2025,2,"{cell}"')
    assert [(problem.code, problem.value) for problem in reading.problems if problem.blocks] == []
    assert reading.applications[0].values["K05"].value == 1234


def test_a_number_that_floats_cannot_tell_from_the_next_is_refused() -> None:
    reading = table(f"{code(1)},汽车,2025,2,1e16")
    assert [(problem.code, problem.column, problem.value) for problem in reading.problems if problem.blocks] == [
        ("number_too_large", "E", "1e16")
    ]


def test_a_truth_value_is_no_number_though_another_row_holds_the_number_it_equals() -> None:
    book = openpyxl.Workbook()
    for row in (HEAD.split(","), [code(1), "汽车", 2025, 1, 3], [code(2), "汽车", 2025, True, 4]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    reading = read("a.xlsx", stream.getvalue())
    assert [(problem.code, problem.row) for problem in reading.problems if problem.code != "missing_facts"] == [
        ("invalid_maturity", 3)
    ]
    assert "maturity_level" not in reading.applications[1].facts


def test_a_zero_in_a_column_of_percentages_is_a_zero_and_not_asked_about() -> None:
    rows = (f"{code(at)},汽车,2025,{value}" for at, value in enumerate(("0", "45.5", "30"), start=1))
    reading = read("a.csv", "\n".join(["统一社会信用代码,行业,年份,生产效率提升（%）", *rows]).encode())
    assert [(problem.code, problem.value) for problem in reading.problems if problem.code != "missing_facts"] == []
    assert [application.values["K08"].value for application in reading.applications] == [0.0, 45.5, 30.0]
