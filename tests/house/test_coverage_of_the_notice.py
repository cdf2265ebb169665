"""The page of what decides which clause is what the data say, and leaves no clause without a decision or a reason."""

from __future__ import annotations

import re

from pages.session.context import PAGES
from scripts.coverage_of_the_notice import PAGE, coverage_page
from tests.house.tracked import ROOT


def rows(page: str) -> list[list[str]]:
    lines = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith(("| clause", "| ---"))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_page_is_what_the_data_say() -> None:
    assert PAGE.read_text("utf-8") == coverage_page(), "make coverage-of-the-notice"


def test_every_clause_is_decided_or_says_why_not() -> None:
    found = rows(coverage_page())
    assert len(found) > 90
    assert [row for row in found if len(row) != 5 or not row[2]] == []


def test_what_decides_names_a_page_and_tests_that_there_are() -> None:
    addresses = {page.address for page in PAGES}
    decided = [row for row in rows(coverage_page()) if not row[2].startswith("*")]
    assert len(decided) > 40
    for label, _, _, pages, tests in decided:
        assert set(re.findall(r"`([^`]+)`", pages)) <= addresses, label
        assert pages, label
        assert all((ROOT / file).exists() for file in re.findall(r"`([^`]+)`", tests)), label
        assert tests or "policy" in pages, label
