"""A table as a file, read back: the mark of its encoding, and no cell that runs."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from kpi.reports.as_xlsx import TABLE_FORMS
from tests.hostile.hostile_names import FORMULAS

ROWS = [["1", "演示企业（虚构）\n第二行"], ["2", "=1+1"], ["3", "\x00@SUM(A1)"], ["4", ""]]


def test_a_csv_opens_as_chinese_and_its_formulas_are_text() -> None:
    data = TABLE_FORMS[".csv"]("表", ["号", "名"], ROWS)
    assert data.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert read == [["号", "名"], ["1", "演示企业（虚构）\n第二行"], ["2", "'=1+1"], ["3", "'@SUM(A1)"], ["4", ""]]


def test_a_workbook_holds_the_same_as_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(TABLE_FORMS[".xlsx"]("表", ["号", "名"], ROWS))).active
    assert [[cell.value for cell in row] for row in sheet.rows][2] == ["2", "=1+1"]
    assert {cell.data_type for row in sheet.rows for cell in row if cell.value} == {"s"}


@pytest.mark.parametrize("name", FORMULAS)
def test_no_formula_of_a_hostile_name_starts_a_cell(name: str) -> None:
    data = TABLE_FORMS[".csv"]("t", ["a"], [[name]])
    [[_], [cell]] = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert not cell.startswith(tuple("=+-@＝＋－＠\t\r\n"))
