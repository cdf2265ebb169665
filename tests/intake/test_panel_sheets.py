"""A workbook's panel and register as a reader sees them: merged texts hold for every row, the hidden is not read."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl

from kpi.baseline.panel import read_panel
from kpi.baseline.registers import read_groups
from kpi.model.problem import Problem
from tests.freeform.hand_made_sheets import code

HEAD = ("credit_code", "group", "industry", "body", "K05", "K19")


def sheet(rows: Sequence[Sequence[object]], merged: Sequence[str] = (), hidden: str = "") -> bytes:
    """``hidden`` is a row's number or a column's letter."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for block in merged:
        book.active.merge_cells(block)
    if hidden.isdigit():
        book.active.row_dimensions[int(hidden)].hidden = True
    elif hidden:
        book.active.column_dimensions[hidden].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def places(problems: Sequence[Problem]) -> list[str]:
    return [f"{problem.code}@{problem.column or ''}{problem.row or ''}" for problem in problems]


def rows(*numbers: tuple[object, object]) -> list[tuple[object, ...]]:
    """Of the first enterprise alone group and body are stated."""
    named = [("甲集团", "汽车", "松江区"), *[(None, "汽车", None)] * (len(numbers) - 1)]
    return [HEAD, *((code(at), *named[at - 1], *pair) for at, pair in enumerate(numbers, 1))]


def test_a_group_and_a_body_merged_over_rows_are_those_of_each() -> None:
    reading = read_panel("p.xlsx", sheet(rows((3, 50), (4, 60), (5, 70)), ["B2:B3", "D2:D4"]), "上海市")
    assert reading.problems == ()
    known = reading.records.drop_duplicates("credit_code")
    assert (known["group"].tolist(), known["body"].tolist()) == (["甲集团", "甲集团", None], ["松江区"] * 3)


def test_a_number_merged_over_rows_or_columns_is_nobodys_in_particular() -> None:
    reading = read_panel("p.xlsx", sheet(rows((3, 50), (4, None), (5, None)), ["F2:F3", "E4:F4"]), "上海市")
    assert places(reading.problems) == ["panel_merged_cells@F2", "panel_merged_cells@E4"]


def test_what_a_panel_hides_is_not_read_and_is_reported() -> None:
    filtered = read_panel("p.xlsx", sheet(rows((3, 50), (4, 60)), hidden="3"), "上海市")
    assert (places(filtered.problems), filtered.problems[0].params) == (["panel_hidden_rows@"], {"rows": "3"})
    assert set(filtered.records["credit_code"]) == {code(1)}
    folded = read_panel("p.xlsx", sheet(rows((3, 50), (4, 60)), hidden="F"), "上海市")
    assert places(folded.problems) == ["panel_hidden_columns@"]
    assert set(folded.records["kpi"]) == {"K05"}


def test_a_register_of_groups_is_read_the_same() -> None:
    stated = [("credit_code", "group"), (code(1), "甲集团"), (code(2), None), (code(3), "乙集团")]
    reading = read_groups("g.xlsx", sheet(stated, ["B2:B3"], hidden="4"))
    assert places(reading.problems) == ["panel_hidden_rows@"]
    assert reading.groups["group"].tolist() == ["甲集团", "甲集团"]


def test_a_header_of_two_rows_is_read_as_one() -> None:
    """A KPI's name merged over its value and its basis; what is on one row alone is merged down, or stands above."""
    first = ["统一社会信用代码", "集团名称", "所属行业", "推荐单位", "人工智能模型数量", "资源综合利用率提升", None]
    values = [[code(at), None, "汽车", "松江区", 3 + at, 9.5 + at, "百分点"] for at in (1, 2)]
    header = [["某市汇总（虚构）"], first, [None] * 4 + ["数值", "数值", "口径"]]
    merged = ["A2:A3", "B2:B3", "C2:C3", "D2:D3", "F2:G2"]
    reading = read_panel("p.xlsx", sheet([*header, *values], merged), "上海市")
    assert places(reading.problems) == ["panel_rows_above@1"]
    known = reading.records.set_index(["credit_code", "kpi"])["value"]
    assert (known[code(1), "K05"], known[code(2), "K09"]) == (4.0, 11.5)
    assert set(reading.records.loc[reading.records["kpi"] == "K09", "basis"]) == {"points"}
    values[0][4] = "三个"
    wrong = read_panel("p.xlsx", sheet([*header, *values], merged), "上海市")
    assert places(wrong.problems) == ["panel_rows_above@1", "panel_not_a_number@E4"]
