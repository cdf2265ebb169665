"""What one notice says stands in its folder: no code names its region, its number or how many of a thing it has."""

from __future__ import annotations

import re

import pytest

from tests.house.tracked import ROOT, tracked

TIME = re.compile(
    r"(?i)shanghai_(date|minute|stamp)|\bSHANGHAI\b|(in|of) Shanghai('s)?\b|Shanghai time|are Shanghai's\."
)
"""The time zone is the product's own (``kpi/model/times.py``)."""
SAID = re.compile(
    r"上海|Shanghai|shanghai|沪经信|\b514\b|\b(21|22) KPIs?\b|\b40 scenarios?\b|\b16 districts?\b"
    r"|\b(six|6) industries\b|\bfive parts\b"
)
PLACES = ("kpi/", "pages/", "app.py")


def named(text: str) -> list[str]:
    """Each line that says what a notice says, without what is said of the time zone."""
    return [line.strip() for line in text.splitlines() if SAID.search(TIME.sub("", line))]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('HOME_REGION = "上海市"', True),
        ("# The 21 KPIs of the sheet", True),
        ("six industries", True),
        ("over five parts", True),
        ("Days are Shanghai's.", False),
        ("from kpi.model.times import SHANGHAI, shanghai_date", False),
        ("21 days", False),
    ],
)
def test_the_search_finds_what_it_is_for(line: str, found: bool) -> None:
    assert bool(named(line)) == found


def test_no_code_says_what_a_notice_says() -> None:
    files = [path for path in tracked() if path.startswith(PLACES) and path.endswith((".py", ".sql"))]
    assert "kpi/catalogue/catalogue.py" in files
    assert {path: lines for path in files if (lines := named((ROOT / path).read_text("utf-8")))} == {}
