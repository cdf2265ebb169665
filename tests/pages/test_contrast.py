"""Every colour that our style sheet and Streamlit's theme write in can be read on its ground, in both schemes."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import get_args

import pytest

from kpi.charts.theme import Theme, Tokens, tokens
from pages.widgets.html import Form
from tests.charts.test_charts import contrast
from tests.house.test_settings import SETTINGS
from tests.house.tracked import ROOT

SHEET = (ROOT / "pages" / "widgets" / "style.css").read_text("utf-8")
READ_ON_GROUND = {"ink", "muted", "leading", "undecided_text", "plain_text", "error"}
RULE = re.compile(r"\{([^{}]*)\}")
WRITTEN = re.compile(r"(?:^|[;\s])color: var\(--kpi-([a-z-]+)\)")
BEHIND = re.compile(r"background: var\(--kpi-([a-z-]+)\)")


def _pairs() -> set[tuple[str, str]]:
    """(letters, ground) of each rule; a rule without a ground of its own stands on the page's."""
    found = set()
    for rule in RULE.findall(SHEET):
        for name in WRITTEN.findall(rule):
            behind = BEHIND.findall(rule) or ["ground"]
            found |= {(name.replace("-", "_"), item.replace("-", "_")) for item in behind}
    return found


def test_the_sheet_writes_in_tokens_and_the_test_finds_them() -> None:
    names = {field.name for field in fields(Tokens)}
    assert {part for pair in _pairs() for part in pair} <= names
    assert ("muted", "ground") in _pairs()
    assert ("ground", "leading") in _pairs()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_rule_can_be_read(theme: Theme) -> None:
    look = tokens(theme)
    # Letters of the ground's own colour stand on a button whose ground another rule gives.
    pairs = {(name, behind) for name, behind in _pairs() if name != behind} | {("ground", "leading")}
    low = {pair: contrast(getattr(look, pair[0]), getattr(look, pair[1])) for pair in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_can_be_read_on_the_page_and_in_its_fields(theme: Theme) -> None:
    page, look = SETTINGS["theme"][theme], tokens(theme)
    for behind in (page["backgroundColor"], page["secondaryBackgroundColor"], look.leading_zone):
        for name in ("textColor", "linkColor", "blueTextColor", "redTextColor", "orangeTextColor", "grayTextColor"):
            assert contrast(page[name], behind) >= 4.5, (name, behind)
        for name in READ_ON_GROUND:
            assert contrast(getattr(look, name), behind) >= 4.5, (name, behind)


def test_nothing_but_a_table_bears_the_name_of_a_form_of_tables() -> None:
    """A name below a field, hidden where the screen is wide, was called as a form is: tables were hidden with it."""
    sources = "".join(path.read_text("utf-8") for path in sorted((ROOT / "pages").rglob("*.py")))
    bearing = set(re.findall(r'class="kpi-([a-z-]+)"', sources))
    assert "full-name" in bearing
    assert bearing.isdisjoint(get_args(Form))
