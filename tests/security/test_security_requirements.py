"""Every requirement of the standard's first two levels is answered once, by tests that are there or a reason."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from scripts.security_requirements import PAGE, WORDS, Requirement, chapters, counts, requirements, security_page
from tests.house.tracked import ROOT, python_files

LEVELS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23",
    "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3", "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333", "6.6": "2223",
    "6.7": "33", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222", "10.6": "22",
    "10.7": "222",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23", "11.7": "33",
    "12.1": "12233", "12.2": "11", "12.3": "22223",
    "13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233",
    "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}  # fmt: skip
"""Of each section of ASVS 5.0.0 the levels of its requirements, one digit each in their order."""
IN_ALL = {"1": 70, "2": 183, "3": 92}
"""As the standard counts them."""
KEYED = re.compile(r"hmac\.(?:new|digest)\(|PasswordHasher\(|blake2b\(|Ed25519PrivateKey|URLSafeTimedSerializer\(")
SECURITY = ROOT / "SECURITY.md"


def test_the_numbers_are_the_standards() -> None:
    assert Counter("".join(LEVELS.values())) == IN_ALL


def test_every_requirement_of_the_first_two_levels_is_answered_once_in_order() -> None:
    asked = [
        (f"{section}.{number}", int(level))
        for section, levels in LEVELS.items()
        for number, level in enumerate(levels, start=1)
        if level != "3"
    ]
    assert [(item.id, item.level) for item in requirements()] == asked
    assert all(item.id.startswith(f"{chapter.number}.") for chapter in chapters() for item in chapter.requirements)


@pytest.mark.parametrize("item", requirements(), ids=lambda item: item.id)
def test_what_is_met_is_shown_and_all_else_says_why(item: Requirement) -> None:
    if item.status == "met":
        assert any(file.startswith("tests/") for file in item.shown_by)
        assert [file for file in item.shown_by if not _is_there(file)] == []
    else:
        assert item.why
        assert not item.shown_by


def _is_there(named: str) -> bool:
    file, _, test = named.partition("::")
    path = ROOT / file
    return path.is_file() and (not test or re.search(rf"^\s*def {test}\(", path.read_text("utf-8"), re.M) is not None)


def test_every_test_that_security_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+(?:\.py(?:::\w+)?)?)`", SECURITY.read_text("utf-8"))
    assert len(named) > 50
    assert [file for file in named if not _is_there(file) and not (ROOT / file).is_dir()] == []


def test_the_page_is_what_the_data_say() -> None:
    assert PAGE.read_text("utf-8") == security_page(), "make security-requirements"


def test_the_summary_counts_as_the_data_do() -> None:
    found = counts()
    assert set(found) == set(WORDS)
    said = f"{found['met']} met, {found['not_applicable']} not applicable, {found['risk']} remaining risks"
    assert said in " ".join(SECURITY.read_text("utf-8").split())


def test_every_remaining_risk_is_in_the_summary() -> None:
    risks = [item.id for item in requirements() if item.status == "risk"]
    section = SECURITY.read_text("utf-8").partition("## OWASP ASVS 5.0.0")[2].partition("\n## ")[0]
    named = re.findall(r"\b\d+\.\d+\.\d+\b", section.removeprefix(", level 2"))
    assert sorted(named) == sorted(risks)


def test_every_use_of_a_key_is_listed() -> None:
    listed = SECURITY.read_text("utf-8").partition("## Keys and algorithms")[2].partition("\n## ")[0]
    using = {file for file, text in python_files().items() if KEYED.search(text)}
    assert using == set(re.findall(r"`((?:kpi|pages)/[\w/]+\.py)`", listed))
