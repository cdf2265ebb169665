"""Every fault of a panel, planted one at a time, is found with its place; nothing else is."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pandas as pd
import pytest

from kpi.baseline.panel import read_panel, read_sizes
from kpi.baseline.panel_settings import panel_settings
from kpi.baseline.registers import PanelCount
from kpi.catalogue.names import check_digit
from kpi.model.problem import Problem


def code(number: int) -> str:
    first17 = f"91000000MA{number:07d}"
    return first17 + check_digit(first17)


def bad_digit(number: int) -> str:
    good = code(number)
    return good[:-1] + ("0" if good[-1] != "0" else "1")


LONG = ["credit_code,group,industry,body,kpi,value,basis"]
WIDE = ["credit_code,group,industry,body,K05,K08,K10,K10_basis"]


def long_rows() -> list[str]:
    return [*LONG, f"{code(1)},甲,汽车,松江区,K08,12,", f"{code(2)},,汽车,嘉定区,K10,35,relative"]


def wide_rows() -> list[str]:
    return [*WIDE, f"{code(1)},甲,汽车,松江区,4,12,35,relative", f"{code(2)},,汽车,嘉定区,,7.5,2,points"]


def problems(lines: list[str], region: str = "上海市") -> list[Problem]:
    return list(read_panel("panel.csv", "\n".join(lines).encode("utf-8"), region).problems)


def places(lines: list[str]) -> list[tuple[str, int | None, str | None, str | None]]:
    return [(problem.code, problem.row, problem.column, problem.value) for problem in problems(lines)]


def test_the_unspoilt_panels_have_no_problem() -> None:
    assert places(long_rows()) == places(wide_rows()) == []


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (f"{bad_digit(3)},,汽车,松江区,K08,1,", ("panel_invalid_credit_code", "A", bad_digit(3))),
        ("91000000MA000,,汽车,松江区,K08,1,", ("panel_invalid_credit_code", "A", "91000000MA000")),
        (",,汽车,松江区,K08,1,", ("panel_blank", "A", None)),
        (f"{code(3)},{bad_digit(4)},汽车,松江区,K08,1,", ("panel_invalid_credit_code", "B", bad_digit(4))),
        (f"{code(3)},,采矿业,松江区,K08,1,", ("panel_unknown_industry", "C", "采矿业")),
        (f"{code(3)},,,松江区,K08,1,", ("panel_blank", "C", None)),
        (f"{code(3)},,汽车,西湖区,K08,1,", ("panel_unknown_body", "D", "西湖区")),
        (f"{code(3)},,汽车,松江区,K22,1,", ("panel_unknown_kpi", "E", "K22")),
        (f"{code(3)},,汽车,松江区,利润率,1,", ("panel_unknown_kpi", "E", "利润率")),
        (f"{code(3)},,汽车,松江区,,1,", ("panel_blank", "E", None)),
        (f"{code(3)},,汽车,松江区,K08,约十,", ("panel_not_a_number", "F", "约十")),
        (f"{code(3)},,汽车,松江区,K08,NaN,", ("panel_not_a_number", "F", "NaN")),
        (f"{code(3)},,汽车,松江区,K08,inf,", ("panel_not_a_number", "F", "inf")),
        (f"{code(3)},,汽车,松江区,K08,-Infinity,", ("panel_not_a_number", "F", "-Infinity")),
        (f"{code(3)},,汽车,松江区,K08,1_000,", ("panel_not_a_number", "F", "1_000")),
        (f"{code(3)},,汽车,松江区,K08,1e999,", ("panel_not_a_number", "F", "1e999")),
        (f"{code(3)},,汽车,松江区,K01,100.1,", ("panel_above_maximum", "F", "100.1")),
        (f"{code(3)},,汽车,松江区,K01,-0.1,", ("panel_below_minimum", "F", "-0.1")),
        (f"{code(3)},,汽车,松江区,K08,-100.5,", ("panel_below_minimum", "F", "-100.5")),
        (f"{code(3)},,汽车,松江区,K08,1e308,", ("panel_above_maximum", "F", "1e308")),
        (f"{code(3)},,汽车,松江区,K06,-1e308,", ("panel_below_minimum", "F", "-1e308")),
        (f"{code(3)},,汽车,松江区,K10,101,relative", ("panel_above_maximum", "F", "101")),
        (f"{code(3)},,汽车,松江区,K10,-101,points", ("panel_below_minimum", "F", "-101")),
        (f"{code(3)},,汽车,松江区,K11,101,points", ("panel_above_maximum", "F", "101")),
        (f"{code(3)},,汽车,松江区,K05,2.5,", ("panel_fractional_count", "F", "2.5")),
        (f"{code(3)},,汽车,松江区,K21,-1,", ("panel_below_minimum", "F", "-1")),
        (f"{code(3)},,汽车,松江区,K10,35,", ("panel_missing_basis", "G", None)),
        (f"{code(3)},,汽车,松江区,K10,35,倍", ("panel_unknown_basis", "G", "倍")),
        (f"{code(3)},,汽车,松江区,K08,35,points", ("panel_basis_not_allowed", "G", "points")),
        (f"{code(2)},,汽车,嘉定区,K10,36,relative", ("panel_repeated_value", "E", "K10")),
        (f"{code(1)},甲,高端装备,松江区,K15,3,", ("panel_two_industries", "C", "高端装备")),
        (f"{code(1)},乙,汽车,松江区,K15,3,", ("panel_two_groups", "B", "乙")),
        (f"{code(1)},,汽车,松江区,K15,3,", ("panel_two_groups", "B", None)),
        (f"{code(1)},甲,汽车,嘉定区,K15,3,", ("panel_two_bodies", "D", "嘉定区")),
        (f"{code(3)},甲\u202e,汽车,松江区,K08,1,", ("panel_forbidden_characters", "B", "甲\\u202e")),
        (f"{code(3)},,汽车,松江区,K08,1,,余", ("panel_extra_cells", "H", None)),
    ],
)
def test_a_fault_of_a_row_is_found_at_its_cell(row: str, found: tuple[str, str, str | None]) -> None:
    assert places([*long_rows(), row]) == [(found[0], 4, *found[1:])]


@pytest.mark.parametrize(
    ("kpi", "value", "basis"),
    [("K10", "100", "relative"), ("K10", "-900", "relative"), ("K11", "100", "points"), ("K11", "400", "相对"),
     ("K08", "-100", ""), ("K01", "0", ""), ("K01", "100", ""), ("K05", "0", ""), ("K06", "-30", "")],
)  # fmt: skip
def test_values_at_and_within_the_bounds_pass(kpi: str, value: str, basis: str) -> None:
    assert places([*long_rows(), f"{code(3)},,汽车,松江区,{kpi},{value},{basis}"]) == []


def test_a_blank_value_repeats_nothing_and_needs_no_basis() -> None:
    assert places([*long_rows(), f"{code(2)},,汽车,嘉定区,K10,,"]) == []


@pytest.mark.parametrize("name", ["credit_code", "group", "industry", "body", "kpi", "value", "basis"])
def test_a_missing_column_of_the_long_form_is_reported_once(name: str) -> None:
    frame = pd.read_csv(io.StringIO("\n".join(long_rows())), dtype=str).drop(columns=name)
    found = read_panel("panel.csv", frame.to_csv(index=False).encode(), "上海市").problems
    assert [(problem.code, problem.row, problem.params["name"]) for problem in found] == [
        ("panel_missing_column", 1, name)
    ]


def test_a_missing_basis_column_of_the_wide_form() -> None:
    frame = pd.read_csv(io.StringIO("\n".join(wide_rows())), dtype=str).drop(columns="K10_basis")
    found = read_panel("panel.csv", frame.to_csv(index=False).encode(), "上海市").problems
    assert [(problem.code, problem.params["name"]) for problem in found] == [("panel_missing_column", "K10_basis")]


def test_body_is_no_needed_column_elsewhere() -> None:
    frame = pd.read_csv(io.StringIO("\n".join(wide_rows())), dtype=str).drop(columns="body")
    assert read_panel("panel.csv", frame.to_csv(index=False).encode(), "江苏省").problems == ()


def test_unknown_and_repeated_columns_are_reported_with_the_nearest_name() -> None:
    lines = wide_rows()
    found = problems([lines[0] + ",生产效率提高,K08", *(line + ",1,2" for line in lines[1:])])
    assert [(problem.code, problem.row, problem.column, problem.value) for problem in found] == [
        ("panel_unknown_column", 1, "I", "生产效率提高"),
        ("panel_repeated_column", 1, "J", "K08"),
    ]
    assert found[0].params["nearest"] == "生产效率提升"


def test_an_enterprise_twice_in_the_wide_form_is_one_fault() -> None:
    again = places([*wide_rows(), f"{code(1)},甲,汽车,松江区,4,12,35,relative"])
    assert again == [("panel_repeated_enterprise", 4, "A", code(1))]
    conflict = places([*wide_rows(), f"{code(1)},甲,高端装备,松江区,4,12,35,relative"])
    assert conflict == [("panel_two_industries", 4, "C", "高端装备")]


def test_all_faults_at_once_in_the_order_of_the_file() -> None:
    lines = [*wide_rows(), f"{bad_digit(3)},,汽车,外滩,-1,x,5,", ",,,,,,,"]
    assert [(code_, row, column) for code_, row, column, _ in places(lines)] == [
        ("panel_invalid_credit_code", 4, "A"),
        ("panel_unknown_body", 4, "D"),
        ("panel_below_minimum", 4, "E"),
        ("panel_not_a_number", 4, "F"),
        ("panel_missing_basis", 4, "H"),
    ]


def test_rows_keep_their_number_behind_blank_rows() -> None:
    lines = [*wide_rows(), ",,,,,,,", f"{code(3)},,汽车,松江区,,x,,"]
    assert places(lines) == [("panel_not_a_number", 5, "F", "x")]


def test_faults_past_the_limit_are_counted_and_errors_go_first() -> None:
    most = panel_settings().limits.problems
    rows = [f"{code(n)},,汽车,松江区,K08,1,relative" for n in range(10, 10 + most)]
    rows += [f"{code(n)},,汽车,松江区,K08,x," for n in range(5000, 5000 + 7)]
    found = problems([*LONG, *rows])
    assert len(found) == most + 1
    assert sum(problem.code == "panel_not_a_number" for problem in found) == 7
    assert (found[-1].code, found[-1].params) == ("panel_more_problems", {"more": 7, "told": most})


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "panel_empty"),
        (b"\x00\x01\x02", "panel_unreadable"),
        (b"\xff\xfea\x00b", "panel_unreadable"),
        (b"PAR1 and nothing more", "panel_unreadable"),
        (b"PK\x03\x04 broken", "panel_unreadable"),
        (b'credit_code,"group', "panel_unreadable"),
        ("\n".join(LONG).encode(), "panel_empty"),
    ],
)
def test_a_file_that_holds_no_panel(data: bytes, found: str) -> None:
    reading = read_panel("panel", data, "上海市")
    assert [problem.code for problem in reading.problems] == [found]
    assert reading.blocked
    assert reading.records.empty


def test_a_zip_bomb_is_not_unpacked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    assert [problem.code for problem in read_panel("p", stream.getvalue(), "上海市").problems] == ["panel_unsafe"]


def _workbook(change: Any) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "数据"
    for line in wide_rows():
        sheet.append([float(cell) if cell.replace(".", "").isdigit() else cell for cell in line.split(",")])
    change(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _percent(sheet: Any) -> None:
    sheet["F2"] = 0.12
    sheet["F2"].number_format = "0.00%"


def _true(sheet: Any) -> None:
    sheet["F2"] = True


def _formula(sheet: Any) -> None:
    sheet["F2"] = "=1+1"


def _group_not_computed(sheet: Any) -> None:
    sheet["B2"] = '="演示集团"&"甲"'


def _group_not_found(sheet: Any) -> None:
    sheet["B2"] = "#N/A"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_percent, ("panel_percent_format", "数据", 2, "F", "0.12")),
        (_true, ("panel_not_a_number", "数据", 2, "F", "TRUE")),
        (_formula, ("panel_formula_not_computed", "数据", 2, "F", None)),
        (_group_not_computed, ("panel_formula_not_computed", "数据", 2, "B", None)),
        (_group_not_found, ("panel_error_cell", "数据", 2, "B", None)),
    ],
)
def test_cells_that_are_not_what_they_look_like(change: Any, found: tuple[Any, ...]) -> None:
    reading = read_panel("panel.xlsx", _workbook(change), "上海市")
    assert [
        (problem.code, problem.sheet, problem.row, problem.column, problem.value) for problem in reading.problems
    ] == [found]


def test_infinity_in_parquet_is_no_number() -> None:
    frame = pd.DataFrame({"credit_code": [code(1)], "group": [""], "industry": ["汽车"], "body": ["松江区"]})
    stream = io.BytesIO()
    frame.assign(K08=float("inf")).to_parquet(stream)
    found = read_panel("panel.parquet", stream.getvalue(), "上海市").problems
    assert [(problem.code, problem.row, problem.column, problem.value) for problem in found] == [
        ("panel_not_a_number", 2, "E", "inf")
    ]


def test_sizes_are_read() -> None:
    reading = read_sizes("sizes.csv", "region,industry,size\n上海市,汽车,900\n上海市,高端装备,1200\n".encode())
    assert reading.problems == ()
    assert reading.sizes[["region", "industry", "size"]].to_dict("list") == {
        "region": ["上海市", "上海市"],
        "industry": ["汽车", "高端装备"],
        "size": [900, 1200],
    }
    assert reading.sizes["groups"].isna().all()


def test_a_list_of_sizes_without_rows_is_said_to_be_that() -> None:
    assert [problem.code for problem in read_sizes("sizes.csv", b"region,industry,size\n").problems] == [
        "panel_sizes_empty"
    ]


def test_groups_of_a_register_are_read_where_they_are_given() -> None:
    data = "地区,行业,企业数,集团数\n上海市,汽车,900,\n上海市,高端装备,1200,700\n".encode()
    reading = read_sizes("sizes.csv", data)
    assert (reading.problems, reading.sizes["groups"].dropna().to_list()) == ((), [700])


@pytest.mark.parametrize(
    ("groups", "code"),
    [("1201", "panel_groups_above_size"), ("0", "panel_size_not_whole"), ("几家", "panel_size_not_whole")],
)
def test_impossible_groups_are_reported(groups: str, code: str) -> None:
    reading = read_sizes("sizes.csv", f"region,industry,size,groups\n上海市,高端装备,1200,{groups}\n".encode())
    assert [(problem.code, problem.row, problem.column, problem.value) for problem in reading.problems] == [
        (code, 2, "D", groups)
    ]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("上海市,汽车,0", ("panel_size_not_whole", 3, "C", "0")),
        ("上海市,汽车,-5", ("panel_size_not_whole", 3, "C", "-5")),
        ("上海市,汽车,1.5", ("panel_size_not_whole", 3, "C", "1.5")),
        ("上海市,汽车,许多", ("panel_size_not_whole", 3, "C", "许多")),
        ("上海市,采矿业,5", ("panel_unknown_industry", 3, "B", "采矿业")),
        (",汽车,5", ("panel_blank", 3, "A", None)),
        ("上海市,汽车,", ("panel_blank", 3, "C", None)),
        ("上海市,高端装备,5", ("panel_size_repeated", 3, "B", "高端装备")),
    ],
)
def test_a_fault_of_the_sizes_is_found_at_its_cell(row: str, found: tuple[Any, ...]) -> None:
    reading = read_sizes("sizes.csv", f"region,industry,size\n上海市,高端装备,12\n{row}\n".encode())
    assert [(problem.code, problem.row, problem.column, problem.value) for problem in reading.problems] == [found]


@pytest.mark.parametrize(("size", "found"), [(11, [("panel_size_below_panel", 2, "C", "11", 12)]), (12, [])])
def test_a_register_holds_all_that_the_panel_holds(size: int, found: list[tuple[Any, ...]]) -> None:
    panel = {("上海市", "高端装备"): PanelCount(12, 9), ("江苏省", "汽车"): PanelCount(900, 900)}
    reading = read_sizes("sizes.csv", f"region,industry,size\n上海市,高端装备,{size}\n上海市,汽车,5\n".encode(), panel)
    reported = [
        (problem.code, problem.row, problem.column, problem.value, problem.params["panel"])
        for problem in reading.problems
    ]
    assert (reported, reading.blocked) == (found, bool(found))


def test_a_missing_size_column() -> None:
    found = read_sizes("sizes.csv", "region,industry\n上海市,汽车\n".encode()).problems
    assert [(problem.code, problem.params["name"]) for problem in found] == [("panel_missing_column", "size")]
