"""Twelve faults of twelve kinds in one file: all of them, none invented, in CSV and in a workbook."""

from __future__ import annotations

import pytest

from kpi.intake.read import read
from tests.intake.sample_files import row_of, rows, table, workbook

CHANGES = {
    "credit_code": ("91000000MA9990001X",),
    "industry": ("高端制造",),
    "phone": ("138",),
    "scenarios": ("车间智能排产、场景乙",),
    "K01": (955,),
    "K03": ("九成",),
    "K05": (3.5,),
    "K06": ("不适用",),
    "K09": (12,),
    "K10": (20, "relative", 3.2, 1.2),
    "K19": (-5,),
}
EXTRA = ["单位面积产值", 10]
EXPECTED = {
    ("invalid_credit_code", "credit_code", "B"),
    ("unknown_industry", "industry", "B"),
    ("invalid_phone", "phone", "B"),
    ("unknown_scenario", "scenarios", "B"),
    ("above_maximum", "K01", "B"),
    ("not_a_number", "K03", "B"),
    ("fractional_count", "K05", "B"),
    ("reason_missing", "K06", "F"),
    ("missing_basis", "K09", "C"),
    ("stated_differs_from_computed", "K10", "B"),
    ("below_minimum", "K19", "B"),
    ("unknown_item", "单位面积产值", "A"),
}


@pytest.mark.parametrize(("build", "above", "left"), [(table, 0, 0), (workbook, 0, 0), (workbook, 7, 2)])
def test_all_twelve_and_none_invented(build, above, left):
    lines = rows(CHANGES, [EXTRA])
    data = build(lines) if build is table else workbook(lines, above=above, left=left)
    found = [(problem.code, problem.row, problem.column) for problem in read("a", data).problems]
    expected = {(code, row_of(lines, item) + above, chr(ord(letter) + left)) for code, item, letter in EXPECTED}
    assert len(found) == 12
    assert set(found) == expected


def test_they_are_read_from_top_to_bottom():
    found = [problem.row for problem in read("a", table(rows(CHANGES, [EXTRA]))).problems]
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("item,value,value", ["duplicate_header"]),
        ("项目,数值,实际值", ["duplicate_header"]),
        ("项目,数值,2024年", ["header_not_read"]),
        ("项目,数值,目标值", ["header_not_read"]),
        ("项目,数值,取哪一年的数", []),
        ("项目,数值,备注", []),
    ],
)
def test_numbers_in_a_further_column_do_not_go_missing_in_silence(header: str, found: list[str]) -> None:
    reading = read("x.csv", f"{header}\n生产效率提升,12,13\n".encode())
    assert [problem.code for problem in reading.problems if problem.column == "C" and problem.row == 1] == found
    assert reading.applications[0].values["K08"].value == 12
