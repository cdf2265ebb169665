"""Each term of docs/glossary.md is used in both languages of one text, and its name in code is one the code uses.

What the page lists as not used stands in no text.
"""

from __future__ import annotations

import re

import pytest

from kpi.i18n.texts import load_texts
from kpi.model.language import Lang
from tests.house.tracked import ROOT

PAGE = ROOT / "docs" / "glossary.md"
TERMS, NOT_USED = PAGE.read_text("utf-8").split("## Words not used")


def rows(part: str) -> list[tuple[str, ...]]:
    """The cells of each row of the part's tables."""
    return [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in part.splitlines()
        if line.startswith("| ") and not line.startswith(("| 中文", "| not |", "| ---"))
    ]


ROWS = rows(TERMS)
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


def using(word: str, lang: Lang) -> list[str]:
    """The keys of a language whose text holds the word: an English one from its beginning, whatever its capitals."""
    found = re.compile(rf"\b{re.escape(word)}" if lang == "en" else re.escape(word), re.IGNORECASE)
    shown = {key: re.sub(r"\{\w+:|\{[^{}|]*\}", "", sentence) for key, sentence in load_texts(lang).items()}
    return [key for key, sentence in shown.items() if found.search(sentence)]


@pytest.mark.parametrize(("word", "instead", "lang"), rows(NOT_USED), ids=lambda cell: cell)
def test_a_word_that_was_replaced_does_not_come_back(word: str, instead: str, lang: Lang) -> None:
    assert instead
    assert using(word, lang) == []


def test_a_word_that_is_used_is_found() -> None:
    assert "page.way.to_result" not in using("leading", "en")
    assert "page.title.way" in using("Gap", "en")
    assert "page.title.way" in using("差距", "zh")


def test_every_row_is_read_and_no_term_stands_twice() -> None:
    assert len(ROWS) > 50
    for column in (0, 1):
        terms = [row[column].lower() for row in ROWS]
        assert len(terms) == len(set(terms))


def test_a_term_of_one_language_alone_would_be_seen() -> None:
    assert together("领先线", "leading line")
    assert not together("领先线", "password")
    assert not together("不存在的词", "leading")
