"""A register of groups is read like any upload: every fault at its cell, at once; and it outweighs the panel."""

from __future__ import annotations

import pandas as pd
import pytest

from kpi.baseline.content_hash import baseline_sha256
from kpi.baseline.registers import PanelCount, own_groups, read_groups, read_sizes, registered_groups
from tests.benchmark.panels import credit_code

ONE, TWO, THREE, FOUR = (credit_code(number) for number in range(1, 5))
EAST, WEST = "演示集团东（虚构）", "演示集团西（虚构）"
MISTYPED = ONE[:-1] + ("0" if ONE[-1] != "0" else "1")


def register(*rows: tuple[str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["credit_code", "group"], dtype=object)


def read(*lines: str) -> tuple[list[tuple[str, int | None, str | None]], pd.DataFrame]:
    reading = read_groups("groups.csv", "\n".join(lines).encode())
    return [(problem.code, problem.row, problem.column) for problem in reading.problems], reading.groups


def test_a_register_says_group_legal_person_or_none() -> None:
    lines = f"{TWO.lower()},{ONE}", f"{ONE},{EAST}", f"{THREE},", f"{FOUR},无"
    problems, groups = read("统一社会信用代码,所属集团", *lines)
    assert problems == []
    found = groups.where(groups.notna(), None).to_numpy().tolist()
    assert found == [[ONE, EAST], [TWO, ONE], [THREE, None], [FOUR, None]]


def test_a_name_as_long_as_a_code_is_a_name() -> None:
    problems, groups = read("credit_code,group", f"{ONE},Example Energy Corps", f"{TWO},Example2 Energy 2025")
    assert problems == []
    assert groups["group"].tolist() == ["Example Energy Corps", "Example2 Energy 2025"]


def test_all_faults_of_a_register_are_found_at_once() -> None:
    problems, _ = read(
        "credit_code,group,企业名称",
        f"{MISTYPED},{EAST},",
        f",{EAST},",
        f"{ONE},{EAST},",
        f"{ONE},{WEST},",
        f"{TWO},{MISTYPED},",
        f"{THREE},东\u200b集团,",
        f"{FOUR},{'长' * 40_000},,多",
    )
    assert problems == [
        ("groups_unknown_column", 1, "C"),
        ("panel_invalid_credit_code", 2, "A"),
        ("panel_blank", 3, "A"),
        ("panel_two_groups", 5, "B"),
        ("panel_invalid_credit_code", 6, "B"),
        ("panel_forbidden_characters", 7, "B"),
        ("panel_cell_too_long", 8, "B"),
        ("panel_extra_cells", 8, "D"),
    ]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["credit_code,name", f"{ONE},x"], [("panel_missing_column", 1, None), ("groups_unknown_column", 1, "B")]),
        (["credit_code,group"], [("groups_empty", None, None)]),
        (["credit_code,group,集团", f"{ONE},a,b"], [("panel_repeated_column", 1, "C")]),
        ([""], [("panel_empty", None, None)]),
    ],
)
def test_a_file_that_is_no_register_is_refused(
    lines: list[str], found: list[tuple[str, int | None, str | None]]
) -> None:
    assert read(*lines)[0] == found


def test_the_register_outweighs_the_panel_and_leaves_it_the_rest() -> None:
    panel = register((ONE, EAST), (TWO, EAST), (THREE, EAST), (FOUR, None))
    known = register((ONE, WEST), (TWO, None))
    owners = dict(zip(panel["credit_code"], own_groups(panel, known), strict=True))
    assert owners == {ONE: WEST, TWO: TWO, THREE: EAST, FOUR: FOUR}


def test_a_legal_person_outside_the_panel_brings_its_branches_to_its_group() -> None:
    panel, known = register((ONE, FOUR), (TWO, None)), register((FOUR, EAST), (TWO, FOUR))
    assert own_groups(panel, known).to_list() == [EAST, EAST]
    assert registered_groups(known, panel).to_list() == [EAST, EAST]


def test_the_register_is_part_of_the_hashed_content() -> None:
    panel = register((ONE, EAST)).assign(industry="汽车", body=None, kpi="K08", value=1.0, basis=None)

    def hashed(groups: pd.DataFrame | None) -> str:
        return baseline_sha256(panel, None, "上海市", 2025, groups)

    rows = [(ONE, WEST), (TWO, None)]
    assert hashed(None) == hashed(register())
    assert hashed(register(*rows)) == hashed(register(*reversed(rows)))
    others = [register((ONE, EAST), (TWO, None)), register((ONE, WEST)), register((ONE, WEST), (TWO, TWO))]
    assert len({hashed(other) for other in (None, register(*rows), *others)}) == 5


@pytest.mark.parametrize(("groups", "found"), [("8", ["panel_groups_below_panel"]), ("9", []), ("", [])])
def test_sizes_count_no_fewer_groups_than_the_panel_holds(groups: str, found: list[str]) -> None:
    data = f"region,industry,size,groups\n上海市,高端装备,40,{groups}\n".encode()
    problems = read_sizes("sizes.csv", data, {("上海市", "高端装备"): PanelCount(12, 9)}).problems
    assert [(problem.code, problem.column) for problem in problems] == [(code, "D") for code in found]


def test_a_row_of_a_register_of_sizes_with_more_cells_than_the_header_is_reported() -> None:
    reading = read_sizes("sizes.csv", "region,industry,size\n上海市,汽车,400,余".encode())
    assert [(problem.code, problem.row, problem.column) for problem in reading.problems] == [
        ("panel_extra_cells", 2, "D")
    ]
