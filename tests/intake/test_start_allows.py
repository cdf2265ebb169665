"""A value beyond what its own start allows is an error, reported once, and nothing can be locked with it."""

from __future__ import annotations

import pytest

from kpi.i18n import problem_message
from kpi.intake.read import read
from tests.intake.sample_files import row_of, rows, table, workbook

BEYOND = [
    ("K13", (20, "relative", 90), "11.1111"),
    ("K13", (11, "points", 90), "10"),
    ("K13", (11, "points", 90, 95), "10"),
    ("K13", (120, "points", 90), "10"),
    ("K10", (4, "points", 3.2, 1.2), "3.2"),
    ("K10", (101, "relative", 3.2), "100"),
    ("K10", (120, "relative", 3.2, 1.2), "100"),
    ("K10", (1, "points", 0), "0"),
    ("K06", (120, None, 30), "100"),
    ("K06", (100.2, None, 30, 20), "100"),
    ("K13", (11.2, "relative", 90), "11.1111"),
    ("K13", ("10.06", "points", 90), "10"),
]
WITHIN = [
    ("K13", (11.1, "relative", 90)),
    ("K13", (11.11, "relative", 90, 100)),
    ("K13", (10, "points", 90, 100)),
    ("K13", ("10.1", "points", 89.95)),
    ("K10", (3.2, "points", 3.2)),
    ("K06", (100, None, 30)),
    ("K08", (290, None, 30)),
    ("K11", (-20, "points", 65)),
]


def faults(item: str, cells: tuple[object, ...], build=table) -> list[tuple[str, str, int | None, str | None]]:
    problems = read("a", build(rows({item: cells}))).problems
    return [
        (problem.severity, problem.code, problem.row, problem.column)
        for problem in problems
        if problem.code != "before_after_incomplete"
    ]


@pytest.mark.campaign
@pytest.mark.parametrize("build", [table, workbook])
@pytest.mark.parametrize(("item", "cells", "best"), BEYOND)
def test_a_value_beyond_its_start_is_one_error(build, item, cells, best):
    lines = rows({item: cells})
    reading = read("a", build(lines))
    assert faults(item, cells, build) == [("error", "beyond_whole", row_of(lines, item), "B")]
    assert reading.applications[0].values[item].state == "not_reported"
    [found] = [problem for problem in reading.problems if problem.code == "beyond_whole"]
    for lang in ("zh", "en"):
        assert best in problem_message(found, lang)[0]


@pytest.mark.parametrize(("item", "cells"), WITHIN)
def test_up_to_half_a_unit_of_the_last_decimal_it_is_within(item, cells):
    assert faults(item, cells) == []


def test_a_change_that_the_other_basis_gives_is_a_wrong_basis_and_as_impossible():
    lines = rows({"K10": (65.6, "points", 3.2, 1.1)})
    assert faults("K10", (65.6, "points", 3.2, 1.1)) == [
        ("error", "stated_differs_from_computed", row_of(lines, "K10"), "B")
    ]
    assert faults("K10", (63, "relative", 3.2, 1.1))[0][:2] == ("warning", "stated_differs_from_computed")


@pytest.mark.parametrize("cells", [(120, None, 0), (120,)])
def test_without_a_usable_start_the_bound_is_the_indicator_s_own(cells):
    assert [fault[1] for fault in faults("K06", cells)] == ["above_maximum"]


def test_a_value_out_of_bounds_is_not_compared_as_well():
    assert [fault[1] for fault in faults("K08", (-120, None, 3, 2))] == ["below_minimum"]


def test_in_a_table_with_before_and_after_it_is_the_same():
    text = "统一社会信用代码,91000000MA9990001E\n所属行业,汽车\n年度,2025\n指标,改造前,改造后,数值,口径\n"
    text += "产品不良率下降,3.2,,4,百分点\n"
    found = [(problem.code, problem.column) for problem in read("a.csv", text.encode()).problems if problem.blocks]
    assert found == [("beyond_whole", "D")]
