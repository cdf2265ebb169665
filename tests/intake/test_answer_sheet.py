"""An answer sheet says what the file said, and is read by the same rules."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from itertools import chain, cycle, repeat
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import match_kpi
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.form.answer_sheet import (
    _number_text,
    dump_sheet,
    load_sheet,
    place_of,
    read_sheet,
    sheet_items,
    sheet_of,
)
from kpi.intake.read import read
from kpi.intake.values.kpi_value import not_reported
from kpi.model.application import Application
from kpi.model.problem import Problem

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"


@pytest.mark.parametrize("name", ["example-application.csv", "example-application.xlsx"])
def test_a_faultless_file_reads_the_same_as_its_sheet(name: str) -> None:
    reading = read(name, (SAMPLES / name).read_bytes())
    again = read_sheet(sheet_of(reading.applications[0], reading.problems))
    assert again.problems == ()
    assert again.applications == reading.applications


def test_a_sheet_reads_like_a_file_of_its_rows_faults_and_all() -> None:
    reading = read("x.csv", (SAMPLES / "example-application.csv").read_bytes())
    texts = iter(["", "95,5", "不适用", "1e400", "=1+1", "\u202e35", "3\n5", "十", "35%", "-1", 'a"b', "x" * 2001])
    rows = [
        row.with_text(field, text)
        for row, field, text in zip(sheet_of(reading.applications[0]), cycle(ANSWER_FIELDS), chain(texts, repeat("?")))
    ]
    file = io.StringIO()
    csv.writer(file).writerows([["item", *ANSWER_FIELDS], *([row.item, *map(row.text, ANSWER_FIELDS)] for row in rows)])
    sent = read("answer-sheet.csv", file.getvalue().encode())
    again = read_sheet(tuple(rows))
    assert len(again.problems) > 20
    assert (again.problems, again.layout, again.questions) == (sent.problems, sent.layout, sent.questions)
    assert again.applications[0].facts == sent.applications[0].facts
    assert [replace(value, cell=None) for value in again.applications[0].values.values()] == [
        replace(value, cell=None) for value in sent.applications[0].values.values()
    ]


@pytest.mark.parametrize(
    ("line", "stands"),
    [
        ("资源综合利用率提升,12.5,,,,", {"value": "12.5"}),
        ("资源综合利用率提升,12.5%,怪,,,", {"value": "12.5", "basis": "怪"}),
        ("研制周期缩短,20,,三十,40,", {"value": "20", "before": "三十", "after": "40"}),
        ("研制周期缩短,20,,30,-40,", {"value": "20", "before": "30", "after": "-40"}),
        ("订单准时交付率提升,20,points,91,910,", {"value": "20", "basis": "points", "before": "91", "after": "910"}),
        ("研制周期缩短,三十,,,,", {"value": "三十"}),
    ],
)
def test_what_a_fault_keeps_from_being_read_stands_in_the_sheet_where_it_stood(
    line: str, stands: dict[str, str]
) -> None:
    """A number without its basis once went missing, and its fault with it."""
    reading = read("x.csv", f"item,value,basis,before,after,note\n{line}\n".encode())
    kpi = match_kpi(line.split(",")[0])
    assert kpi is not None
    [row] = [row for row in sheet_of(reading.applications[0], reading.problems) if row.item == kpi.code]
    assert {field: row.text(field) for field in ANSWER_FIELDS if row.text(field)} == stands
    again = read_sheet(sheet_of(reading.applications[0], reading.problems))
    assert {problem.code for problem in reading.problems if problem.params.get("item") == row.item} == {
        problem.code for problem in again.problems if problem.params.get("item") == row.item
    }


def test_names_in_no_list_stay_in_the_sheet_beside_those_that_are_known() -> None:
    text = "item,value\n推荐单位,浦东\n所属区域,浦西\n智能制造典型场景名称,智能仓储；自动仓储"
    reading = read("x.csv", text.encode())
    rows = {row.item: row.value for row in sheet_of(reading.applications[0], reading.problems)}
    assert (rows["body"], rows["district"], rows["scenarios"]) == ("浦东", "浦西", "智能仓储；自动仓储")


def test_a_sheet_has_every_item_once() -> None:
    reading = read("x.csv", (SAMPLES / "example-application.csv").read_bytes())
    sheet = sheet_of(reading.applications[0])
    assert [row.item for row in sheet] == sheet_items()
    assert load_sheet(dump_sheet(sheet)) == sheet


@settings(max_examples=300)
@given(st.floats(allow_nan=False, allow_infinity=False))
@example(1.2345678901234567e-05)
@example(1e-20)
def test_a_number_as_text_reads_back_and_has_no_exponent(number: float) -> None:
    text = _number_text(number)
    assert "e" not in text
    assert float(text) == number


@pytest.mark.parametrize("column", ["C", "G", "AB"])
def test_a_warning_at_a_cell_of_the_file_is_of_its_kpi_and_not_of_what_stands_at_that_row_of_the_sheet(
    column: str,
) -> None:
    """K09's 95 in row 9 of a factory's own table was said to be the maturity level, and its button led there."""
    rows = sheet_of(Application({}, {kpi.code: not_reported(kpi, 2025) for kpi in catalogue().kpis}))
    for row in range(2, len(rows) + 2):
        odd = Problem("warning", "far_from_published", "a.xlsx", "表", row, column, "95", params={"item": "K09"})
        assert place_of(odd, rows) == ("K09", "value")
