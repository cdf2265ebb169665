"""Pictures: their number, their pixels and their bytes, however they stand in the document; and their captions."""

from __future__ import annotations

import io

import pytest
from docx.document import Document as Doc
from docx.shared import Mm

from kpi.annex4.check import check_report
from kpi.annex4.outline import missing_numbers
from kpi.model.problem import DocumentReport
from tests.annex4.documents import LARGE, application, jpeg, rewritten
from tests.annex4.raw_documents import blip, codes, drawing, embedded, external, found, p, report

pytestmark = pytest.mark.slow

GOOD = jpeg(1)
EMF = b"\x01\0\0\0" + bytes(36) + b" EMF" + bytes(2_000)


def of(**more: object) -> DocumentReport:
    return check_report("a.docx", application(**more))


def shown(*runs: str, after: str = "", parts: dict[str, bytes] | None = None, relations: str = "") -> DocumentReport:
    """A document with one picture paragraph of these runs, pictures 1 and 2 at hand, and a caption below it."""
    images: dict[str, str | bytes] = {"media/1.jpg": GOOD, "media/2.jpg": jpeg(2), **(parts or {})}
    related = embedded("i1", "media/1.jpg") + embedded("i2", "media/2.jpg") + relations
    body = f"<w:p>{''.join(runs)}</w:p>" + (after or p("图 1 现场"))
    return report(body, parts=images, relations=related)


def test_a_faultless_application_has_no_fault() -> None:
    checked = of()
    assert checked.faults == ()
    assert codes(checked) == ["headings_differ"]
    assert (len(checked.pictures), checked.different_pictures) == (10, 10)
    first = checked.pictures[0]
    assert (first.kind, first.width, first.height, first.bytes) == ("JPEG", 4000, 2000, LARGE)
    assert (first.megapixels, first.caption) == (8.0, "图 1 第 1 号产线的现场")


def test_nine_pictures_are_one_too_few() -> None:
    [few] = of(pictures=9).faults
    assert (few.code, few.found, few.wanted) == ("too_few_pictures", "9", "10")


def test_small_pictures_are_reported_by_their_numbers_with_the_range_of_their_sizes() -> None:
    def picture(number: int) -> bytes:
        if number in (2, 3, 7):
            return jpeg(number, width=3999 if number == 2 else 1000)
        return jpeg(number, size=1_200_000 + number if number == 5 else LARGE)

    checked = of(picture=picture)
    pixels, size = checked.faults
    assert (pixels.code, pixels.where.pictures, pixels.found, pixels.wanted) == (
        "picture_pixels",
        ((2, 3), (7, 7)),
        "2–7.99",
        "8",
    )
    assert (size.code, size.where.pictures, size.found, size.wanted) == ("picture_bytes", ((5, 5),), "1.2", "5")
    assert size.where.caption == "图 5 第 5 号产线的现场"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (4_999_999, ["picture_bytes"]),
        (5_000_000, ["picture_bytes_near"]),
        (5_242_879, ["picture_bytes_near"]),
        (5_242_880, []),
    ],
)
def test_five_megabytes_by_either_reading(size: int, expected: list[str]) -> None:
    checked = of(picture=lambda number: jpeg(number, size=size))
    assert [finding.code for finding in checked.findings if finding.code.startswith("picture_bytes")] == expected


@pytest.mark.parametrize(("width", "height", "fault"), [(4000, 2000, False), (2000, 3999, True), (8001, 1000, False)])
def test_eight_million_pixels_are_enough(width: int, height: int, fault: bool) -> None:
    checked = of(picture=lambda number: jpeg(number, width, height))
    assert bool(found(checked, "picture_pixels")) is fault


def test_one_picture_used_twice_counts_once() -> None:
    checked = of(picture=lambda number: jpeg(min(number, 9)))
    assert checked.different_pictures == 9
    [repeated] = found(checked, "picture_repeated")
    assert (repeated.severity, repeated.where.pictures) == ("note", ((9, 10),))
    assert [fault.code for fault in checked.faults] == ["too_few_pictures"]


def test_pictures_are_found_wherever_they_stand() -> None:
    assert len(shown(drawing("i1")).pictures) == 1
    assert len(shown(drawing("i1", holder="anchor")).pictures) == 1
    vml = '<w:r><w:pict><v:shape style="width:9pt"><v:imagedata r:id="i1"/></v:shape></w:pict></w:r>'
    assert len(shown(vml).pictures) == 1
    shape = '<v:shape><v:imagedata r:id="i1"/></v:shape>'
    ole = f'<w:r><w:object>{shape}<o:OLEObject ProgID="Visio.Drawing"/></w:object></w:r>'
    assert len(shown(ole).pictures) == 1
    assert len(shown(ole.replace("Visio.Drawing", "Equation.3")).pictures) == 0
    table = "<w:tbl><w:tr><w:tc><w:p>" + drawing("i2") + "</w:p></w:tc></w:tr></w:tbl>"
    assert len(shown(drawing("i1"), after=table).pictures) == 2
    one = drawing("i1")
    grouped = one.replace("<pic:pic>", f"{blip('i2')}<pic:pic>")
    assert len(shown(grouped).pictures) == 2


def test_a_picture_saved_for_old_readers_too_counts_once() -> None:
    twice = (
        f"<w:r><mc:AlternateContent><mc:Choice>{drawing('i1')[5:-6]}</mc:Choice>"
        '<mc:Fallback><w:pict><v:imagedata r:id="i2"/></w:pict></mc:Fallback></mc:AlternateContent></w:r>'
    )
    checked = shown(twice)
    assert [picture.bytes for picture in checked.pictures] == [len(GOOD)]


def test_a_linked_picture_is_a_fault_and_is_never_fetched() -> None:
    checked = shown(drawing("x", link=True), relations=external("x", "http://192.0.2.1/a.png"))
    [linked] = found(checked, "picture_linked")
    assert (linked.severity, checked.different_pictures, checked.pictures[0].kind) == ("fault", 0, "")
    embedded_abroad = shown(drawing("x"), relations=external("x", "file:///c:/a.png"))
    assert len(found(embedded_abroad, "picture_linked")) == 1
    both = drawing("i1").replace('r:embed="i1"', 'r:embed="i1" r:link="x"')
    assert not found(shown(both, relations=external("x", "http://192.0.2.1/a.png")), "picture_linked")


def test_vectors_strange_forms_and_missing_files_are_told_apart() -> None:
    parts = {"media/3.emf": EMF, "media/4.bin": b"what is this" * 1000}
    relations = embedded("i3", "media/3.emf") + embedded("i4", "media/4.bin") + embedded("i5", "media/none.png")
    checked = shown(drawing("i3"), drawing("i4"), drawing("i5"), drawing("i9"), parts=parts, relations=relations)
    assert {
        code: found(checked, code)[0].where.pictures for code in ("picture_vector", "picture_form", "picture_damaged")
    } == {
        "picture_vector": ((1, 1),),
        "picture_form": ((2, 2),),
        "picture_damaged": ((3, 4),),
    }
    assert not {"picture_pixels", "picture_bytes"} & set(codes(checked))


def test_a_cropped_picture_is_noted() -> None:
    assert "picture_cropped" in codes(shown(drawing("i1", inside='<a:srcRect l="12000" b="500"/>')))
    assert "picture_cropped" not in codes(shown(drawing("i1", inside='<a:srcRect l="0"/><a:stretch/>')))
    vml = '<w:r><w:pict><v:shape><v:imagedata r:id="i1" croptop="6554f"/></v:shape></w:pict></w:r>'
    assert "picture_cropped" in codes(shown(vml))


def test_charts_are_no_pictures_and_those_of_the_report_are_left_aside() -> None:
    chart = (
        '<w:r><w:drawing><wp:inline><a:graphicData><c:chart r:id="c"/></a:graphicData></wp:inline></w:drawing></w:r>'
    )
    checked = shown(chart)
    assert (len(checked.pictures), found(checked, "graphics_not_counted")[0].params["count"]) == (0, 1)

    def scan(document: Doc) -> None:
        document.add_picture(io.BytesIO(jpeg(99, 800, 600, 4000)), width=Mm(100))

    checked = of(change=scan)
    assert (len(checked.pictures), checked.faults) == (10, ())
    assert found(checked, "report_pictures_left_aside")[0].params["count"] == 1


def captioned(*captions: str) -> DocumentReport:
    """Ten pictures, the first ones with these captions."""
    return of(caption=lambda number: captions[number - 1] if number <= len(captions) else f"图 {number} 现场")


@pytest.mark.parametrize(
    ("captions", "code", "pictures", "reported"),
    [
        (("",), "caption_missing", ((1, 1),), ""),
        (("总装车间的现场",), "caption_missing", ((1, 1),), ""),
        (("图1所示为总装车间。",), "caption_missing", ((1, 1),), ""),
        (("图 1",), "caption_words_missing", ((1, 1),), ""),
        (("图 1 甲", "图 1 乙", "图 2 丙"), "caption_number_double", ((2, 2),), "1"),
        (("图 2 甲", "图 1 乙"), "caption_number_order", ((2, 2),), "1"),
    ],
)
def test_a_departing_caption_is_found(captions: tuple[str, ...], code: str, pictures: object, reported: str) -> None:
    [one] = found(captioned(*captions), code)
    assert (one.severity, one.where.pictures, one.found) == ("fault", pictures, reported)


@pytest.mark.campaign
@pytest.mark.parametrize(
    "form",
    [
        "图{}：现场",
        "图 {}　现场",
        "图{}. 现场",
        "图1-{} 现场",
        "图 1.{} 现场",
        "附图{} 现场",
        "Figure {} The line",
        "Fig. {}: The line",
    ],
)
def test_a_caption_may_be_written_in_many_ways(form: str) -> None:
    checked = of(caption=form.format)
    assert checked.faults == ()


def test_chinese_numerals_and_fields_and_lists_are_numbers() -> None:
    assert of(caption=lambda n: f"图{'一二三四五六七八九十'[n - 1]} 现场").faults == ()
    assert "caption_missing" in codes(shown(drawing("i1"), after=p("图三维模型的现场")))
    field = (
        '<w:p><w:r><w:t xml:space="preserve">图 </w:t></w:r><w:fldSimple w:instr=" SEQ 图 \\* ARABIC ">'
        "<w:r><w:t>{}</w:t></w:r></w:fldSimple><w:r><w:t> 现场</w:t></w:r></w:p>"
    )
    assert not {"caption_missing", "caption_number_missing"} & set(codes(shown(drawing("i1"), after=field.format(1))))
    assert "caption_number_missing" in codes(shown(drawing("i1"), after=field.format("")))


def test_a_missing_number_is_a_gap() -> None:
    [gap] = found(
        captioned("图 1 甲", "图 2 乙", "图 4 丙", "图 5 丁", *(f"图 {n} 戊" for n in range(6, 12))),
        "caption_number_gap",
    )
    assert gap.found == "3"
    assert missing_numbers([(1,), (2,), (5,)]) == ((3,), (4,))
    assert missing_numbers([(1, 1), (1, 2), (2, 2)]) == ((2, 1),)
    assert len(missing_numbers([(2025,)])) < 30


def test_captions_above_and_beside_are_found() -> None:
    two = f"<w:p>{drawing('i1')}</w:p>", f"<w:p>{drawing('i2')}</w:p>"
    above = shown(after=p("图 1 甲") + two[0] + p("图 2 乙") + two[1] + p("正文。"))
    assert [picture.caption for picture in above.pictures] == ["图 1 甲", "图 2 乙"]
    below = shown(after=two[0] + p("图 1 甲") + two[1] + p("图 2 乙"))
    assert [picture.caption for picture in below.pictures] == ["图 1 甲", "图 2 乙"]
    beside = shown(drawing("i1"), drawing("i2"), after=p("图 1 甲     图 2 乙"))
    assert [picture.caption for picture in beside.pictures] == ["图 1 甲", "图 2 乙"]
    cell = "<w:tc>{}</w:tc>"
    row = "<w:tr>" + cell * 2 + "</w:tr>"
    table = f"<w:tbl>{row.format(*two)}{row.format(p('图 1 甲'), p('图 2 乙'))}</w:tbl>"
    assert [picture.caption for picture in shown(after=table).pictures] == ["图 1 甲", "图 2 乙"]
    same = "<w:r><w:br/><w:t>图 1 甲</w:t></w:r>"
    assert shown(drawing("i1"), same, after=p("正文。")).pictures[0].caption == "图 1 甲"


def test_pictures_that_share_a_caption_are_noted() -> None:
    checked = shown(drawing("i1"), drawing("i2"))
    [shared] = found(checked, "caption_shared")
    assert (shared.severity, shared.where.pictures) == ("note", ((2, 2),))
    assert "caption_number_double" not in codes(checked)


def test_a_picture_cut_off_in_the_zip_is_damaged() -> None:
    data = application(pictures=1)
    at = data.index(b"JFIF") if b"JFIF" in data else data.index(b"word/media/image1") + 60
    broken = data[: at + 40] + bytes(64) + data[at + 104 :]
    assert "picture_damaged" in codes(check_report("a.docx", broken))
    assert "picture_damaged" not in codes(check_report("a.docx", rewritten(data, {})))
