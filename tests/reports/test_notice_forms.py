"""Annexes 3 and 5 read back: columns, order and notes as the notice prints them, cells as reported."""

from __future__ import annotations

import csv
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from docx import Document

from kpi.model.application import Application
from kpi.reports.forms import annex3_docx, annex5
from kpi.reports.public_list import PackageItem, package_bytes, package_zip
from kpi.services.operation.demonstration_applications import demonstration_applications

HEADS = [
    "序号",
    "单位名称",
    "工厂名称",
    "统一社会信用代码",
    "所属行业（电子信息、汽车、高端装备、生命健康、先进材料、时尚消费品）",
    "智能制造能力成熟度评估分数得分",
    "智能制造能力成熟度评估等级",
    "智能制造典型场景名称（场景名称须来自附件2）",
    "工厂地址",
    "联系人",
    "联系方式（手机号）",
]
NOTE = "注：1.推荐排名有先后；2.推荐数量不能超过规定的上限。"
CHOSEN = demonstration_applications()[2:5][::-1]
WARNING = "演示数据 & 虚构"


def read_back(name: str) -> tuple[list[str], list[list[str]]]:
    """The lines around the table, and the table."""
    data = annex5(name, "松江区", 2025, CHOSEN, WARNING)
    assert data == annex5(name, "松江区", 2025, CHOSEN, WARNING), "the same list is the same file"
    if name.endswith(".docx"):
        document = Document(BytesIO(data))
        assert document.sections[0].header.paragraphs[0].text == WARNING
        [table] = document.tables
        return [paragraph.text for paragraph in document.paragraphs], [
            [cell.text for cell in row.cells] for row in table.rows
        ]
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    assert sheet.oddHeader.center.text == WARNING.replace("&", "&&")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows.pop() == [WARNING, *[None] * (len(HEADS) - 1)], "who reads the cells alone sees no header of a page"
    lines = [str(row[0]) for row in (*rows[:3], rows[-1])]
    return lines, [[str(cell) for cell in row] for row in rows[3:-1]]


@pytest.mark.parametrize("name", ["x.xlsx", "x.docx"])
def test_annex_5_is_in_the_form_of_the_notice(name: str) -> None:
    lines, [heads, *rows] = read_back(name)
    assert lines == ["附件 5", "上海市先进级智能工厂推荐汇总表", "推荐单位（盖章）：松江区", NOTE]
    assert heads == HEADS
    assert [row[0] for row in rows] == ["1", "2", "3"]
    for row, application in zip(rows, CHOSEN, strict=True):
        assert row[1:4] == [application.text("enterprise"), application.text("factory_name"), application.credit_code]
        assert row[4:7] == [
            application.industry,
            str(application.facts["maturity_score"]),
            f"L{application.facts['maturity_level']}",
        ]
        assert row[7] == "、".join(application.scenarios)
        assert row[8:] == [application.text("address"), application.text("contact"), application.text("phone")]


def test_a_list_of_nobody_is_a_form_with_a_head() -> None:
    document = Document(BytesIO(annex5("x.docx", "松江区", 2025, [])))
    assert len(document.tables[0].rows) == 1
    assert document.sections[0].header.paragraphs[0].text == ""


def test_a_name_that_looks_like_a_formula_stays_a_name() -> None:
    [first, *_] = CHOSEN
    odd = Application(dict(first.facts) | {"enterprise": '=HYPERLINK("http://x")'}, first.values)
    sheet = openpyxl.load_workbook(BytesIO(annex5("x.xlsx", "松江区", 2025, [odd]))).worksheets[0]
    assert (sheet["B5"].value, sheet["B5"].data_type) == ('=HYPERLINK("http://x")', "s")


def test_annex_3_has_the_rows_of_the_notice() -> None:
    [first, *_] = CHOSEN
    first = Application(dict(first.facts) | {"remarks": "二期厂房在建"}, first.values)
    document = Document(BytesIO(annex3_docx(first, WARNING)))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert [row[0] for row in rows] == ["1", "2", "3", "4", "5", "6", "7", "8", "8", "9", "10", ""]
    assert [row[1] for row in rows][6:] == [
        "成熟度等级（自评估）",
        "所获荣誉",
        "企业负责人",
        "企业联系人",
        "企业填表人",
        "其他说明事项",
    ]
    by_title = {row[1]: row[2:] for row in rows}
    assert by_title["企业名称"][0] == first.text("enterprise")
    assert by_title["成熟度等级（自评估）"][0] == f"L{first.facts['maturity_level']}"
    assert by_title["企业联系人"] == [first.text("contact"), first.text("phone")]
    assert by_title["所属集团"][0] == (first.group or "")
    assert by_title["其他说明事项"] == ["二期厂房在建", "二期厂房在建"], "one cell over both columns"


def test_the_package_holds_every_form_and_document_with_its_hash(tmp_path: Path) -> None:
    report, assessment = tmp_path / "report", tmp_path / "assessment"
    report.write_bytes(b"word")
    assessment.write_bytes(b"%PDF")
    items = [
        PackageItem(CHOSEN[0], {"report": report, "self_assessment": assessment}),
        PackageItem(CHOSEN[1], {}),
    ]
    data = package_zip("松江区", 2025, items, WARNING)
    assert data == package_zip("松江区", 2025, items, WARNING)
    assert len(data) == package_bytes("松江区", 2025, items, WARNING), "the size is known before it is made"
    first, second = (f"{place:02}-{item.credit_code}" for place, item in enumerate(CHOSEN[:2], start=1))
    with ZipFile(BytesIO(data)) as package:
        assert package.testzip() is None
        names = package.namelist()
        assert names == [
            "附件5-推荐汇总表.xlsx",
            "附件5-推荐汇总表.docx",
            f"{first}/附件3-申报单位信息表.docx",
            f"{first}/附件4-申报书.docx",
            f"{first}/附件4-自评估报告.pdf",
            f"{second}/附件3-申报单位信息表.docx",
            "manifest.csv",
        ]
        rows = list(csv.DictReader(StringIO(package.read("manifest.csv").decode("utf-8-sig"))))
        assert [row["path"] for row in rows] == names[:-1]
        for row in rows:
            content = package.read(row["path"])
            assert (row["bytes"], row["sha256"]) == (str(len(content)), sha256(content).hexdigest())
        table = Document(BytesIO(package.read(names[1]))).tables[0]
        assert [row.cells[3].text for row in table.rows][1:] == [item.credit_code for item in CHOSEN[:2]]
