"""Documents made to harm, and files that are none: one finding with its remedy, and no exception."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.annex4 import styles as style_sheet
from kpi.annex4.check import check_report
from kpi.annex4.styles import RunStyle, Theme, run_style
from kpi.annex4.xml_tree import XmlNode
from kpi.catalogue.forms import document_limits, report_words
from kpi.model.problem import DocumentReport
from tests.annex4.documents import application, jpeg, plain_document, rewritten, saved
from tests.annex4.raw_documents import MAIN, W, codes, drawing, embedded, external, found, p, package, report, zipped
from tests.annex4.test_comparison import application as compared

pytestmark = pytest.mark.slow

LONG = "正文足够长，写到句号为止，不会被看作标题。"
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
TEXT = saved(plain_document())


def of(data: bytes, name: str = "a.docx") -> list[str]:
    return codes(check_report(name, data))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_docx"),
        (b"%PDF-1.7", "not_docx"),
        (b"{\\rtf1 text}", "not_docx"),
        ("申报书".encode(), "not_docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "old_doc"),
        (b"\xd0\xcf\x11\xe0" + bytes(999) + "EncryptedPackage".encode("utf-16-le") + bytes(999), "locked_document"),
        (zipped({"xl/workbook.xml": "<a/>", "[Content_Types].xml": "<Types/>"}), "not_docx"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "not_docx"),
        (b"PK\x03\x04 and nothing more", "unreadable_file"),
        (TEXT[: len(TEXT) // 2], "unreadable_file"),
        (
            package(p(LONG), types=MAIN.replace("openxmlformats-officedocument", "ms-word.macroEnabled")),
            "macro_document",
        ),
        (rewritten(TEXT, {}, {"word/vbaProject.bin": b"x"}), "macro_document"),
        (package("<w:p><w:r>"), "unreadable_file"),
        (zipped({"[Content_Types].xml": "<Types/>", "_rels/.rels": "<x/>"}), "not_docx"),
    ],
    ids=[
        *(
            "empty",
            "pdf",
            "rtf",
            "text",
            "doc",
            "locked",
            "xlsx",
            "odt",
            "no zip",
            "half",
            "docm",
            "vba",
            "xml",
            "no main",
        ),
    ],
)
def test_what_cannot_be_read_is_one_finding(data: bytes, code: str) -> None:
    checked = check_report("a.docx", data)
    assert codes(checked) == [code]
    assert (checked.characters, checked.pictures, checked.parts) == (None, (), ())
    assert len(checked.sha256) == 64


@pytest.mark.parametrize(
    "part", ["word/document.xml", "word/styles.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"]
)
def test_a_document_type_is_refused_in_any_part_that_is_read(part: str) -> None:
    assert of(rewritten(TEXT, {part: lambda old: BOMB + old[old.index(b"?>") + 2 :]})) == ["unsafe_file"]


def test_zip_bombs_are_refused_before_they_are_unpacked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/1.bmp", bytes(30_000_000))
    assert of(stream.getvalue()) == ["unsafe_file"]
    assert of(zipped({f"{number}.png": "" for number in range(document_limits().entries + 1)})) == ["unsafe_file"]
    with zipfile.ZipFile(stream := io.BytesIO(TEXT), "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", b"<x/>")
    assert of(stream.getvalue()) == ["unsafe_file"]


def test_more_than_the_limit_is_not_even_read(tmp_path: Path) -> None:
    large = tmp_path / "large.docx"
    with large.open("wb") as stream:
        stream.truncate(document_limits().file_bytes + 1)
    checked = check_report("large.docx", large)
    assert (codes(checked), checked.sha256) == (["too_large"], "")
    assert checked.findings[0].params["limit"] == document_limits().file_bytes / 1_000_000


@pytest.mark.campaign
def test_too_much_xml_is_refused_with_little_memory() -> None:
    many = package(p("字") * (document_limits().elements // 5 + 1), packed=False)
    assert of(many) == ["too_much_text"]
    noise = random.Random(1)
    text = "".join(chr(noise.randrange(0x4E00, 0x9FFF)) for _ in range(200_000))
    assert of(package(p(text) * (document_limits().xml_bytes // 600_000 + 1), packed=False)) == ["too_much_text"]


def test_deep_nesting_is_refused() -> None:
    depth = document_limits().depth // 3
    table = "<w:tbl><w:tr><w:tc>" * depth + p("内") + "</w:tc></w:tr></w:tbl>" * depth
    assert codes(report(table)) == ["unsafe_file"]
    shallow = "<w:tbl><w:tr><w:tc>" * 10 + p("内") + "</w:tc></w:tr></w:tbl>" * 10
    checked = report(shallow).characters
    assert checked is not None
    assert checked.counted == 1


def test_thousands_of_pictures_are_too_many_and_hundreds_are_read_once() -> None:
    relations, parts = embedded("i", "media/1.jpg"), {"media/1.jpg": jpeg(1)}
    assert codes(report(f"<w:p>{drawing('i') * 2000}</w:p>", relations=relations, parts=parts)) == ["too_many_pictures"]
    checked = report(f"<w:p>{drawing('i') * document_limits().pictures}</w:p>", relations=relations, parts=parts)
    assert (len(checked.pictures), checked.different_pictures) == (document_limits().pictures, 1)


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("body", "styles", "parts"),
    [
        (p("图 1 甲") * 20_000, "", {}),
        (p("一、标题") * 20_000, "", {}),
        ('<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>' * 20_000 + p(LONG), "", {}),
        (
            '<w:p><w:r><w:rPr><w:rStyle w:val="s49"/></w:rPr><w:t>字</w:t></w:r></w:p>' * 20_000,
            "".join(
                f'<w:style w:type="character" w:styleId="s{n}"><w:basedOn w:val="s{n - 1}"/>'
                f"<w:rPr>{'<w:b/>' * 500}</w:rPr></w:style>"
                for n in range(50)
            ),
            {},
        ),
        (
            p("字", '<w:numPr><w:numId w:val="1"/></w:numPr>') * 20_000,
            "",
            {
                "numbering.xml": f'<w:numbering xmlns:w="{W}"><w:num w:numId="1">'
                + "".join(f'<w:lvlOverride w:ilvl="{n}"/>' for n in range(50_000))
                + "</w:num></w:numbering>"
            },
        ),
        (p("第二部分：建设") + p("一、标题") * 30_000 + p("1. 标题") * 20_000, "", {}),
    ],
    ids=["captions", "headings", "fields", "styles", "lists", "empty headings"],
)
def test_much_of_one_thing_is_read_to_its_end(body: str, styles: str, parts: dict[str, str]) -> None:
    """What grows with the square of it would take minutes, and be ended by the limit of the whole run."""
    assert report(body, styles, parts=parts, packed=False).characters is not None


def test_a_style_that_thousands_of_runs_name_is_followed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    followed = Counter[str]()

    def counted(before: RunStyle, properties: XmlNode | None, theme: Theme) -> RunStyle:
        followed[properties.tag if properties else ""] += 1
        return run_style(before, properties, theme)

    monkeypatch.setattr(style_sheet, "run_style", counted)
    body = '<w:p><w:r><w:rPr><w:rStyle w:val="s9"/></w:rPr><w:t>字</w:t></w:r></w:p>' * 1_000
    styles = "".join(
        f'<w:style w:type="character" w:styleId="s{n}"><w:basedOn w:val="s{n - 1}"/>'
        f'<w:rPr><w:sz w:val="{n}"/></w:rPr></w:style>'
        for n in range(10)
    )
    assert report(body, styles, packed=False).characters is not None
    # Each run's own properties once, and the ten styles once for all of them.
    assert followed["w:rPr"] <= 1_000 + 2 * 10


def test_odd_values_are_read_as_nothing() -> None:
    odd = (
        p(
            LONG,
            '<w:spacing w:line="" w:lineRule="x"/><w:outlineLvl w:val="９９"/><w:numPr><w:ilvl w:val="-1"/></w:numPr>',
        )
        + p(
            LONG,
            '<w:pStyle w:val="none"/><w:outlineLvl w:val="' + "9" * 5000 + '"/>',
            '<w:sz w:val="' + "9" * 5000 + '"/>',
        )
        + p(LONG, '<w:numPr><w:numId w:val="7"/><w:ilvl w:val="8"/></w:numPr>', '<w:rFonts w:eastAsia="a|b\u202e"/>')
    )
    checked = report(odd)
    assert checked.characters is not None
    [font] = found(checked, "font")
    assert font.found == "a/b\\u202e"


def test_words_of_the_file_are_fit_to_be_shown() -> None:
    checked = check_report(
        "..\\..\\申报\u202e书.docx", package(p("\u202e正文\u200b" + "长" * 200, run='<w:sz w:val="20"/>'))
    )
    [size] = found(checked, "size")
    assert "\u202e" not in size.where.words
    assert len(size.where.words) <= document_limits().shown_characters
    assert checked.name == "申报\\u202e书.docx"


def test_what_word_would_fetch_is_noted_and_links_to_click_are_not() -> None:
    link = external("h", "http://192.0.2.1/", "hyperlink")
    assert "content_elsewhere" not in codes(report(p(LONG), relations=link))
    [noted] = found(report(p(LONG), relations=external("f", "http://192.0.2.1/", "oleObject")), "content_elsewhere")
    assert (noted.severity, noted.found) == ("note", "oleObject")
    template = {
        "settings.xml": f'<w:settings xmlns:w="{W}"/>',
        "_rels/settings.xml.rels": "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
        + external("t", "http://192.0.2.1/t.dotm", "attachedTemplate")
        + "</Relationships>",
    }
    assert found(report(p(LONG), parts=template), "content_elsewhere")[0].found == "attachedTemplate"


def test_changes_and_documents_within_are_noted() -> None:
    assert "tracked_changes" in codes(report("<w:p><w:ins><w:r><w:t>新</w:t></w:r></w:ins></w:p>"))
    assert "tracked_changes" in codes(report("<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>"))
    assert "document_within" in codes(report(p(LONG) + '<w:altChunk r:id="x"/>'))


@pytest.mark.campaign
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 8))
def test_garbled_documents_raise_nothing(seed: int, changes: int) -> None:
    draw, data = random.Random(seed), bytearray(TEXT)
    for _ in range(changes):
        data[draw.randrange(len(data))] = draw.randrange(256)
    assert isinstance(check_report("a.docx", bytes(data)), DocumentReport)


@pytest.mark.campaign
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["word/document.xml", "word/styles.xml", "word/theme/theme1.xml"]))
def test_shuffled_xml_raises_nothing(seed: int, part: str) -> None:
    draw = random.Random(seed)

    def shuffle(old: bytes) -> bytes:
        pieces = old.split(b"><")
        at, to = draw.randrange(len(pieces)), draw.randrange(len(pieces))
        pieces[at], pieces[to] = pieces[to], pieces[at]
        return b"><".join(pieces)

    assert isinstance(check_report("a.docx", rewritten(TEXT, {part: shuffle})), DocumentReport)


def test_bytes_and_a_file_are_checked_alike_and_progress_never_falls(tmp_path: Path) -> None:
    data = application(pictures=3)
    path = tmp_path / "a.docx"
    path.write_bytes(data)
    reported: list[float] = []
    assert check_report("a.docx", data, reported.append) == check_report("a.docx", path)
    assert reported == sorted(reported)
    assert (reported[-1], min(reported) >= 0, len(reported) > 10) == (1.0, True, True)
    reported.clear()
    check_report("a.docx", b"", reported.append)
    assert reported == [0.1, 1.0]


def test_a_picture_is_never_held_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(application(pictures=2, picture=lambda number: jpeg(number, size=30_000_000)))
    check_report("b.docx", application())  # what is loaded once is none of the picture's
    tracemalloc.start()
    checked = check_report("a.docx", path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [picture.bytes for picture in checked.pictures] == [30_000_000] * 2
    assert peak < 12_000_000


def test_a_report_of_differences_alone_lists_no_more_than_anybody_reads() -> None:
    """Each name looks back in its sentence: of 28,000 in one each, that was a quarter of a minute."""
    figures = "".join(p(f"关键设备数控化率达到{number}%；") for number in range(3 * report_words().most_findings))
    sentence = p("x关键设备数控化率98%" * 700)
    checked = check_report("a.docx", package(figures + sentence, packed=False), application=compared())
    assert len(checked.differences) == report_words().most_findings
