"""The report with its findings as Word comments: opened again, with nothing else changed in it."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kpi.annex4.check import check_report
from kpi.annex4.comments import commented_report
from kpi.errors import UserError
from kpi.model.problem import DocumentFinding, DocumentPlace
from tests.annex4.documents import application, plain_document, replacing, rewritten, saved
from tests.annex4.raw_documents import OFFICE, SPACES, W, codes, p, package, report

pytestmark = pytest.mark.slow

STRICT = "http://purl.oclc.org/ooxml/"


def finding(paragraph: int = 0, words: str = "不符（演示）") -> DocumentFinding:
    where = DocumentPlace(paragraphs=((paragraph, paragraph),)) if paragraph else DocumentPlace()
    return DocumentFinding("note", words, where)


def commented(data: bytes | Path, *findings: DocumentFinding) -> bytes:
    return commented_report(data, findings, lambda item: [item.code, "处理方法（演示）"], "演示核对")


def comments(data: bytes, name: str = "word/comments.xml") -> list[str]:
    """The first line of each, as an XML reader of its own has it."""
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(name))
    return [comment[0].xpath("string()") for comment in root]


def part(data: bytes, name: str = "word/document.xml") -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_each_finding_stands_at_its_paragraph_and_nothing_else_changes() -> None:
    sent = application(pictures=9, report="")
    checked = check_report("x.docx", sent)
    copy = commented_report(sent, checked.findings, lambda item: [item.code], "演示核对")
    before, after = Document(io.BytesIO(sent)), Document(io.BytesIO(copy))
    assert [item.text for item in before.paragraphs] == [item.text for item in after.paragraphs]
    [whole, *placed] = after.comments
    without = [item.code for item in checked.findings if not item.where.paragraphs]
    assert [item.text for item in whole.paragraphs] == without
    assert [item.text for item in placed] == [item.code for item in checked.findings if item.where.paragraphs]
    assert {(item.author, item.initials) for item in after.comments} == {("演示核对", "演示")}
    again = check_report("x.docx", copy)
    assert (again.findings, again.characters, again.pictures) == (
        checked.findings,
        checked.characters,
        checked.pictures,
    )
    old, new = parts(sent), parts(copy)
    changed = {name for name in new if old.get(name) != new[name]}
    assert changed == {"word/document.xml", "word/comments.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"}


def test_a_second_copy_keeps_the_comments_of_the_first() -> None:
    first = commented(saved(plain_document()), finding(0, "甲"))
    second = commented(first, finding(1, "乙"), finding(1, "丙"))
    assert comments(second) == ["甲", "乙", "丙"]
    assert len({comment.comment_id for comment in Document(io.BytesIO(second)).comments}) == 3
    changed = {name for name, content in parts(second).items() if parts(first)[name] != content}
    assert changed == {"word/document.xml", "word/comments.xml"}


def test_the_marks_enclose_the_content_of_the_paragraph_that_is_meant() -> None:
    body = "<w:p/>" + p("甲") + "<w:tbl><w:tr><w:tc><w:p><w:pPr/><w:r><w:t>乙</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    text = part(commented(package(body), finding(2)))
    before, _, after = text.partition(f'<w:commentRangeStart xmlns:w="{W}" w:id="0"/>')
    assert before.endswith("<w:p><w:pPr/>")
    assert after.startswith("<w:r><w:t>乙</w:t></w:r><w:commentRangeEnd")
    assert after.endswith('<w:commentReference w:id="0"/></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>')


def test_what_stands_in_a_text_box_or_a_note_is_said_where_it_hangs() -> None:
    box = f"<w:r><w:pict><v:textbox><w:txbxContent>{p('盒')}</w:txbxContent></v:textbox></w:pict></w:r>"
    note = f'<w:footnotes {SPACES}><w:footnote w:id="2">{p("注")}</w:footnote></w:footnotes>'
    body = f'<w:p>{box}</w:p><w:p><w:r><w:t>文</w:t><w:footnoteReference w:id="2"/></w:r></w:p>'
    sent = package(body, parts={"footnotes.xml": note})
    for number, start in ((1, "<w:r><w:pict>"), (3, "<w:r><w:t>文")):
        copy = commented(sent, finding(number))
        assert part(copy).partition('w:id="0"/>')[2].startswith(start)
        assert part(copy, "word/footnotes.xml") == note


def test_a_document_with_nothing_visible_gets_a_paragraph_for_it() -> None:
    copy = commented(package("<w:p/>"), finding())
    assert comments(copy) == ["不符（演示）"]
    assert part(copy).endswith("<w:p/></w:body></w:document>")
    with pytest.raises(UserError) as refused:
        commented(package(""), finding())
    assert refused.value.code == "report_not_copied"


@pytest.mark.parametrize("form", ["<w:comments {0}/>", "<w:comments {0}></w:comments>", "\ufeff<w:comments {0}\n />\n"])
def test_comments_that_are_there_already_are_kept_with_their_numbers(form: str) -> None:
    body = p("甲") + '<w:p><w:r><w:commentReference w:id="1"/></w:r></w:p>'
    kept = '<w:comment w:id="0" w:author="某人（虚构）"><w:p><w:r><w:t>旧</w:t></w:r></w:p></w:comment>'
    there = form.format(SPACES) if "/>" in form else form.format(SPACES).replace("></", f">{kept}</")
    copy = commented(package(body, parts={"comments.xml": there}), finding(1, "新"))
    written = part(copy, "word/comments.xml")
    assert ("旧" in written, written.count("<w:comment ")) == (kept in there, 1 + (kept in there))
    assert f'w:id="{2 if kept in there else 0}" w:author="演示核对"' in written
    assert codes(check_report("x.docx", copy)) == codes(report(body))


def test_a_comments_part_that_is_named_but_missing_is_written() -> None:
    named = f'<Relationship Id="c" Type="{OFFICE}/comments" Target="notes.xml"/>'
    copy = commented(package(p("甲"), relations=named), finding(1))
    assert comments(copy, "word/notes.xml") == ["不符（演示）"]
    assert 'PartName="/word/notes.xml"' in part(copy, "[Content_Types].xml")


def test_a_document_of_the_strict_dialect_is_answered_in_it() -> None:
    sent = rewritten(package(p("甲")), {"word/document.xml": replacing(W, f"{STRICT}wordprocessingml/main")})
    copy = commented(sent, finding(1))
    assert f'<w:comment xmlns:w="{STRICT}wordprocessingml/main"' in part(copy, "word/comments.xml")
    assert f'Type="{STRICT}officeDocument/relationships/comments"' in part(copy, "word/_rels/document.xml.rels")


def test_a_document_without_relations_gets_them() -> None:
    copy = commented(rewritten(package(p("甲")), {"word/_rels/document.xml.rels": lambda _: b""}), finding(1))
    assert comments(copy) == ["不符（演示）"]


@given(st.text(max_size=40))
def test_any_words_are_said_in_xml_that_can_be_read(words: str) -> None:
    copy = commented(package(p("甲")), finding(1, f"甲{words}"))
    assert comments(copy)[0].startswith("甲")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", package("<w:p><w:r>"), package(p("甲"))[:-30]])
def test_what_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(UserError) as refused:
        commented(data, finding())
    assert refused.value.code == "report_not_copied"


def test_a_damaged_picture_is_refused_and_not_carried_on() -> None:
    sent = rewritten(package(p("甲")), {}, {"word/media/1.jpg": random.Random(1).randbytes(9000)})
    at = sent.index(b"word/media/1.jpg") + 5000
    with pytest.raises(UserError) as refused:
        commented(sent[:at] + bytes(50) + sent[at + 50 :], finding(1))
    assert refused.value.code == "report_not_copied"


def test_a_large_report_is_held_once(tmp_path: Path) -> None:
    image = random.Random(1).randbytes(40_000_000)
    commented(package(p("甲")), finding(1))  # what is loaded once is none of the report's
    large = tmp_path / "x.docx"
    large.write_bytes(rewritten(package(p("甲")), {}, {"word/media/1.jpg": image}))
    tracemalloc.start()
    copy = commented(large, finding(1))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < len(copy) + 30_000_000, "the file once, and what reading takes"
    assert parts(copy)["word/media/1.jpg"] == image
