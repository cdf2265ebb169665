"""The checklist for a visit: a point for each scenario of annex 2, and a document to print with what was said."""

from __future__ import annotations

from io import BytesIO

from docx import Document
from docx.oxml.ns import qn

from kpi.catalogue.catalogue import catalogue
from kpi.reports.meeting import BOX, VisitSection, visit_docx


def test_every_scenario_has_something_to_look_at_in_both_languages() -> None:
    for lang in ("zh", "en"):
        assert len({scenario.look.in_(lang) for scenario in catalogue().scenarios}) == 40


def test_the_document_holds_every_row_with_boxes_to_tick() -> None:
    sections = [
        VisitSection("场景：生产作业", (("24 在线智能检测", "检测工位的判定"), ("22 先进过程控制", "控制回路"))),
        VisitSection("存疑", (("K08 生产效率提升", '=HYPERLINK("x")\x00'),)),
    ]
    data = visit_docx("演示工厂（虚构）", 2025, ["企业名称: 演示"], sections, "zh", "演示数据（虚构）")
    document = Document(BytesIO(data))
    assert [len(table.rows) for table in document.tables] == [3, 2]
    row = [cell.text for cell in document.tables[0].rows[2].cells]
    assert row[:3] == ["2", "22 先进过程控制", "控制回路"]
    assert row[3].count(BOX) == 2
    assert "演示工厂（虚构）" in "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "虚构" in document.sections[0].header.paragraphs[0].text
    assert all(table._tbl.tblPr.find(qn("w:tblCellMar")) is not None for table in document.tables)
    foot = document.sections[0].footer
    assert "演示工厂（虚构） · 2025" in foot.paragraphs[0].text
    assert "PAGE" in foot._element.xml
    assert "\x00" not in document.tables[1].rows[1].cells[2].text
    assert data == visit_docx("演示工厂（虚构）", 2025, ["企业名称: 演示"], sections, "zh", "演示数据（虚构）")
