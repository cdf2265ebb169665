"""A fault stays with the factory it is of, whichever way round the table lies."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.intake.read import read
from kpi.intake.result import ReadResult, own_problems, unassigned_problems
from tests.benchmark.panels import credit_code

FACTS = ("企业名称", "统一社会信用代码", "所属行业", "年度")
STATED = ("K01", "K08", "K20")
NAMES = [f"{catalogue().kpi(code).name.zh}（%）" for code in STATED]
ONE = ("演示企业001（虚构）", credit_code(1), "汽车", "2025", "95", "很高", "80")
TWO = ("演示企业002（虚构）", credit_code(2), "汽车", "2025", "92", "45", "八十")


def across() -> list[list[str]]:
    return [[*FACTS, *NAMES], list(ONE), list(TWO)]


def down() -> list[list[str]]:
    return [list(line) for line in zip(*across(), strict=True)]


def long() -> list[list[str]]:
    lines = [[*FACTS, "指标名称", "数值"]]
    for factory in (ONE, TWO):
        lines += [[*factory[:4], name, value] for name, value in zip(NAMES, factory[4:], strict=True)]
    return lines


def read_table(lines: list[list[str]]) -> ReadResult:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return read("table.csv", text.getvalue().encode())


@pytest.mark.parametrize("layout", [across, down, long])
def test_each_fault_is_of_its_own_factory_alone(layout: Callable[[], list[list[str]]]) -> None:
    reading = read_table(layout())
    assert [application.credit_code for application in reading.applications] == [ONE[1], TWO[1]]
    reported = [
        [
            (own_problem.params["item"], own_problem.value)
            for own_problem in own_problems(reading, at)
            if own_problem.blocks
        ]
        for at in (0, 1)
    ]
    assert reported == [[("K08", "很高")], [("K20", "八十")]]
    assert unassigned_problems(reading) == ()


def test_what_is_of_no_item_is_nobodys() -> None:
    lines = across()
    lines[0].append(NAMES[0])
    for line in lines[1:]:
        line.append("90")
    reading = read_table(lines)
    assert [problem.code for problem in unassigned_problems(reading)] == ["duplicate_header"]
