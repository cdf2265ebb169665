"""Every finding of real documents can be said in both languages: no sentence asks for what the finding lacks."""

from __future__ import annotations

import pytest

from kpi import i18n
from kpi.annex4.check import check_report
from kpi.model.problem import FINDING_CODES, DocumentReport
from tests.annex4.documents import PARTS, application, jpeg
from tests.annex4.raw_documents import drawing, embedded, external, p, report
from tests.annex4.test_comparison import PLANTED, report_with

LONG = "正文足够长，写到句号为止，不会被看作标题。"
OTHER = '<w:rFonts w:ascii="宋体" w:eastAsia="宋体"/><w:sz w:val="24"/>'
LOOSE = '<w:spacing w:line="360" w:lineRule="auto"/>'


def departing() -> list[DocumentReport]:
    """Documents that between them have almost every finding."""
    images = {
        "media/1.jpg": jpeg(1, 100, 100, 4000),
        "media/2.emf": b"\x01\0\0\0" + bytes(36) + b" EMF",
        "media/3.x": b"?" * 99,
        "media/4.jpg": jpeg(4, size=5_100_000),
    }
    relations = "".join(embedded(f"i{name[6]}", name) for name in images) + external("x", "http://192.0.2.1/a.png")
    relations += external("o", "http://192.0.2.1/o", "oleObject")
    crop = '<a:srcRect l="9000"/>'
    captions = ("图 1 甲", "图 3 乙", "图 3", "图 2 丁")
    keys = ("i1", "i2", "i4", "i1")
    body = (
        p("第二部分：建设（必填项）", run=OTHER)
        + p(LONG + " MES", LOOSE, OTHER)
        + f"<w:tbl><w:tr><w:tc>{p('表', '', OTHER)}</w:tc></w:tr></w:tbl>"
        + "".join(
            f"<w:p>{drawing(key, inside=crop)}</w:p>" + p(reported, run=OTHER)
            for key, reported in zip(keys, captions, strict=True)
        )
        + p(LONG)
        + f"<w:p>{drawing('i3')}{drawing('x', link=True)}{drawing('none')}</w:p>"
        + p(LONG)
        + f"<w:p>{drawing('i4')}{drawing('i4')}</w:p>"
        + p("图 5 戊")
        + '<w:p><w:r><w:drawing><c:chart/></w:drawing></w:r><w:ins><w:r><w:t>新</w:t></w:r></w:ins></w:p>'
        + "<w:p><w:r><w:pict><w:txbxContent>" + p("框", run=OTHER) + "</w:txbxContent></w:pict></w:r></w:p>"
        + p("第一部分：企业") + p("第三部分：创新") + p("第五部分：自评估报告") + f"<w:p>{drawing('i1')}</w:p>"
        + "<w:altChunk/>"
    )  # fmt: skip
    seq = '<w:p><w:fldSimple w:instr="SEQ 图"/><w:r><w:t>图 的现场</w:t></w:r></w:p>'
    return [
        report(body, parts=images, relations=relations),
        report(f"<w:p>{drawing('i1')}</w:p>" + seq + p("第五部分 报告"), parts=images, relations=relations),
        report_with(*{code: change for _, change, code, _ in PLANTED}.values()),
        check_report("a.docx", application(pictures=0, fillers=9)),
        check_report("a.docx", application(pictures=0, fillers=4, parts=PARTS)),
        *(check_report("a.docx", data) for data in (b"", b"\xd0\xcf\x11\xe0" + bytes(99), b"PK\x03\x04")),
    ]


@pytest.fixture(scope="module")
def documents() -> list[DocumentReport]:
    return departing()


def test_almost_every_finding_is_found_in_them(documents: list[DocumentReport]) -> None:
    found = {finding.code for checked in documents for finding in checked.findings}
    assert set(FINDING_CODES) - found == {
        *("locked_document", "macro_document", "unsafe_file", "too_large", "too_much_text", "too_many_pictures"),
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_is_reported_with_its_place(documents: list[DocumentReport], lang: str) -> None:
    for checked in documents:
        for finding in checked.findings:
            assert finding.severity == FINDING_CODES[finding.code]
            for sentence in (*i18n.document_finding(finding, lang), i18n.document_place(finding.where, lang)):
                assert "{" not in sentence


def test_a_refused_file_is_reported(documents: list[DocumentReport]) -> None:
    [old] = documents[-2].findings
    assert "另存为 .docx" in i18n.document_finding(old, "zh")[1]
    assert "Save As with the type Word Document (.docx)" in i18n.document_finding(old, "en")[1]
