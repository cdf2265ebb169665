"""The README says the same in both languages: as many sections, the same commands, the same numbers in each."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from tests.house.tracked import ROOT

PAGES = (ROOT / "README.md", ROOT / "README.zh.md")
HEADING = re.compile(r"^#+ ", re.MULTILINE)
FENCED = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(?<![\w/.-])\d+(?:\.\d+)*")


def sections(page: Path) -> list[str]:
    """Each with its heading; what comes before the first is nothing."""
    text = page.read_text("utf-8")
    starts = [found.start() for found in HEADING.finditer(FENCED.sub(lambda block: "~" * len(block[0]), text))]
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


def numbers(section: str) -> Counter[str]:
    """Outside of commands and addresses."""
    return Counter(NUMBER.findall(re.sub(r"`[^`]*`|\]\([^)]*\)|https?://\S+", " ", FENCED.sub("", section))))


def commands(page: Path) -> list[str]:
    """Without what is said beside them."""
    lines = [line for block in FENCED.findall(page.read_text("utf-8")) for line in block.splitlines()]
    return [line.split("#")[0].strip() for line in lines]


def test_both_have_the_same_sections_and_commands() -> None:
    english, chinese = (sections(page) for page in PAGES)
    assert len(english) == len(chinese) > 4
    assert [section.split(" ")[0] for section in english] == [section.split(" ")[0] for section in chinese]
    assert commands(PAGES[0]) == commands(PAGES[1])


@pytest.mark.parametrize("at", range(len(sections(PAGES[0]))))
def test_each_section_has_the_same_numbers(at: int) -> None:
    english, chinese = (numbers(sections(page)[at]) for page in PAGES)
    assert english == chinese


def test_a_number_that_one_of_them_lacks_is_seen() -> None:
    assert numbers("beats 0.80 of 21") != numbers("胜过 0.80")
