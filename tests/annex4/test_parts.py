"""The five parts: found however their titles are made, their items named, their order kept."""

from __future__ import annotations

import pytest

from kpi.annex4.check import check_report
from kpi.catalogue.catalogue import NOTICES, first_notice, notice_in_hand, read_catalogue, report_form
from kpi.catalogue.notice_changes import notice_changes
from kpi.model.problem import DocumentReport
from tests.annex4.documents import PARTS, application
from tests.annex4.raw_documents import GOOD, codes, found, numbered, p, report

LONG = "正文足够长，写到句号为止，不会被看作标题。"
HEADING = '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/></w:style>'


def without(part: int, section: int) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The parts of a faultless application, one section of one part left out."""
    title, sections = PARTS[part - 1]
    kept = (title, tuple(item for number, item in enumerate(sections, start=1) if number != section))
    return (*PARTS[: part - 1], kept, *PARTS[part:])


def of(parts: tuple[tuple[str, tuple[tuple[str, str], ...]], ...], **more: object) -> DocumentReport:
    return check_report("a.docx", application(pictures=0, parts=parts, **more))


def faults(checked: DocumentReport) -> list[str]:
    return [fault.code for fault in checked.faults if fault.code != "too_few_pictures"]


def test_a_faultless_application_has_five_parts_and_no_fault() -> None:
    checked = of(PARTS)
    assert (checked.parts, faults(checked)) == ((1, 2, 3, 4, 5), [])
    assert codes(checked) == ["too_few_pictures", "headings_differ"]


@pytest.mark.parametrize("part", [1, 2, 3, 4])
def test_a_missing_part_is_named(part: int) -> None:
    checked = of((*PARTS[: part - 1], *PARTS[part:]), fillers=7)
    [missing] = found(checked, "part_missing")
    assert missing.params["part"] == part
    assert part not in checked.parts


def test_a_missing_report_is_named_and_a_bare_or_silent_one_noted() -> None:
    assert [item.params["part"] for item in found(of(PARTS, report=""), "part_missing")] == [5]
    body = p("第一部分 企业") + p(LONG)
    assert "report_not_inside" in codes(report(body + p("第五部分 自评估报告")))
    assert "report_level_not_told" in codes(report(body + p("第五部分 自评估报告") + p(LONG)))
    assert "report_level_not_told" not in codes(report(body + p("第五部分 自评估报告") + p("等级为 L3。")))


def test_a_notice_that_asks_for_other_parts_is_checked_by_them() -> None:
    folder = NOTICES / first_notice().notice.id
    files = {path.name: path.read_bytes() for path in folder.glob("*.toml")}
    before, _, _ = files["report.toml"].partition(b"[[part]]\nnumber = 5")
    _, _, after = files["report.toml"].partition(b"[requirements.")
    files["report.toml"] = before + b"[requirements." + after
    four = read_catalogue(files, folder.name)
    with notice_in_hand(four):
        checked = of(PARTS, report="")
    assert (checked.parts, found(checked, "part_missing")) == ((1, 2, 3, 4), [])
    changes = [change for change in notice_changes(first_notice(), four) if change.part == "report"]
    assert [(change.item, change.after) for change in changes] == [("5", None)]


@pytest.mark.parametrize(("part", "section", "words"), [(1, 2, "财务"), (2, 2, "整体架构")])
def test_a_missing_required_item_is_a_fault(part: int, section: int, words: str) -> None:
    checked = of(without(part, section), fillers=7)
    [missing] = found(checked, "required_item_missing")
    assert words in missing.wanted
    assert missing.params["part"] == part
    assert faults(checked) == ["required_item_missing"]


@pytest.mark.parametrize(("part", "section"), [(2, 3), (3, 3), (4, 1), (4, 3)])
def test_another_missing_item_is_a_note(part: int, section: int) -> None:
    checked = of(without(part, section), fillers=7)
    assert [item.params["part"] for item in found(checked, "item_missing")] == [part]
    assert faults(checked) == []


def test_a_heading_with_nothing_below_it_tells_of_no_item() -> None:
    bare = ("第二部分：智能工厂建设情况介绍", (("一、建设历程", LONG), ("三、要素", "人员、资源、技术、制造。")))
    body = "".join(p(text) for text in (bare[0], "一、智能工厂建设历程", LONG, "二、整体架构", "三、建设要素", LONG))
    assert [item.wanted for item in found(report(body), "required_item_missing")] == ["整体架构"]
    reported = "".join(p(text) for text in (bare[0], "二、整体架构", "（一）设备层", LONG, "三、建设要素", LONG))
    assert found(report(reported), "required_item_missing") == []


def test_an_empty_part_is_a_fault_of_its_own() -> None:
    checked = report(p("第三部分：创新情况") + p("一、技术创新") + p("第四部分：建设成效") + p(LONG))
    assert [item.params["part"] for item in found(checked, "part_empty")] == [3]


@pytest.mark.parametrize(
    "title",
    [
        "第二部分 智能工厂建设情况介绍",
        "第2部分：建设",
        "第 二 部分",
        "二、智能工厂建设情况介绍",
        "（二）智能工厂建设情况",
    ],
)
def test_a_title_is_known_by_its_number_or_its_words(title: str) -> None:
    assert report(p(title) + p(LONG)).parts == (2,)


def test_a_title_is_known_by_its_style_and_its_automatic_number() -> None:
    styled = p("智能工厂建设情况介绍" + "说明" * 20, '<w:pStyle w:val="H"/>')
    assert report(styled + p(LONG), GOOD + HEADING).parts == (2,)
    listed = p("企业", '<w:numPr><w:numId w:val="3"/></w:numPr>') * 2
    parts = {"numbering.xml": numbered("chineseCountingThousand", "第%1部分")}
    assert report(listed, parts=parts).parts == (1, 2)


def test_sentences_and_tables_of_contents_are_no_titles() -> None:
    field = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o</w:instrText></w:r>'
    entries = f"<w:p>{field}<w:r><w:t>第一部分 企业</w:t></w:r></w:p>" + p("第二部分 建设")
    end = '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    sdt = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{p('第三部分 创新')}</w:sdtContent></w:sdt>"
    )
    typed = p("第四部分 成效……………… 12")
    sentence = p("第五部分为自评估报告，说明企业的成熟度等级，供审核人员查阅，全文附后，请审阅。")
    assert report(entries + end + sdt + typed + sentence).parts == ()
    checked = report(entries + end + p("第一部分 企业") + p(LONG) + p("第二部分 建设") + p(LONG))
    assert checked.parts == (1, 2)
    assert "parts_out_of_order" not in codes(checked)


def test_parts_out_of_order_are_reported() -> None:
    checked = of((PARTS[0], PARTS[2], PARTS[1], PARTS[3]))
    assert checked.parts == (1, 3, 2, 4, 5)
    assert [item.params["part"] for item in found(checked, "parts_out_of_order")] == [2]


def test_what_was_left_of_the_empty_form_is_noted() -> None:
    body = p("第一部分：申报企业基本情况介绍") + p("2、品牌品质、专业资质、生产经营、财务状况（必填项）") + p(LONG)
    assert found(report(body), "instructions_left")[0].where.paragraphs == ((2, 2),)


def test_fields_of_the_head_that_are_not_there_are_noted() -> None:
    assert found(of(PARTS), "cover_fields_missing") == []
    assert found(report(p("企业名称：某厂") + p("第一部分 企业") + p(LONG)), "cover_fields_missing")[0].wanted == (
        "工厂名称、所属行业、所属区域"
    )


def test_the_form_is_that_of_the_notice() -> None:
    assert [(part.number, item.number) for part in report_form().part for item in part.item if item.required] == [
        (1, 2),
        (2, 2),
    ]
    assert [len(part.item) for part in report_form().part] == [2, 3, 3, 3, 0]
