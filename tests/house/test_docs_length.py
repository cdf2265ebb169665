"""The documentation is one for a reader in a hurry: in short sentences, a decision on one screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.tracked import ROOT

DOCS = ROOT / "docs"
GENERATED = ("benchmarks-of-one-run.md", "coverage-of-the-notice.md", "security-requirements.md")
PAGES = [page for page in sorted(DOCS.rglob("*.md")) if not page.name.endswith((".zh.md", *GENERATED))]
"""A translation adds no fact, and is held to its original elsewhere; what is generated is as long as its data."""
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
SCREEN = (45, 130)
"""Lines, and characters in each."""
WORDS = 25
"""Of a page's sentences, on average; code, tables and headings aside."""
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
ASIDE = re.compile(r"^(?: {4}|\s*\||#|!\[).*$", re.MULTILINE)
PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )")
SENTENCE = re.compile(r"(?<=[.!?])[)\"*_]*\s+(?=\W*[A-Z0-9])")


def lengths(page: str) -> list[int]:
    """The words of each sentence: an item of a list is one at least, what stands in backquotes is a word."""
    text = ASIDE.sub("", FENCE.sub("\n\n", page))
    text = re.sub(r"`[^`]+`", "X", re.sub(r"\]\([^)]*\)", "]", text))
    sentences = [item for part in PARAGRAPH.split(text) for item in SENTENCE.split(" ".join(part.split()))]
    return [count for sentence in sentences if (count := len(re.findall(r"[A-Za-z0-9][\w'.,%-]*", sentence)))]


def average(page: str) -> float:
    counts = lengths(page)
    return sum(counts) / max(1, len(counts))


def beyond(page: str) -> list[str]:
    """What of a page does not fit on one screen."""
    most, wide = SCREEN
    lines = page.splitlines()
    return lines[most:] + [line for line in lines if len(line) > wide]


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_is_one_screen_under_its_own_number(page: Path) -> None:
    text = page.read_text("utf-8")
    assert beyond(text) == []
    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert [other.name for other in DECISIONS if other.name[:4] == page.name[:4]] == [page.name]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_sentences_are_short_on_average(page: Path) -> None:
    assert average(page.read_text("utf-8")) <= WORDS


def test_what_is_too_long_would_be_seen() -> None:
    page = "# Title\n\nTwo words. `a b` is one:\nfour so.\n\n| a table |\n\n- An item\n- Another one\n"
    assert lengths(page) == [2, 5, 2, 2]
    assert average("Word " * 26 + ".") > WORDS
    assert beyond("x" * 131) == ["x" * 131]
    assert beyond("x\n" * 46) == ["x"]
