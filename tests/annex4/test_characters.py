"""Characters counted by hand, and by a twin that knows the rule by ranges instead of by properties."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.annex4.check import without_punctuation, word_count
from tests.annex4.raw_documents import W, numbered, p, report

CHARACTER = "[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff①-⑳]"
MARK = "[\u3001-\u3004\u3008-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff5e“”‘’—…·]"


def twin(text: str, marks: bool) -> int:
    """Chinese marks and characters are taken out one by one; what is left between blanks is counted by the piece."""
    rest = re.sub(f"{CHARACTER}|{MARK}", " ", text)
    pieces = [piece for piece in rest.split() if marks or any(item.isalnum() for item in piece)]
    return len(pieces) + len(re.findall(CHARACTER, text)) + (len(re.findall(MARK, text)) if marks else 0)


@pytest.mark.parametrize(
    ("text", "word", "character"),
    [
        ("", 0, 0),
        ("  \t\n　", 0, 0),
        ("部署", 2, 2),
        ("部署 MES 系统，12 套。", 9, 7),
        ("部署MES系统12套", 7, 7),
        ("符合 GB/T 39116-2020《智能制造能力成熟度模型》三级", 19, 17),
        ("效率提升 35.6%、能耗下降 12%。", 12, 10),
        ("“人、机、料、法、环”", 11, 5),
        ("见第 1—3 节……", 8, 5),
        ("smart factory", 2, 2),
        ("-- 说明 --", 4, 2),
        ("①设备②物料", 6, 6),
        ("ＡＢＣ", 3, 3),
        ("10m²", 1, 1),
        ("25°C", 1, 1),
        ("α 粒子", 3, 3),
        ("𠮷野家", 3, 3),
        ("智能\u200b工厂", 4, 4),
    ],
)
def test_counted_by_hand(text: str, word: int, character: int) -> None:
    assert (word_count(text), without_punctuation(text)) == (word, character)


ALPHABET = "工厂数据、。，“”—…·《》（）①abcXYZ0129 .,-%/\t\n　"


@given(st.text(alphabet=ALPHABET, max_size=60), st.booleans())
def test_the_twin_counts_alike(text: str, marks: bool) -> None:
    assert (word_count if marks else without_punctuation)(text) == twin(text, marks)


@given(st.lists(st.text(alphabet=ALPHABET, max_size=20), max_size=6))
def test_paragraphs_add_up(paragraphs: list[str]) -> None:
    assert word_count("\n".join(paragraphs)) == sum(map(word_count, paragraphs))


def counted(body: str, **more: object) -> int:
    found = report(body, **more).characters
    assert found is not None
    return found.counted


def test_a_word_parted_into_runs_is_one_word() -> None:
    assert counted("<w:p><w:r><w:t>ME</w:t></w:r><w:r><w:t>S 系统</w:t></w:r></w:p>") == 3


def test_what_counts_and_what_does_not() -> None:
    body = (
        p("正文四字")
        + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>表格二</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        + "<w:p><w:ins><w:r><w:t>新增</w:t></w:r></w:ins><w:del><w:r><w:delText>删去的</w:delText></w:r></w:del></w:p>"
        + "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
        + "<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink></w:p>"
        + '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
        + '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>9</w:t></w:r>'
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        + "<w:sdt><w:sdtContent><w:p><w:r><w:t>控件</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        + "<w:p><w:r><w:ruby><w:rt><w:r><w:t>pinyin</w:t></w:r></w:rt>"
        + "<w:rubyBase><w:r><w:t>拼</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
    )
    assert counted(body) == 4 + 3 + 2 + 2 + 1 + 2 + 1


def test_a_text_box_saved_twice_counts_once() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>文本框</w:t></w:r></w:p></w:txbxContent>"
    twice = (
        "<w:p><w:r><w:t>前</w:t></w:r><w:r><mc:AlternateContent>"
        f"<mc:Choice><w:drawing><wp:anchor><wps:txbx>{box}</wps:txbx></wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert counted(twice) == 4


def test_a_footnote_counts_once_where_it_is_referred_to() -> None:
    reference = '<w:r><w:footnoteReference w:id="7"/></w:r>'
    notes = {
        "footnotes.xml": f'<w:footnotes xmlns:w="{W}">'
        f'<w:footnote w:id="7"><w:p><w:r><w:t>脚注</w:t></w:r>{reference}</w:p></w:footnote>'
        '<w:footnote w:id="8"><w:p><w:r><w:t>无人引用</w:t></w:r></w:p></w:footnote></w:footnotes>'
    }
    twice = f"<w:p><w:r><w:t>文</w:t></w:r>{reference}{reference}</w:p>"
    assert counted(twice, parts=notes) == 3


def test_part_five_counts_in_the_whole_alone() -> None:
    checked = report(p("第一部分 基本情况") + p("正文。") + p("第五部分 自评估报告") + p("报告全文。")).characters
    assert checked is not None
    assert (checked.counted, checked.whole) == (8 + 3, 8 + 3 + 9 + 5)


def test_headers_and_automatic_numbers_do_not_count() -> None:
    numbering = {
        "numbering.xml": numbered("chineseCounting", "第%1条"),
        "header1.xml": f"<w:hdr xmlns:w='{W}'>{p('页眉')}</w:hdr>",
    }
    assert counted(p("目标", '<w:numPr><w:numId w:val="3"/></w:numPr>'), parts=numbering) == 2
