"""What stands in both languages says the same: as many sections, the same commands, the same numbers in each."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from tests.house.tracked import ROOT

CHINESE = sorted([ROOT / "README.zh.md", *(ROOT / "docs").rglob("*.zh.md")])
PAGES = [(page.with_name(page.name.replace(".zh.md", ".md")), page) for page in CHINESE]
EACH = pytest.mark.parametrize("pages", PAGES, ids=lambda pages: pages[0].stem)
HEADING = re.compile(r"^#+ ", re.MULTILINE)
FENCED = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(?<![\w/.-])\d+(?:\.\d+)*")
MONTH = re.compile(r"\d+ 月")
"""English writes it as a word."""


def sections(page: Path) -> list[str]:
    """Each with its heading; what comes before the first is nothing."""
    text = page.read_text("utf-8")
    starts = [found.start() for found in HEADING.finditer(FENCED.sub(lambda block: "~" * len(block[0]), text))]
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


def numbers(section: str) -> Counter[str]:
    """Outside of commands and addresses."""
    text = MONTH.sub(" ", FENCED.sub("", section))
    return Counter(NUMBER.findall(re.sub(r"`[^`]*`|\]\([^)]*\)|https?://\S+", " ", text)))


def commands(page: Path) -> list[str]:
    """Without what is said beside them."""
    lines = [line for block in FENCED.findall(page.read_text("utf-8")) for line in block.splitlines()]
    return [line.split("#")[0].strip() for line in lines]


@EACH
def test_both_have_the_same_sections_and_commands(pages: tuple[Path, Path]) -> None:
    english, chinese = (sections(page) for page in pages)
    assert english
    assert [section.split(" ")[0] for section in english] == [section.split(" ")[0] for section in chinese]
    assert commands(pages[0]) == commands(pages[1])


@EACH
def test_each_section_has_the_same_numbers(pages: tuple[Path, Path]) -> None:
    for english, chinese in zip(*map(sections, pages), strict=True):
        assert numbers(english) == numbers(chinese), english.splitlines()[0]


def test_what_an_official_defends_is_in_chinese() -> None:
    assert {"README", "method", "method-in-plain-words"} <= {english.stem for english, _ in PAGES}


def test_a_number_that_one_of_them_lacks_is_seen() -> None:
    assert numbers("beats 0.80 of 21") != numbers("胜过 0.80")
    assert numbers("on 31 December") == numbers("12 月 31 日")
