"""A recipe reads a panel of another shape to the same content, and accounts for every row and blank."""

from __future__ import annotations

import hashlib
import io
import json

import openpyxl
import pytest

from kpi.baseline.content_hash import baseline_sha256
from kpi.baseline.panel import PanelReading, read_panel
from kpi.baseline.recipe import (
    CellRepair,
    LeftOutRow,
    MappedColumn,
    MergedRow,
    PanelRecipe,
    RefusedRow,
    read_recipe,
    recipe_bytes,
)
from kpi.catalogue.names import match_sub_industry
from kpi.errors import InvalidFile
from tests.benchmark.panels import credit_code

ONE, TWO, THREE = (credit_code(number) for number in range(1, 4))
REGION = "江苏省"
PLAIN = [
    "credit_code,group,industry,K01,K08,K10,K10_basis",
    f"{ONE},甲,汽车,35,12,7,relative",
    f"{TWO},,汽车,7,7.5,2,relative",
]


def read(lines: list[str], recipe: PanelRecipe | None = None, encoding: str = "utf-8") -> PanelReading:
    return read_panel("p.csv", "\n".join(lines).encode(encoding), REGION, recipe)


def codes(reading: PanelReading) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.column) for problem in reading.problems]


def content(reading: PanelReading) -> str:
    return baseline_sha256(reading.records, None, REGION, 2025, None, reading.sub_industries)


def columns(**held: str) -> tuple[MappedColumn, ...]:
    return tuple(MappedColumn(header=header, holds=holds) for header, holds in held.items())


ODD = [
    "某省智能工厂指标汇总（虚构）",
    "",
    "企业代码,集团,行业,产线数字化,生产效率提升,效率,不良率,备注",
    f"{ONE},甲,汽车,0.35,12,1,7,x",
    f"{TWO},/,汽车,0.07,7.5,2,2,y",
    f"{TWO},/,汽车,0.07,,3,2,z",
    f"{THREE},,汽车,0.5,约十,4,1,z",
]
ODD_RECIPE = PanelRecipe(
    name="某省",
    header_row=3,
    columns=columns(企业代码="credit_code", 产线数字化="K01", 效率="omit", 不良率="K10", 备注="omit"),
    constants={"K10_basis": "relative"},
    fractions=("K01",),
    blanks=("/",),
    merge=True,
    repairs_of=hashlib.sha256("\n".join(ODD).encode()).hexdigest(),
    rows=(LeftOutRow(row=7, because="企业来函撤回"),),
)


def test_a_panel_of_another_shape_with_its_recipe_has_the_content_of_the_plain_one() -> None:
    read_so = read(ODD, ODD_RECIPE)
    assert codes(read_so) == [("panel_rows_above", 1, None)]
    assert content(read_so) == content(read(PLAIN))


def test_each_column_says_how_it_is_read_and_what_of_it_is_read_otherwise() -> None:
    shape = read(ODD, ODD_RECIPE).shape
    assert shape is not None
    read_as = {column.header: (column.holds, column.meaning.grounds, column.example) for column in shape.columns}
    assert read_as["集团"] == ("group", ("column",), ("甲", "甲"))
    assert read_as["产线数字化"] == ("K01", ("recipe",), ("0.35", "35"))
    assert read_as["生产效率提升"] == ("K08", ("exact",), ("12", "12"))
    assert read_as["备注"] == ("omit", ("recipe", "beside"), ("x", "x"))
    changes = {
        column.header: [(change.kind, change.count, change.was, change.becomes) for change in column.changes]
        for column in shape.columns
        if column.changes
    }
    assert changes == {"集团": [("blank", 2, "/", "")], "产线数字化": [("percent", 3, "0.35", "35")]}


def test_every_row_read_is_taken_merged_or_refused() -> None:
    rows = read(ODD, ODD_RECIPE).rows
    assert (rows.read, rows.taken, rows.count_taken) == (4, ((4, 5),), 2)
    assert rows.merged == (MergedRow(6, 5),)
    assert rows.refused == (RefusedRow(7, "left_out", "企业来函撤回"),)
    assert rows.blanked == {"/": 2}


def test_without_the_recipe_what_is_not_certain_is_asked() -> None:
    reading = read(ODD[2:])
    assert reading.shape is not None
    unknown = [column.header for column in reading.shape.columns if column.holds is None]
    assert unknown == ["企业代码", "产线数字化", "效率", "不良率", "备注"]
    assert reading.shape.missing == ("credit_code",)
    assert reading.blocked


def test_a_recipe_kept_as_a_file_is_the_same_recipe() -> None:
    assert read_recipe("r.json", recipe_bytes(ODD_RECIPE)) == ODD_RECIPE


@pytest.mark.parametrize("was", ["", "甲"])
def test_a_repair_of_a_cell_below_a_merged_text_fits_as_the_file_has_it_and_as_it_is_read(was: str) -> None:
    """A recipe from before a merged text held for its rows said that the cell was blank."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["credit_code", "group", "industry", "K01"], [ONE, "甲", "汽车", 35], [TWO, None, "汽车", 7]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    out = io.BytesIO()
    book.save(out)
    repair = CellRepair(row=3, column="B", was=was, becomes="乙", because="工商登记")
    recipe = PanelRecipe(name="x", repairs_of=hashlib.sha256(out.getvalue()).hexdigest(), cells=(repair,))
    reading = read_panel("p.xlsx", out.getvalue(), REGION, recipe)
    assert codes(reading) == []
    assert reading.records["group"].tolist() == ["甲", "乙"]
    other = recipe.model_copy(update={"cells": (repair.model_copy(update={"row": 2, "was": ""}),)})
    assert [code for code, *_ in codes(read_panel("p.xlsx", out.getvalue(), REGION, other))] == ["recipe_repair_unfit"]


def test_rows_that_contradict_each_other_are_not_merged() -> None:
    lines = [*PLAIN, f"{TWO},,汽车,8,7.5,2,relative"]
    reading = read(lines, PanelRecipe(name="x", merge=True))
    assert codes(reading) == [("panel_repeated_enterprise", 4, "A")]
    assert reading.rows.merged == ()


def test_the_long_form_is_merged_value_by_value_and_its_fractions_are_of_their_kpi_alone() -> None:
    long = [
        "credit_code,group,industry,kpi,value,basis",
        f"{ONE},,汽车,K01,0.35,",
        f"{ONE},,汽车,生产效率提升,12,",
        f"{ONE},,汽车,K08,12.0,",
        f"{TWO},,汽车,K08,,",
    ]
    reading = read(long, PanelRecipe(name="x", merge=True, fractions=("K01",)))
    assert codes(reading) == []
    assert reading.records[["kpi", "value"]].to_numpy().tolist() == [["K01", 35], ["K08", 12]]
    assert reading.rows.merged == (MergedRow(4, 3),)
    assert reading.rows.refused == (RefusedRow(5, "no_value"),)


@pytest.mark.parametrize("value", ["0.07", "0.145", "0.29", "0.57", "1", ".1"])
def test_fractions_become_percent_as_people_reckon(value: str) -> None:
    lines = ["credit_code,group,industry,K01", f"{ONE},,汽车,{value}"]
    [found] = read(lines, PanelRecipe(name="x", fractions=("K01",))).records["value"]
    assert repr(found) == repr(round(float(value) * 100, 6))


def test_a_repair_is_of_its_file_and_its_cell() -> None:
    lines = [*PLAIN, f"{THREE},,汽车,9,约十,1,relative"]
    sha256 = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    good = CellRepair(row=4, column="E", was="约十", becomes="10", because="电话核实")
    repaired = read(lines, PanelRecipe(name="x", repairs_of=sha256, cells=(good,)))
    assert codes(repaired) == []
    assert repaired.records["value"].tolist()[-2] == 10
    other = read(lines, PanelRecipe(name="x", repairs_of=sha256, cells=(good.model_copy(update={"was": "十"}),)))
    assert codes(other) == [("recipe_repair_unfit", 4, None), ("panel_not_a_number", 4, "E")]
    elsewhere = read([*lines, ""], PanelRecipe(name="x", repairs_of=sha256, cells=(good,)))
    assert codes(elsewhere) == [("recipe_repairs_of_other", None, None), ("panel_not_a_number", 4, "E")]


def test_a_column_of_the_recipe_that_the_file_lacks_is_reported() -> None:
    recipe = PanelRecipe(name="x", columns=columns(去年的列="K02", 备注="omit"))
    assert codes(read(PLAIN, recipe)) == [("recipe_column_missing", 1, None)]
    under_its_own_name = PanelRecipe(name="x", columns=columns(去年的列="K01"))
    assert codes(read(PLAIN, under_its_own_name)) == []


def test_two_columns_of_one_name_are_told_apart() -> None:
    lines = ["credit_code,group,industry,K01,K01", f"{ONE},,汽车,1,2"]
    assert codes(read(lines)) == [("panel_repeated_column", 1, "E")]
    first = PanelRecipe(name="x", columns=(MappedColumn(header="K01", holds="omit"),))
    assert read(lines, first).records["value"].tolist() == [2]
    second = PanelRecipe(name="x", columns=(MappedColumn(header="K01", holds="omit", occurrence=2),))
    assert read(lines, second).records["value"].tolist() == [1]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "gb18030", "utf-8"])
def test_an_encoding_is_as_stated(encoding: str) -> None:
    recipe = PanelRecipe.model_validate({"name": "x", "encoding": encoding})
    assert content(read(PLAIN, recipe, encoding)) == content(read(PLAIN))


def test_what_is_not_in_the_stated_encoding_sheet_or_row_is_refused() -> None:
    assert codes(read(PLAIN, PanelRecipe(name="x", encoding="utf-8"), "gb18030"))[0][0] == "panel_other_encoding"
    assert codes(read(PLAIN, PanelRecipe(name="x", header_row=9))) == [("panel_no_header", None, None)]
    book = openpyxl.Workbook()
    sheets = [book.active, book.create_sheet("数据"), book.create_sheet("旧数据")]
    for at, sheet in enumerate(sheets):
        for line in PLAIN[: 1 + at]:
            sheet.append(line.split(","))
    stream = io.BytesIO()
    book.save(stream)
    for name, found in (("旧数据", 2), ("数据", 1)):
        reading = read_panel("p.xlsx", stream.getvalue(), REGION, PanelRecipe(name="x", sheet=name))
        assert reading.records["credit_code"].nunique() == found
    missing = read_panel("p.xlsx", stream.getvalue(), REGION, PanelRecipe(name="x", sheet="没有"))
    assert codes(missing) == [("panel_no_sheet", None, None)]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"columns": [{"header": "x", "holds": "K99"}]}, "columns.0.holds"),
        ({"constants": {"K08_basis": "relative"}}, "constants.K08_basis"),
        ({"constants": {"K10_basis": "倍"}}, "constants.K10_basis"),
        ({"fractions": ["K05"]}, "fractions"),
        ({"cells": [{"row": 2, "column": "E", "was": "1", "becomes": "2"}]}, "repairs_of"),
        ({"header_row": 0}, "header_row"),
        ({"encoding": "utf-7"}, "encoding"),
        ({"other": 1}, "other"),
        ({"rows": [{"row": 2, "because": "看不见\u200b"}], "repairs_of": "0"}, "because"),
    ],
)
def test_a_recipe_that_states_what_no_panel_has_is_refused_by_its_key(change: dict[str, object], key: str) -> None:
    with pytest.raises(InvalidFile) as refused:
        read_recipe("r.json", json.dumps({"name": "x", **change}).encode())
    assert [(problem.code, problem.params["name"]) for problem in refused.value.problems] == [("recipe_unfit", key)]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[]", b"{", b"[" * 100_000])
def test_what_is_no_recipe_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidFile) as refused:
        read_recipe("r.json", data)
    assert [problem.code for problem in refused.value.problems] == ["recipe_unreadable"]


def test_a_recipe_for_another_file_keeps_everything_but_its_repairs() -> None:
    offered = ODD_RECIPE.without_repairs()
    assert (offered.columns, offered.fractions) == (ODD_RECIPE.columns, ODD_RECIPE.fractions)
    assert (offered.repairs, offered.repairs_of) == (0, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [("C36", "C36"), ("3610", "C3610"), ("ｃ３６１", "C361"), (" C 3610 ", "C3610"), ("D44", "D44"),
     ("C44", None), ("A01", None), ("36101", None), ("汽车", None), ("", None)],
)  # fmt: skip
def test_codes_of_gb_t_4754(text: str, code: str | None) -> None:
    assert match_sub_industry(text) == code


def test_sub_industries_are_read_checked_and_part_of_the_content() -> None:
    head, *rows = PLAIN
    lines = [f"{head},国民经济行业代码", f"{rows[0]},C3610", f"{rows[1]},"]
    reading = read(lines)
    assert codes(reading) == []
    assert reading.sub_industries.to_numpy().tolist() == [[ONE, "C3610"]]
    assert content(reading) != content(read(PLAIN))
    assert content(read([lines[0], f"{rows[0]},36 10", f"{rows[1]},"])) == content(reading)
    assert codes(read([lines[0], f"{rows[0]},99", lines[2]])) == [("panel_unknown_sub_industry", 2, "H")]
    long = [
        "credit_code,group,industry,sub_industry,kpi,value,basis",
        f"{ONE},,汽车,36,K01,1,",
        f"{ONE},,汽车,37,K08,1,",
    ]
    assert codes(read(long)) == [("panel_two_sub_industries", 3, "D")]


GROWTH = ["credit_code,group,industry,销售增长率", f"{ONE},,汽车,0.35", f"{TWO},,汽车,-0.02"]
FRACTIONS = PanelRecipe(name="x", fractions=("K07",))


def test_fractions_of_another_file_are_asked_where_a_value_of_this_one_is_in_per_cent() -> None:
    """Growth has no upper bound: 35.2 would have been read as 3520 %, and nobody would have seen it."""
    assert read(GROWTH, FRACTIONS).records["value"].tolist() == [35, -2]
    reading = read([*GROWTH[:2], f"{TWO},,汽车,35.2"], FRACTIONS)
    assert codes(reading) == [("recipe_fraction_doubtful", None, None)]
    assert reading.shape is not None
    [doubt] = reading.shape.scales
    assert (doubt.kpi, doubt.cell, doubt.value) == ("K07", "D3", "35.2")
    long = ["credit_code,group,industry,kpi,value,basis", f"{ONE},,汽车,K07,0.35,", f"{TWO},,汽车,K07,35.2,"]
    assert codes(read(long, FRACTIONS)) == [("recipe_fraction_doubtful", None, None)]


def test_fractions_of_another_file_are_asked_where_the_header_says_per_cent_or_is_another() -> None:
    said = [GROWTH[0].replace("销售增长率", "销售增长率（%）"), *GROWTH[1:]]
    assert codes(read(said, FRACTIONS)) == [("recipe_fraction_doubtful", None, None)]
    named = FRACTIONS.model_copy(update={"columns": columns(销售增速="K07")})
    assert codes(read(GROWTH, named)) == [("recipe_fraction_doubtful", None, None)]
    assert codes(read([GROWTH[0].replace("销售增长率", "销售增速"), *GROWTH[1:]], named)) == []


def test_what_was_confirmed_for_this_very_file_is_not_asked_again() -> None:
    odd = [*GROWTH[:2], f"{TWO},,汽车,35.2"]
    confirmed = FRACTIONS.made_for(hashlib.sha256("\n".join(odd).encode()).hexdigest())
    reading = read(odd, confirmed)
    assert (codes(reading), reading.records["value"].tolist()) == ([], [35, 3520])


def test_a_number_that_stood_for_nothing_in_another_file_is_asked() -> None:
    lines = ["credit_code,group,industry,K01,K08", f"{ONE},,汽车,0,/", f"{TWO},,汽车,7,1"]
    blanks = PanelRecipe(name="x", blanks=("0", "/"))
    reading = read(lines, blanks)
    assert codes(reading) == [("recipe_blank_doubtful", None, None)]
    assert reading.rows.blanked == {"/": 1}
    confirmed = read(lines, blanks.made_for(hashlib.sha256("\n".join(lines).encode()).hexdigest()))
    assert (codes(confirmed), confirmed.rows.blanked) == ([], {"0": 1, "/": 1})


def test_what_holds_for_all_rows_of_another_file_gives_way_to_what_this_one_says() -> None:
    basis = PanelRecipe(name="x", constants={"K10_basis": "relative"})
    own = [PLAIN[0], PLAIN[1].replace("relative", "points"), PLAIN[2]]
    assert read(own, basis).records["basis"].tolist() == [None, None, "points", None, None, "relative"]
    points = ["credit_code,group,industry,产品不良率下降（百分点）", f"{ONE},,汽车,7"]
    assert codes(read(points, basis)) == [("panel_missing_column", 1, None)]
    confirmed = basis.made_for(hashlib.sha256("\n".join(points).encode()).hexdigest())
    assert read(points, confirmed).records["basis"].tolist() == ["relative"]


def test_a_title_more_than_in_the_file_of_the_recipe_moves_the_header() -> None:
    recipe = ODD_RECIPE.without_repairs()
    assert recipe.header_row == 3
    reading = read(["某省", *ODD[:-1]], recipe)
    assert content(reading) == content(read(PLAIN))
    assert reading.shape is not None
    assert reading.shape.header_row == 4


def test_an_encoding_of_another_file_makes_no_other_characters_of_this_one() -> None:
    recipe = PanelRecipe(name="x", encoding="gb18030")
    assert read(["credit_code,group,industry,K01", f"{ONE},联通,Automotive,1"], recipe).records["group"].tolist() == [
        "联通"
    ]


def test_what_stood_in_brackets_in_the_file_of_a_stored_recipe_is_no_question_again() -> None:
    lines = ["credit_code,group,industry,关键设备数控化率（产线）,K08", f"{ONE},,汽车,35,1"]
    recipe = PanelRecipe(name="x", merge=True)
    assert codes(read(lines, recipe)) == [("panel_unknown_column", 1, "D")]
    confirmed = recipe.made_for(hashlib.sha256("\n".join(lines).encode()).hexdigest())
    assert read(lines, confirmed).records["value"].tolist() == [35, 1]
