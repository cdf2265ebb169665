"""Each term of docs/glossary.md is used in both languages of one text, and its name in code is one the code uses.

What ``words_not_used.csv`` lists stands in no text: once on a screen, in a translation or in a translator's head.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator

import pytest

from kpi.i18n.texts import load_texts
from kpi.model.language import Lang
from tests.house.test_both_languages import numbers
from tests.house.tracked import ROOT

PAGE = ROOT / "docs" / "glossary.md"
WORDS = ROOT / "tests" / "i18n" / "words_not_used.csv"
_, *NOT_USED = csv.reader(WORDS.read_text("utf-8").splitlines())

ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| 中文", "| ---", "| **"))
]
CODE = "\n".join(file.read_text("utf-8") for folder in ("kpi", "pages") for file in (ROOT / folder).rglob("*.py"))


def together(zh: str, en: str) -> list[str]:
    """The keys whose Chinese holds the one term and whose English the other, whatever its capitals."""
    word = re.compile(rf"\b{re.escape(en)}", re.IGNORECASE)
    english = load_texts("en")
    return [key for key, sentence in load_texts("zh").items() if zh in sentence and word.search(english[key])]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_a_term_is_used_on_screen_and_in_code(row: tuple[str, ...]) -> None:
    zh, en, name, *meanings = row
    assert together(zh, en)
    assert re.search(rf"\b{re.escape(name.strip('`'))}\b", CODE)
    assert len(meanings) == 2
    assert all(meanings)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_both_meanings_have_the_same_numbers(row: tuple[str, ...]) -> None:
    english, chinese = (numbers(meaning) for meaning in row[3:])
    assert english == chinese


def using(word: str, lang: Lang) -> list[str]:
    """The keys of a language whose text holds the word: an English one from its beginning, whatever its capitals."""
    found = re.compile(rf"\b{re.escape(word)}" if lang == "en" else re.escape(word), re.IGNORECASE)
    shown = {key: re.sub(r"\{\w+:|\{[^{}|]*\}", "", sentence) for key, sentence in load_texts(lang).items()}
    return [key for key, sentence in shown.items() if found.search(sentence)]


@pytest.mark.parametrize(("word", "instead", "lang"), NOT_USED, ids=lambda cell: cell)
def test_a_word_that_was_replaced_does_not_come_back(word: str, instead: str, lang: Lang) -> None:
    assert instead
    assert using(word, lang) == []


def in_both_languages(part: object, lang: Lang) -> Iterator[str]:
    """Every sentence of a data file that stands in it by language."""
    if isinstance(part, list):
        for item in part:
            yield from in_both_languages(item, lang)
    elif isinstance(part, dict):
        for key, entry in part.items():
            if key == lang and isinstance(entry, str):
                yield entry
            else:
                yield from in_both_languages(entry, lang)


OTHER_MEANINGS = re.compile(
    "income statements?|contracts or statements|equipment fault|predictions of faults", re.IGNORECASE
)
"""Where a word that was replaced means another thing: an account, a paper, what fails in a machine."""


def beside_the_texts(lang: Lang) -> list[str]:
    """Sentences of the policy, the catalogue and other data, which pages show as they are."""
    files = [path for path in (ROOT / "data").rglob("*.toml") if "text" not in path.parts]
    return [
        OTHER_MEANINGS.sub("", sentence)
        for path in files
        for sentence in in_both_languages(tomllib.loads(path.read_text("utf-8")), lang)
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nor_does_it_stand_in_the_data_that_pages_show(lang: Lang) -> None:
    sentences = beside_the_texts(lang)
    assert len(sentences) > 500
    bound = r"\b" if lang == "en" else ""
    words = [re.compile(bound + re.escape(word), re.IGNORECASE) for word, _, of in NOT_USED if of == lang]
    assert [(word.pattern, sentence) for sentence in sentences for word in words if word.search(sentence)] == []


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
