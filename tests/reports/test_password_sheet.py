"""The sheet of first passwords, read back from the document."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from docx import Document
from docx.oxml.ns import qn

from kpi.access.passwords import FirstPassword
from kpi.reports.meeting import password_sheet

GIVEN = [
    FirstPassword("dora", "演示评审（虚构）", "reviewer", ("汽车",), "aaaaa-bbbbb-ccccc-ddddd"),
    FirstPassword("emil", "演示推荐单位（虚构）", "leader", ("松江区",), "eeeee-fffff-ggggg-hhhhh"),
]


def test_each_strip_holds_one_account_and_its_password_alone() -> None:
    document = Document(BytesIO(password_sheet(GIVEN, "zh", "https://duibiao.example", date(2025, 7, 1))))
    [table] = document.tables
    assert table._tbl.tblPr.find(qn("w:tblCellMar")) is not None, "the first line of a strip was cut off"
    strips = ["\n".join(cell.text for cell in row.cells) for row in table.rows]
    assert len(strips) == 2
    for strip, item in zip(strips, GIVEN, strict=True):
        other = next(two for two in GIVEN if two is not item)
        assert item.account in strip
        assert item.display in strip
        assert item.password in strip
        assert "https://duibiao.example" in strip
        assert other.password not in strip


def test_an_address_that_is_not_known_is_left_out() -> None:
    document = Document(BytesIO(password_sheet(GIVEN, "en", "", date(2025, 7, 1))))
    assert "Sign in at" not in "\n".join(cell.text for row in document.tables[0].rows for cell in row.cells)
