"""Any title names a sheet: xlsxwriter, which refuses what Excel refuses, takes them all."""

from __future__ import annotations

import io

import openpyxl
import pytest

from kpi.reports.as_xlsx import plain_workbook
from kpi.reports.content import LONGEST, sheet_name

TITLES = [
    "差距与建议",
    "Gaps, and what can be done about them:",
    "Where it is from, and its hashes",
    "a/b\\c[d]?*",
    "'quoted'",
    "history",
    "",
    "𠮷" * 20,
    "上海" * 40,
]


@pytest.mark.parametrize("title", TITLES)
def test_a_title_becomes_a_name_that_a_workbook_takes(title: str) -> None:
    [sheet] = openpyxl.load_workbook(io.BytesIO(plain_workbook({title: [["a"], [1]]}))).sheetnames
    assert sheet == sheet_name(title)
    assert 0 < len(sheet.encode("utf-16-le")) // 2 <= LONGEST


def test_a_short_title_stays_and_a_long_one_shows_that_it_goes_on() -> None:
    assert sheet_name("指标明细") == "指标明细"
    assert sheet_name("Where it is from, and its hashes") == "Where it is from, and its hash…"


def test_two_long_titles_with_the_same_beginning_are_two_sheets() -> None:
    titles = {"x" * 40 + end: [["a"]] for end in ("1", "2", "3")} | {"X" * 50: [["a"]]}
    names = openpyxl.load_workbook(io.BytesIO(plain_workbook(titles))).sheetnames
    assert len({name.casefold() for name in names}) == 4
