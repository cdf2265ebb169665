"""Columns of a report's table: no word is broken, and the room goes where it saves lines."""

from __future__ import annotations

from io import BytesIO
from math import ceil
from typing import get_args

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT

from kpi.model.language import Lang
from kpi.reports import as_pdf
from kpi.reports.as_docx import PAGE_WIDTH, SIDE, as_docx, fits_upright
from kpi.reports.content import (
    Report,
    ReportColumn,
    ReportRow,
    ReportSection,
    ReportTable,
    column_widths,
    kept_together,
    least_widths,
    words,
)
from kpi.reports.evaluation import report_content
from tests.charts.sample_evaluations import answer, enterprise

ROOM, PADDING = 60.0, 0.8


def table(titles: list[str], *rows: list[str]) -> ReportTable:
    columns = tuple(ReportColumn(title, 1.0) for title in titles)
    return ReportTable(columns, tuple(ReportRow(tuple(words(cell) for cell in row)) for row in rows))


def test_the_widths_make_up_the_room_and_no_word_is_broken() -> None:
    long = "a factory whose description goes on over several lines of the table " * 2
    made = table(["State", "What is asked", "Unusually-long-heading"], ["Nominated", long, "x"])
    found = column_widths(made, ROOM, PADDING)
    assert sum(found) == pytest.approx(ROOM)
    assert all(width >= need - 1e-9 for width, need in zip(found, least_widths(made, ROOM, PADDING), strict=True))
    assert found[1] == max(found)


def test_the_room_goes_to_the_column_whose_lines_make_the_table_high() -> None:
    ties = "\n".join(["A ≈ B ≈ C ≈ D ≈ E ≈ F", "G ≈ H"])
    made = table(["KPI", "A", "B", "Ties"], *[["Energy use", "21.0 % · 95 %\n● Inconclusive", "—", ties]] * 5)
    least, found = least_widths(made, ROOM, PADDING), column_widths(made, ROOM, PADDING)
    assert found[3] - PADDING >= 6 * 0.7 + 5 * 0.8
    assert found[3] > least[3]


def test_a_word_longer_than_half_the_table_leaves_room_for_the_others() -> None:
    made = table(["Name", "Value"], ["x" * 400, "95.5 %"])
    found = column_widths(made, ROOM, PADDING)
    assert found[1] >= least_widths(made, ROOM, PADDING)[1]
    assert sum(found) == pytest.approx(ROOM)


def test_a_short_verdict_stays_on_its_line_in_chinese_too() -> None:
    made = table(["判定", "说明"], ["● 尚不能判定", "说" * 200], ["4.5 个百分点", "明" * 200])
    assert column_widths(made, ROOM, PADDING)[0] >= 1.0 + 5 * 1.0 + PADDING


def test_a_sign_stays_with_its_number_and_a_shape_with_its_word_on_every_line() -> None:
    assert kept_together("21.0 % · 95 %\n● Not leading") == "21.0\u00a0%\u00a0· 95\u00a0%\n●\u00a0Not leading"
    assert kept_together("67.0 – 78.3") == "67.0\u00a0–\u00a078.3"
    assert kept_together("50 % – 80 %") == "50\u00a0%\u00a0–\u00a080\u00a0%"
    assert kept_together("(p = 0.03; W < 1) a = b") == "(p\u00a0=\u00a00.03; W\u00a0<\u00a01) a = b"
    assert kept_together("on 2026-03-02 14:05 by") == "on 2026-03-02\u00a014:05 by"


@pytest.mark.campaign
@pytest.mark.parametrize("lang", get_args(Lang))
def test_a_kpis_name_takes_no_more_than_five_lines_in_word(lang: Lang) -> None:
    for seen in (enterprise(), answer()):
        report = report_content(seen, lang)
        [kpis] = [section.table for section in report.sections if section.code == "kpis"]
        assert kpis is not None
        document = Document(BytesIO(as_docx(report)))
        width = next(made.columns[0].width.pt for made in document.tables if len(made.columns) == 7)
        for row in kpis.rows:
            longest = len(row.cells[0].text) * (0.58 if lang == "en" else 1.0) * 8.5
            assert ceil(longest / (width - 7)) <= 5, row.cells[0].text


def test_a_table_too_wide_for_the_page_lies_on_its_side_and_what_follows_stands_upright() -> None:
    heads = ["KPI", *"ABCDEFGH", "Within noise"]
    wide = table(heads, ["Enterprises replicating", *["100.0 % · 95 %\n● Inconclusive"] * 8, "A ≈ B ≈ C"])
    assert not fits_upright(wide, PAGE_WIDTH - 2 * SIDE)
    narrow = table(["a", "b"], ["1", "2"])
    document = Document(BytesIO(as_docx(_report(narrow, wide, narrow))))
    sides = [section.orientation for section in document.sections]
    assert sides == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
    assert document.sections[1].page_width == document.sections[0].page_height
    for section, made in zip(document.sections, document.tables, strict=True):
        assert section.page_width is not None
        assert sum(column.width.mm for column in made.columns) == pytest.approx(section.page_width.mm - 2 * SIDE, abs=1)


def _report(*tables: ReportTable) -> Report:
    base = report_content(enterprise(), "en")
    sections = tuple(ReportSection(f"s{at}", f"Table {at}", table=item) for at, item in enumerate(tables))
    return Report(**{name: getattr(base, name) for name in Report.__dataclass_fields__} | {"sections": sections})


def test_a_short_chinese_word_keeps_to_one_line_of_the_pdf_beside_long_texts() -> None:
    """Every font draws a Chinese letter as wide as it is high."""
    long = "不符合：成熟度三级及以上，或满足相关行业智能制造指导性文件要求（正文）" * 3
    titles = ["推荐顺序", "工厂", "行业", "条款结论", "综合得分", "状态", "申报条件"]
    row = ["未推荐", "演示电子 007 智能工厂", "电子信息", "尚不能判定", "0.71", "已提交", long]
    made = table(titles, *[row] * 12)
    size = as_pdf.FEW_SIZE
    widths = as_pdf._widths(made)
    points = [width * as_pdf.TEXT_WIDTH / sum(widths) for width in widths]
    for at in (0, 2, 3, 5):
        assert points[at] >= len(row[at]) * size + 2 * as_pdf.FEW_PADDING, row[at]
