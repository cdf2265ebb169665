"""Whole applications with one departure each: that one is found, at its place, and no other fault is invented."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.document import Document as Doc
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from kpi.annex4.check import check_report
from tests.annex4.documents import FILLER, PARTS, REPORT, application, heading, jpeg, replacing
from tests.annex4.test_characters import twin

pytestmark = pytest.mark.slow


def fillers(document: Doc) -> list[Paragraph]:
    """The paragraphs of the body in the first four parts."""
    texts = [paragraph.text for paragraph in document.paragraphs]
    return [item for item in document.paragraphs[: texts.index(PARTS[3][1][2][0])] if item.text == FILLER]


def each(change: Callable[[Paragraph], None], count: int = 5) -> Callable[[Doc], None]:
    """``change`` the first ``count`` paragraphs of the body."""

    def changed(document: Doc) -> None:
        for paragraph in fillers(document)[:count]:
            change(paragraph)

    return changed


def song(paragraph: Paragraph) -> None:
    paragraph.runs[0]._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")


def small(paragraph: Paragraph) -> None:
    paragraph.runs[0].font.size = Pt(14)


def loose(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.line_spacing = 1.5


def wide(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.line_spacing = Pt(28)


def at_least(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST


def by_style(document: Doc) -> None:
    style = document.styles.add_style("公司正文", 1)
    style.base_style = document.styles["Normal"]
    style.font.size = Pt(12)
    for paragraph in fillers(document)[:5]:
        paragraph.style = style


def gap(number: int) -> str:
    return f"图 {number + (number > 4)} 现场"


PLANTED: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("nothing", {}, []),
    ("another font", {"change": each(song)}, [("font", "宋体")]),
    ("another size", {"change": each(small)}, [("size", "28")]),
    ("another size by a style", {"change": by_style}, [("size", "24")]),
    ("one and a half lines", {"change": each(loose)}, [("spacing", "auto 1.5")]),
    ("28 points", {"change": each(wide)}, [("spacing", "exact 28")]),
    ("at least 27 points", {"change": each(at_least)}, [("spacing", "atLeast 27")]),
    ("too short", {"fillers": 3}, [("too_few_characters", "")]),
    ("too long", {"fillers": 8}, [("too_many_characters", "")]),
    ("nine pictures", {"pictures": 9}, [("too_few_pictures", "9")]),
    ("few pixels", {"picture": lambda n: jpeg(n, 1600, 1200)}, [("picture_pixels", "1.92")]),
    ("few bytes", {"picture": lambda n: jpeg(n, size=3_210_000)}, [("picture_bytes", "3.21")]),
    ("one picture twice", {"picture": lambda n: jpeg(max(n, 2))}, [("too_few_pictures", "9")]),
    ("no captions", {"caption": lambda _: ""}, [("caption_missing", "")]),
    ("a number left out", {"caption": gap}, [("caption_number_gap", "5")]),
    ("no part three", {"parts": (*PARTS[:2], PARTS[3]), "fillers": 7}, [("part_missing", "")]),
    ("no report", {"report": ""}, [("part_missing", "")]),
]


@pytest.mark.campaign
@pytest.mark.parametrize(("plant", "faults"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED])
def test_the_planted_departure_and_no_other_is_found(plant: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    checked = check_report("a.docx", application(**plant))
    assert [
        (fault.code, fault.found if reported else "")
        for fault, (_, reported) in zip(checked.faults, faults, strict=True)
    ] == faults


def test_the_characters_of_a_whole_application_are_the_twins() -> None:
    data = application(pictures=1)
    document = docx.Document(io.BytesIO(data))
    texts = [paragraph.text for paragraph in document.paragraphs]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    before = texts[: texts.index(REPORT)]
    count = check_report("a.docx", data).characters
    assert count is not None
    assert count.counted == sum(twin(text, marks=True) for text in before + cells)
    assert count.without_punctuation == sum(twin(text, marks=False) for text in before + cells)
    assert count.whole == sum(twin(text, marks=True) for text in texts + cells)


def test_its_place_is_where_it_was_planted() -> None:
    [font] = check_report("a.docx", application(each(song))).faults
    assert font.where.words == FILLER[: len(font.where.words) - 1] + "…"
    assert font.where.heading == PARTS[0][1][0][0]
    assert font.where.paragraphs == ((13, 17),)


def test_several_departures_are_all_reported_at_once() -> None:
    def change(document: Doc) -> None:
        each(song)(document)
        each(wide, 2)(document)
        heading(document, "附：说明")

    checked = check_report("a.docx", application(change, pictures=2, caption=lambda _: "图 1 现场", report=""))
    codes = {fault.code for fault in checked.faults}
    assert codes == {"font", "spacing", "too_few_pictures", "caption_number_double", "part_missing"}


def test_a_document_of_wps_departs_as_little_as_one_of_word() -> None:
    """No theme in the package, fonts by name in the defaults of the document, hints in the runs."""
    word = check_report("a.docx", application())
    themed = 'w:asciiTheme="minorHAnsi" w:eastAsiaTheme="minorEastAsia" w:hAnsiTheme="minorHAnsi" w:cstheme="minorBidi"'
    wps = application(
        rewrite={
            "word/theme/theme1.xml": lambda _: b"",
            "word/styles.xml": replacing(themed, 'w:ascii="Times New Roman" w:eastAsia="宋体" w:hint="eastAsia"'),
            "word/document.xml": replacing("<w:r><w:t>", '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t>'),
        }
    )
    assert check_report("a.docx", wps).findings == word.findings
