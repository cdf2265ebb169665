"""The list for publicity and the final list, read back from both forms."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from docx import Document

from kpi.intake.lists import read_awarded
from kpi.model.claims import Award, final_list
from kpi.reports.public_list import (
    LIST_FORMS,
    PublicEntry,
    PublicList,
    PublicListKind,
    PublicNotice,
    PublicObjection,
    list_title,
    public_list,
)
from tests.benchmark.panels import credit_code

ENTRIES = [
    PublicEntry("=演示甲工厂（虚构）", "演示甲企业（虚构）", "汽车", "松江区", "91000000MA0010176X"),
    PublicEntry("演示乙工厂（虚构）", "演示乙企业\x00（虚构）", "高端装备", "临港新片区", "91000000MA0010221Y"),
]
HEADS = ["序号", "智能工厂名称", "申报单位", "所属行业", "推荐单位"]
ROWS = [
    ["1", "=演示甲工厂（虚构）", "演示甲企业（虚构）", "汽车", "松江区"],
    ["2", "演示乙工厂（虚构）", "演示乙企业（虚构）", "高端装备", "临港新片区"],
]
HANDLED = [
    PublicObjection("丙厂（虚构）", "丙企业（虚构）", date(2026, 3, 2), "upheld", on_list=False),
    PublicObjection("演示甲工厂（虚构）", "演示甲企业（虚构）", date(2026, 3, 3), "upheld", on_list=True),
    PublicObjection("演示乙工厂（虚构）", "演示乙企业（虚构）", date(2026, 3, 4), "rejected", on_list=True),
]
WARNING = "演示数据 & 虚构"


@pytest.mark.parametrize("kind", ["publicity", "final"])
def test_the_workbook_holds_every_factory_in_order_and_its_warning(kind: PublicListKind) -> None:
    sheet = openpyxl.load_workbook(BytesIO(public_list(".xlsx", PublicList(kind, 2025, ENTRIES, WARNING)))).active
    assert sheet["A1"].value == list_title(kind, 2025)
    *table, below = ([cell.value for cell in row] for row in sheet.iter_rows(min_row=3, max_row=6))
    assert (table, below[0]) == ([HEADS, *ROWS], "共 2 家。")
    assert {cell.data_type for row in sheet.iter_rows(min_row=3, max_row=5) for cell in row} == {"s"}
    assert sheet.oddHeader.center.text.replace("&&", "&") == WARNING


@pytest.mark.parametrize("kind", ["publicity", "final"])
def test_the_document_holds_the_same(kind: PublicListKind) -> None:
    document = Document(BytesIO(public_list(".docx", PublicList(kind, 2025, ENTRIES, WARNING))))
    assert document.paragraphs[0].text == list_title(kind, 2025)
    [table] = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [HEADS, *ROWS]
    assert document.sections[0].header.paragraphs[0].text == WARNING
    assert "PAGE" in document.sections[0].footer._element.xml


def read_lines(suffix: str, content: PublicList) -> list[str]:
    """Everything in a file that is no table of factories, the title first."""
    data = BytesIO(public_list(suffix, content))
    if suffix == ".docx":
        return [paragraph.text for paragraph in Document(data).paragraphs if paragraph.text]
    sheet = openpyxl.load_workbook(data).worksheets[0]
    factories = range(3, 4 + len(content.entries))
    rows = [row for at, row in enumerate(sheet.iter_rows(), start=1) if at not in factories]
    return [str(cell.value) for row in rows for cell in row if cell.value]


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
@pytest.mark.parametrize("kind", ["publicity", "final"])
def test_a_list_says_its_period_whom_to_write_to_who_issues_it_and_when(suffix: str, kind: PublicListKind) -> None:
    notice = PublicNotice(
        date(2026, 3, 2),
        date(2026, 3, 8),
        date(2026, 3, 1),
        "=演示路 1 号（虚构）",
        "021-60000000",
        "demo@example.invalid",
    )
    title, lead, count, write, *contact, office, day = read_lines(
        suffix, PublicList(kind, 2025, ENTRIES, WARNING, notice=notice)
    )
    assert (title, count) == (list_title(kind, 2025), "共 2 家。")
    assert "2025 年度" in lead
    assert lead.endswith("公示期：2026 年 3 月 2 日 至 2026 年 3 月 8 日。")
    assert ("异议" in write) is (kind == "publicity")
    assert office in write
    assert contact == [
        "联系地址：=演示路 1 号（虚构）",
        "联系电话：021-60000000",
        "电子邮箱：demo@example.invalid",
    ]
    assert (office, day) == ("上海市经济和信息化委员会", "2026 年 3 月 1 日")


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_what_is_not_set_is_a_line_to_be_filled_in_that_says_so(suffix: str) -> None:
    _, lead, _, _, *contact, _, day = read_lines(suffix, PublicList("publicity", 2025, ENTRIES))
    assert "＿ 至 ＿" in lead
    assert "待填写" in lead
    assert len(contact) == 3
    assert all("＿＿" in line and "待填写" in line for line in contact)
    assert day == "＿＿＿＿年＿＿月＿＿日"


def test_the_two_lists_are_called_differently_and_the_same_list_is_the_same_file() -> None:
    assert list_title("publicity", 2025) != list_title("final", 2025)
    for suffix in LIST_FORMS:
        content = PublicList("final", 2025, ENTRIES, objections=HANDLED)
        assert public_list(suffix, content) == public_list(suffix, content)


def test_both_forms_say_how_objections_came_out_and_whether_the_factory_is_off_the_list() -> None:
    head = ["序号", "智能工厂名称", "申报单位", "答复日期", "处理结果"]
    rows = [
        ["1", "丙厂（虚构）", "丙企业（虚构）", "2026 年 3 月 2 日", "异议成立，不列入名单"],
        ["2", "演示甲工厂（虚构）", "演示甲企业（虚构）", "2026 年 3 月 3 日", "异议成立"],
        ["3", "演示乙工厂（虚构）", "演示乙企业（虚构）", "2026 年 3 月 4 日", "异议不成立"],
    ]
    content = PublicList("final", 2025, ENTRIES, WARNING, HANDLED)
    book = openpyxl.load_workbook(BytesIO(public_list(".xlsx", content)))
    assert [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(min_row=2)] == [head, *rows]
    document = Document(BytesIO(public_list(".docx", content)))
    [over] = [paragraph for paragraph in document.paragraphs if paragraph.text == "公示异议处理结果"]
    assert over.paragraph_format.keep_with_next, "alone at the end of a page"
    listed, handled = document.tables
    assert [[cell.text for cell in row.cells] for row in listed.rows] == [HEADS, *ROWS]
    assert [[cell.text for cell in row.cells] for row in handled.rows] == [head, *rows]


def test_the_final_list_as_a_table_is_read_by_the_import_of_awards() -> None:
    """Also where a factory has no name of its own."""
    unnamed = PublicEntry("", "演示丙企业（虚构）", "汽车", "松江区", credit_code(3))
    given = PublicList("final", 2025, [*ENTRIES, unnamed], WARNING)
    reading = read_awarded("名单.csv", public_list(".csv", given))
    assert reading.problems == ()
    source = f"{final_list(2025)}（{WARNING}）"
    assert reading.awards == (
        Award("91000000MA0010176X", "'=演示甲工厂（虚构）", "先进级", 2025, source, "松江区"),
        Award("91000000MA0010221Y", "演示乙工厂（虚构）", "先进级", 2025, source, "临港新片区"),
        Award(credit_code(3), "演示丙企业（虚构）", "先进级", 2025, source, "松江区"),
    )
