"""Code, docs and both languages list the same findings; each one can be said, and is raised somewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from kpi import i18n
from kpi.catalogue.catalogue import report_form, requirements
from kpi.catalogue.forms import ReportForm, document_limits
from kpi.model.language import Lang
from kpi.model.problem import FINDING_CODES, DocumentFinding, DocumentPlace

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \|", re.MULTILINE)
# Raised on reading a zip, which applications and documents share.
SHARED = {"too_large"}


def reported(lang: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((ROOT / "data" / "text" / lang / "annex4.toml").read_text("utf-8"))["annex4"]["finding"]


def test_the_docs_list_every_code_with_its_severity() -> None:
    assert dict(ROW.findall((ROOT / "docs" / "document-check.md").read_text("utf-8"))) == FINDING_CODES


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_code_has_a_message_and_a_remedy_and_no_other_has(lang: str) -> None:
    assert set(reported(lang)) == set(FINDING_CODES)
    assert all(set(sentences) == {"message", "remedy"} for sentences in reported(lang).values())


def test_every_code_is_raised_somewhere() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "kpi" / "annex4").glob("*.py"))
    source += (ROOT / "kpi" / "files" / "archive.py").read_text("utf-8")
    assert {code for code in FINDING_CODES if f'"{code}"' not in source} == SHARED


def test_the_requirements_are_those_of_the_notice() -> None:
    asked = requirements()
    assert (asked.characters.least, asked.characters.most) == (3000, 5000)
    assert (asked.font.name, asked.size.half_points, asked.spacing.rule, asked.spacing.points) == (
        "仿宋_GB2312",
        32,
        "exact",
        27,
    )
    assert (asked.pictures.least, asked.pictures.pixels, asked.pictures.bytes) == (10, 8_000_000, 5_000_000)
    every = (asked.characters, asked.font, asked.size, asked.spacing, asked.pictures, asked.captions)
    assert all("附件 4 二" in clause.reference.zh and clause.quote for clause in every)


def test_a_legal_document_is_within_the_limits() -> None:
    assert document_limits().file_bytes > 2 * requirements().pictures.least * requirements().pictures.bytes_binary


def test_a_form_without_its_first_part_or_with_an_unknown_key_is_refused() -> None:
    content = report_form().model_dump()
    assert ReportForm.model_validate({**content, "part": content["part"][:4]}).part_with("self_assessment") == 0
    with pytest.raises(ValidationError, match="numbered from 1 on"):
        ReportForm.model_validate({**content, "part": content["part"][1:]})
    with pytest.raises(ValidationError, match="colour"):
        ReportForm.model_validate({**content, "colour": "red"})


@pytest.mark.parametrize(
    ("lang", "message", "where"),
    [
        (
            "zh",
            "正文有 40 段的行距为1.5 倍行距，应为固定值 27 磅。",
            "第 3～41、44 段（“公司成立”），“一、发展历程”之下",
        ),
        (
            "en",
            "40 body paragraphs have the line spacing 1.5 lines; the requirement is exactly 27 pt.",
            'paragraph 3–41, 44 ("公司成立"), below "一、发展历程"',
        ),
    ],
)
def test_a_finding_in_words(lang: Lang, message: str, where: str) -> None:
    place = DocumentPlace(((3, 41), (44, 44)), "公司成立", "一、发展历程")
    found = DocumentFinding("fault", "spacing", place, "auto 1.5", "exact 27", {"spacings": "auto 1.5", "count": 40})
    assert i18n.document_finding(found, lang)[0] == message
    assert i18n.document_place(place, lang) == where


def test_sizes_and_fonts_in_words() -> None:
    size = DocumentFinding("fault", "size", found="28", wanted="32", params={"half_points": "28|31", "count": 2})
    assert "四号（14 磅）、15.5 磅" in i18n.document_finding(size, "zh")[0]
    assert "三号 (16 pt)" in i18n.document_finding(size, "en")[0]
    font = DocumentFinding("fault", "font", found="-", wanted="仿宋_GB2312", params={"fonts": "-", "count": 2})
    assert "未指定" in i18n.document_finding(font, "zh")[0]
    silent = DocumentFinding(
        "note", "headings_differ", params={"count": 1, "fonts": "", "half_points": "44", "spacings": ""}
    )
    assert i18n.document_finding(silent, "zh")[0].endswith("不同：字号 二号（22 磅）。")


@pytest.mark.parametrize("code", ["too_large", "too_many_pictures"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_limit_is_reported_with_what_was_found(code: str, lang: Lang) -> None:
    message, remedy = i18n.document_finding(
        DocumentFinding("fault", code, params={"found": 130.5, "limit": 120.0}), lang
    )
    assert ("130.5" in message, "120" in message, bool(remedy)) == (True, True, True)
