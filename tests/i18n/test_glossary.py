"""Each term of docs/glossary.md is used in both languages of one text, and its name in code is one the code uses."""

from __future__ import annotations

import re

import pytest

from kpi.i18n.texts import load_texts
from tests.house.tracked import ROOT

PAGE = ROOT / "docs" / "glossary.md"
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| 中文", "| ---"))
]
CODE = "\n".join(file.read_text("utf-8") for folder in ("kpi", "pages") for file in (ROOT / folder).rglob("*.py"))


def together(zh: str, en: str) -> list[str]:
    """The keys whose Chinese holds the one term and whose English the other, whatever its capitals."""
    word = re.compile(rf"\b{re.escape(en)}", re.IGNORECASE)
    english = load_texts("en")
    return [key for key, sentence in load_texts("zh").items() if zh in sentence and word.search(english[key])]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_a_term_is_used_on_screen_and_in_code(row: tuple[str, ...]) -> None:
    zh, en, name, meaning = row
    assert together(zh, en)
    assert re.search(rf"\b{re.escape(name.strip('`'))}\b", CODE)
    assert meaning


def test_every_row_is_read_and_no_term_stands_twice() -> None:
    assert len(ROWS) > 50
    for column in (0, 1):
        terms = [row[column].lower() for row in ROWS]
        assert len(terms) == len(set(terms))


def test_a_term_of_one_language_alone_would_be_seen() -> None:
    assert together("领先线", "leading line")
    assert not together("领先线", "password")
    assert not together("不存在的词", "leading")
