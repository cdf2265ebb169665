"""What the PDF of a self-assessment says: read beside its labels alone, and never more than it says."""

from __future__ import annotations

import io
import zlib
from datetime import date
from functools import cache

import pypdf
import pytest
import typst

from kpi.annex4 import self_assessment
from kpi.annex4.self_assessment import AssessedPair, assessed_pairs, read_self_assessment
from kpi.files.limits import pdf_limits
from kpi.files.sandbox import read_pdf
from kpi.files.workbook import UnreadableFile
from kpi.model.application import SelfAssessment
from kpi.reports.fonts import FAMILY, fonts

pytestmark = pytest.mark.slow

DAY = date(2025, 6, 3)
NOTHING = (None, None, None)
TITLE = "智能制造能力成熟度自评估报告（L3 级及以上）"
REPORT = f"{TITLE}\n\n成熟度等级：三级（集成级）\n\n总分：3.15 分\n\n评估日期：2025年6月3日"


@cache
def pdf(text: str = REPORT) -> bytes:
    """Set with a Chinese font of which a part is embedded, as the programs of offices do."""
    return typst.compile(f'#set text(font: "{FAMILY}")\n{text}'.encode(), format="pdf", font_paths=fonts())


def encrypted(password: str) -> bytes:
    writer, stream = pypdf.PdfWriter(io.BytesIO(pdf())), io.BytesIO()
    writer.encrypt(password, "owner", algorithm="RC4-128")
    writer.write(stream)
    return stream.getvalue()


def by_hand(content: bytes, pages: int = 1, more: bytes = b"") -> bytes:
    """A PDF of so many pages with one packed content; readers make the cross references again."""
    packed = zlib.compress(content)
    kids = b" ".join(b"%d 0 R" % (10 + number) for number in range(pages))
    return b"".join(
        [
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
            b"2 0 obj<</Type/Pages/Count %d/Kids[%s]>>endobj\n" % (pages, kids),
            b"3 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % len(packed) + packed + b"\nendstream endobj\n",
            b"4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n",
            *(
                b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 3 0 R%s"
                b"/Resources<</Font<</F 4 0 R>>>>>>endobj\n" % (10 + number, more)
                for number in range(pages)
            ),
            b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n",
        ]
    )


def said(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int | None, float | None, date | None]:
    monkeypatch.setattr(self_assessment, "read_pdf", lambda *_: text)
    found = read_self_assessment(b"", DAY)
    return found.level_in_text, found.score_in_text, found.date_in_text


def test_a_report_in_chinese_is_read() -> None:
    assert read_self_assessment(pdf(), DAY) == SelfAssessment(DAY, True, 3, 3.15, DAY)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("成熟度等级：三级", 3),
        ("成 熟 度 等 级 ： 三 级", 3),
        ("智能制造能力成熟度等级为 3 级（集成级）", 3),
        ("自评估等级\n规范级（2）", 2),
        ("成熟度等级：L4", 4),
        ("Maturity level: level 3", 3),
        ("Maturity Level: 3", 3),
        ("评估结果：四级", 4),
        ("成熟度等级：3", 3),
        ("成熟度等级：三级。另见成熟度等级：3级", 3),
        ("成熟度等级：三级；成熟度等级：四级", None),
        ("成熟度等级分为五级：一级（规划级）", None),
        ("成熟度等级：三级及以上", None),
        ("成熟度等级：L3 级及以上", None),
        ("目标成熟度等级：四级", None),
        ("风险评估等级：三级", None),
        ("2 成熟度等级\n3 评估过程", None),
        ("成熟度等级 12", None),
        ("评估结果：3 项不符合", None),
        ("本企业为国家三级保密单位", None),
    ],
)
def test_levels(text: str, level: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(text, monkeypatch) == (level, None, None)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("总分：3.15分", 3.15),
        ("成熟度得分 3.15", 3.15),
        ("人员得分：2.5 技术得分：3.1 综合得分：2.98", 2.98),
        ("Total score: 3.2", 3.2),
        ("得分：3", 3.0),
        ("总分：3.15分\n总分：3.2分", None),
        ("人员得分：2.5", None),
        ("总分（满分5分）", None),
        ("总分：82.5", None),
        ("总分 4\n", None),
        ("总分：3.5%", None),
    ],
)
def test_scores(text: str, score: float | None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(text, monkeypatch) == (None, score, None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("评估日期：2025年6月3日", DAY),
        ("完成时间 2025 年 06 月 03 日", DAY),
        ("报告日期：2025-06-03", DAY),
        ("Date: 2025.6.3", DAY),
        ("评估完成时间：2025/6/3 14:05", DAY),
        ("评估日期：2025年6月3日 报告日期：2025年6月9日", DAY),
        ("评估日期：2025年6月1日至6月3日", None),
        ("评估日期：2025年6月3日；评估日期：2025年6月4日", None),
        ("评估日期：2025年13月3日", None),
        ("出生日期：1990年6月3日", None),
        ("打印日期：2025-06-03", None),
        ("update: 2025-06-03", None),
    ],
)
def test_dates(text: str, day: date | None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(text, monkeypatch) == (None, None, day)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7\n%\n%%EOF\n",
        pdf()[: len(pdf()) // 2] + b"%%EOF",
        encrypted("secret"),
        pdf("#rect(width: 3cm, height: 3cm, fill: red)"),
        by_hand(b"0 0 m " * 10),
        b"%PDF-1.4\n" + b"[" * 200_000 + b"\n%%EOF",
    ],
    ids=["empty", "bare", "cut", "password", "picture", "lines", "nested"],
)
def test_where_no_text_can_be_read_nothing_is_said(data: bytes) -> None:
    assert read_self_assessment(data, DAY) == SelfAssessment(DAY, False, *NOTHING)


def test_one_that_is_protected_against_changes_alone_is_read() -> None:
    assert read_self_assessment(encrypted(""), DAY).level_in_text == 3


def test_no_more_is_read_than_the_limits_allow() -> None:
    many = by_hand(b"BT /F 9 Tf (Maturity level: 3 ) Tj ET\n" * 3000, pages=2000)
    text = read_pdf(many, pdf_limits())
    assert len(text) == pdf_limits().characters
    few = pdf_limits().model_copy(update={"pages": 2})
    assert read_pdf(by_hand(b"BT /F 9 Tf (page) Tj ET", pages=9), few).split() == ["page", "page"]


@pytest.mark.parametrize("limit", [{"seconds": 1}, {"memory_bytes": 60_000_000}])
def test_one_that_takes_too_long_or_too_much_is_given_up(limit: dict[str, int]) -> None:
    huge = by_hand(b"BT /F 9 Tf (a) Tj ET\n" * 3_000_000, pages=80)
    with pytest.raises(UnreadableFile):
        read_pdf(huge, pdf_limits().model_copy(update=limit))


@pytest.mark.parametrize(
    ("said", "in_text", "differs"),
    [
        (3, 3, False),
        (3, 2, True),
        (3.15, 3.15, False),
        (3.2, 3.15, False),
        (3.1, 3.25, True),
        (None, 3, False),
        (3, None, False),
        (DAY, DAY, False),
        (DAY, date(2025, 6, 4), True),
    ],
)
def test_a_difference_needs_two_values(said: float | date | None, in_text: float | date | None, differs: bool) -> None:
    assert AssessedPair("score", said, in_text).differs == differs


def test_without_an_application_the_day_alone_is_compared() -> None:
    pairs = assessed_pairs(SelfAssessment(DAY, True, 3, 3.15, date(2025, 6, 4)), None)
    assert [(pair.fact, pair.differs) for pair in pairs] == [("level", False), ("score", False), ("date", True)]
