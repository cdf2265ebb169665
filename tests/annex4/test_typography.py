"""The look that a reader sees, whichever level of the document names it and whichever program saved it."""

from __future__ import annotations

import pytest
from docx.document import Document as Doc
from docx.shared import Pt

from kpi.annex4.check import check_report
from kpi.model.problem import DocumentFinding, DocumentReport
from tests.annex4.documents import FONT, application, replacing
from tests.annex4.raw_documents import GOOD, SPACES, W, codes, found, p, report

LONG = "正文足够长，写到句号为止，不会被看作标题。"
BARE = "<w:docDefaults><w:rPrDefault><w:rPr/></w:rPrDefault></w:docDefaults>"
GOOD_SPACING = '<w:spacing w:line="540" w:lineRule="exact"/>'


def looks(checked: DocumentReport) -> list[tuple[str, str]]:
    return [
        (finding.code, finding.found)
        for finding in checked.findings
        if finding.code in ("font", "size", "spacing", "latin_font")
    ]


def fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:eastAsia="{name}"/>'


def style(key: str, kind: str, inside: str, *, default: bool = False) -> str:
    reported = ' w:default="1"' if default else ""
    return f'<w:style w:type="{kind}" w:styleId="{key}"{reported}><w:name w:val="{key}"/>{inside}</w:style>'


def theme(east: str = "", hans: str = "等线", hant: str = "新細明體") -> str:
    scripts = f'<a:font script="Hant" typeface="{hant}"/><a:font script="Hans" typeface="{hans}"/>'
    minor = f'<a:minorFont><a:latin typeface="Calibri"/><a:ea typeface="{east}"/>{scripts}</a:minorFont>'
    return f"<a:theme {SPACES}><a:themeElements><a:fontScheme>{minor}</a:fontScheme></a:themeElements></a:theme>"


def settings(language: str) -> str:
    return f'<w:settings xmlns:w="{W}"><w:themeFontLang w:val="en-US" w:eastAsia="{language}"/></w:settings>'


THEMED = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:asciiTheme="minorHAnsi" w:eastAsiaTheme="minorEastAsia"/>'
    '<w:sz w:val="32"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:line="540" w:lineRule="exact"/></w:pPr>'
    "</w:pPrDefault></w:docDefaults>"
)


def test_defaults_of_the_document_are_enough() -> None:
    assert looks(report(p(LONG))) == []


def test_without_any_word_the_look_is_that_of_the_standard() -> None:
    assert looks(report(p(LONG), BARE)) == [("font", "-"), ("size", "20"), ("spacing", "auto 1")]


@pytest.mark.parametrize(
    ("styles", "paragraph", "run"),
    [
        (style("a", "paragraph", f"<w:rPr>{fonts(FONT)}</w:rPr>", default=True), "", ""),
        (style("a", "paragraph", f"<w:rPr>{fonts(FONT)}</w:rPr>"), '<w:pStyle w:val="a"/>', ""),
        (
            style("a", "paragraph", f"<w:rPr>{fonts(FONT)}</w:rPr>")
            + style("b", "paragraph", '<w:basedOn w:val="a"/><w:rPr><w:b/></w:rPr>'),
            '<w:pStyle w:val="b"/>',
            "",
        ),
        (style("c", "character", f"<w:rPr>{fonts(FONT)}</w:rPr>"), "", '<w:rStyle w:val="c"/>'),
        (
            style("a", "paragraph", f'<w:link w:val="c"/><w:rPr>{fonts("宋体")}</w:rPr>')
            + style("c", "character", f'<w:link w:val="a"/><w:rPr>{fonts(FONT)}</w:rPr>'),
            "",
            '<w:rStyle w:val="a"/>',
        ),
        ("", "", fonts("FangSong_GB2312")),
        (style("a", "paragraph", f"<w:rPr>{fonts('黑体')}</w:rPr>"), '<w:pStyle w:val="a"/>', fonts(FONT)),
    ],
    ids=["default", "style", "based on", "character style", "linked", "run, by its other name", "run over style"],
)
def test_each_level_may_name_the_font(styles: str, paragraph: str, run: str) -> None:
    wrong = GOOD.replace(FONT, "宋体")
    assert ("font", "宋体") in looks(report(p(LONG), wrong))
    assert looks(report(p(LONG, paragraph, run), wrong + styles)) == []


def test_styles_based_on_one_another_in_a_circle_end() -> None:
    circle = style("a", "paragraph", '<w:basedOn w:val="b"/>') + style("b", "paragraph", '<w:basedOn w:val="a"/>')
    assert looks(report(p(LONG, '<w:pStyle w:val="a"/>'), GOOD + circle)) == []


def test_the_chinese_font_counts_for_chinese_and_the_latin_one_is_a_note() -> None:
    latin = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:hint="eastAsia"/>'
    checked = report(p("系统 MES 已上线，数据互通，运行平稳。", run=latin))
    assert looks(checked) == [("latin_font", "Times New Roman")]
    assert looks(report(p("MES", run='<w:rFonts w:eastAsia="宋体"/>'))) == []


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"theme/theme1.xml": theme(), "settings.xml": settings("zh-CN")}, "等线"),
        ({"theme/theme1.xml": theme(), "settings.xml": settings("zh-TW")}, "新細明體"),
        ({"theme/theme1.xml": theme()}, "等线"),
        ({"theme/theme1.xml": theme(east="黑体")}, "黑体"),
        ({}, "-"),
    ],
    ids=["simplified", "traditional", "no settings", "named itself", "no theme"],
)
def test_a_font_of_the_theme_is_resolved(parts: dict[str, str], expected: str) -> None:
    assert ("font", expected) in looks(report(p(LONG), THEMED, parts=parts))


def test_a_theme_may_be_right_and_wins_over_a_name_beside_it() -> None:
    parts = {"theme/theme1.xml": theme(hans=FONT)}
    assert looks(report(p(LONG), THEMED, parts=parts)) == []
    both = '<w:rFonts w:eastAsia="宋体" w:eastAsiaTheme="minorEastAsia"/>'
    assert looks(report(p(LONG, run=both), GOOD, parts=parts)) == []
    lower = style("a", "paragraph", f"<w:rPr>{fonts('宋体')}</w:rPr>", default=True)
    assert ("font", "宋体") in looks(report(p(LONG), THEMED + lower, parts=parts))


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ('<w:sz w:val="28"/>', [("size", "28")]),
        ('<w:szCs w:val="28"/>', []),
        ('<w:sz w:val="32"/><w:szCs w:val="21"/>', []),
        ('<w:sz w:val="16pt"/>', []),
        ('<w:sz w:val="31"/>', [("size", "31")]),
        ('<w:sz w:val="?"/>', []),
    ],
)
def test_the_size_is_that_of_the_run_and_not_of_complex_scripts(run: str, expected: list[tuple[str, str]]) -> None:
    assert looks(report(p(LONG, run=run))) == expected


@pytest.mark.parametrize(
    ("spacing", "expected"),
    [
        ('w:line="540" w:lineRule="exact"', []),
        ('w:line="540" w:lineRule="atLeast"', [("spacing", "atLeast 27")]),
        ('w:line="540" w:lineRule="auto"', [("spacing", "auto 2.25")]),
        ('w:line="560"', [("spacing", "exact 28")]),
        ('w:lineRule="auto"', [("spacing", "auto 2.25")]),
        ('w:line="360" w:lineRule="auto"', [("spacing", "auto 1.5")]),
        ('w:line="27pt"', []),
        ('w:before="156" w:beforeLines="50"', []),
        ('w:line="539"', [("spacing", "exact 26.95")]),
    ],
)
def test_line_and_rule_are_inherited_one_by_one(spacing: str, expected: list[tuple[str, str]]) -> None:
    assert looks(report(p(LONG, f"<w:spacing {spacing}/>"))) == expected


def table(paragraph: str, style_of_table: str = "") -> str:
    return f"<w:tbl><w:tblPr>{style_of_table}</w:tblPr><w:tr><w:tc>{paragraph}</w:tc></w:tr></w:tbl>"


def test_where_annex_4_is_silent_a_departure_is_a_note() -> None:
    other = fonts("黑体")
    box = f"<v:textbox><w:txbxContent>{p('框中的文字', run=other)}</w:txbxContent></v:textbox>"
    body = (
        p("第一部分：申报企业基本情况介绍", run=other)
        + p(LONG)
        + table(p("表中的文字", run=other))
        + f"<w:p><w:r><w:pict>{box}</w:pict></w:r></w:p>"
        + p("图 1 现场", run=other)
    )
    checked = report(body)
    assert [finding.severity for finding in checked.findings if finding.code.endswith("_differ")] == ["note"] * 4
    assert looks(checked) == []
    [note] = found(checked, "tables_differ")
    assert (note.params["fonts"], note.where.words) == ("黑体", "表中的文字")


def test_a_table_style_is_asked_before_the_paragraph_style() -> None:
    styles = GOOD.replace(FONT, "宋体") + style("t", "table", f"<w:rPr>{fonts(FONT)}</w:rPr>")
    assert "tables_differ" not in codes(report(table(p("文字"), '<w:tblStyle w:val="t"/>'), styles))
    assert "tables_differ" in codes(report(table(p("文字")), styles))


def test_equal_departures_are_one_finding_with_runs_of_paragraphs() -> None:
    wrong = p(LONG, run=fonts("宋体"))
    body = p(LONG) * 2 + wrong * 40 + p("") + p(LONG) + wrong + p(LONG, run=fonts("楷体"))
    first, second = found(report(body), "font")
    assert (first.found, first.wanted, first.where.paragraphs) == ("宋体", FONT, ((3, 42), (44, 44)))
    assert first.params["count"] == 41
    assert (second.found, second.where.paragraphs) == ("楷体", ((45, 45),))
    assert first.where.words == LONG[: len(first.where.words)]


def test_a_finding_names_the_heading_above_it() -> None:
    [wrong] = found(report(p("第一部分：企业") + p("一、发展历程") + p(LONG, run=fonts("宋体"))), "font")
    assert isinstance(wrong, DocumentFinding)
    assert (wrong.where.heading, wrong.where.paragraphs) == ("一、发展历程", ((3, 3),))


def test_cover_contents_notes_and_part_five_have_no_look_to_judge() -> None:
    other = fonts("黑体")
    body = (
        p("申报书", run=other)
        + p("第一部分：企业\t3", '<w:pStyle w:val="toc"/>', other)
        + p("第一部分：企业")
        + p(LONG)
        + p("第五部分：自评估报告")
        + p(LONG, run=other)
    )
    checked = report(body)
    assert not {"font", "headings_differ"} & set(codes(checked))
    assert checked.parts == (1, 5)


def test_a_document_as_wps_saves_it() -> None:
    """No theme, the font in the defaults of the document, hints in the runs."""
    data = report(
        p("第一部分：企业", run='<w:rFonts w:hint="eastAsia" w:eastAsia="黑体"/>')
        + p(LONG, run='<w:rFonts w:hint="eastAsia"/><w:lang w:eastAsia="zh-CN"/>')
        + p("“引号”与——破折号……都随提示。", run='<w:rFonts w:hint="eastAsia" w:ascii="宋体"/>'),
        GOOD + style("1", "paragraph", "<w:qFormat/>", default=True),
    )
    assert looks(data) == []


def test_a_document_as_word_saves_it() -> None:
    """python-docx's template is Word's: theme fonts in the defaults, styles over them."""
    assert looks(wordly := checked_word()) == []
    assert [fault.code for fault in wordly.faults] == ["too_few_pictures"]
    broken = replacing('w:eastAsia="仿宋_GB2312"', 'w:eastAsiaTheme="minorEastAsia"')
    data = application(pictures=0, rewrite={"word/styles.xml": broken})
    [wrong] = found(check_report("a.docx", data), "font")
    assert wrong.found not in (FONT, "")


def checked_word() -> DocumentReport:
    return check_report("a.docx", application(pictures=0))


def test_the_strict_dialect_is_read_alike() -> None:
    strict = replacing(W, "http://purl.oclc.org/ooxml/wordprocessingml/main")
    data = application(pictures=0, rewrite={"word/document.xml": strict, "word/styles.xml": strict})
    assert check_report("a.docx", data).characters == checked_word().characters
    assert looks(check_report("a.docx", data)) == []


def test_a_picture_in_a_line_of_exact_spacing_is_noted_and_not_judged_by_it() -> None:
    def cut(document: Doc) -> None:
        for paragraph in document.paragraphs:
            if paragraph._element.xpath(".//pic:pic"):
                paragraph.paragraph_format.line_spacing = Pt(27)

    checked = check_report("a.docx", application(cut))
    [note] = found(checked, "picture_clipped")
    assert (note.severity, note.params["count"], checked.faults) == ("note", 10, ())
