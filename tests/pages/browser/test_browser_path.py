"""From a fresh demonstration to a verdict: one click signs in, five more lead from the example to the answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from kpi import i18n
from kpi.model.language import Lang
from tests.pages.accessibility import out_of_keys_reach, serious_findings, unseen_focus
from tests.pages.browser_actions import LATER, SOON, Reader, reader
from tests.pages.websocket_client import fresh_server

pytestmark = [pytest.mark.browser, pytest.mark.campaign]

MOST_CLICKS = 5
TABBED, BLOCKED = 20, 4
DOWN = "ArrowDown"
DRAWN = 900
"""Pixels of width from which on the strip is a picture and not a list."""


class _Walk:
    """Counts what a person presses, and keeps a picture of each page and what axe finds on it."""

    def __init__(self, walker: Reader) -> None:
        self.walker = walker
        self.clicks: list[str] = []
        self.findings: dict[str, list[str]] = {}

    def click(self, what: Locator) -> None:
        expect(what).to_be_enabled(timeout=SOON)
        self.clicks.append(what.inner_text().strip())
        self.walker.press(what)

    def arrive(self, name: str, words: str) -> None:
        expect(self.walker.page.get_by_text(words).first).to_be_visible(timeout=LATER)
        self.walker.settle()
        self.walker.shoot(f"path-{name}")
        assert self.walker.overflow() <= 0, name
        self.findings[name] = serious_findings(self.walker.page) + out_of_keys_reach(self.walker.page)


@pytest.mark.parametrize(
    ("width", "lang", "scheme"), [(1440, "zh", "light"), (390, "en", "dark")], ids=["1440-zh-light", "390-en-dark"]
)
def test_the_example_comes_to_its_verdict_in_five_clicks_after_signing_in(
    browser: Browser, copy_of_store: Callable[[], Path], width: int, lang: Lang, scheme: str
) -> None:
    with fresh_server(copy_of_store()) as url:
        walker = reader(browser, url, lang, width, scheme)
        page, words, walk = walker.page, walker.words, _Walk(walker)
        page.goto(f"{url}/?lang={lang}")
        walk.arrive("0-sign-in", words("try_role.label"))
        page.locator(".kpi-roles button[value=enterprise]").click()
        walk.arrive("1-home", words("home.nothing_yet"))
        assert unseen_focus(page, steps=TABBED) == []
        expect(page.locator(".st-key-steps a[aria-disabled=true]")).to_have_count(BLOCKED)

        walk.click(page.get_by_role("button", name=words("sample.example"), exact=True))
        walk.arrive("2-sheet", words("sheet.faultless"))
        walk.click(page.locator(".st-key-steps a").nth(4))
        walk.arrive("3-submit", words("lock.title", year=2025))
        expect(page.locator(".st-key-steps a[aria-disabled]")).to_have_count(0)
        assert unseen_focus(page, steps=TABBED) == []
        walk.click(page.locator("[class*=st-key-truthful] label"))
        walk.click(page.get_by_role("button", name=words("lock.lock")))
        walk.arrive("4-receipt", words("receipt.sha256"))
        walk.click(page.get_by_text(words("receipt.to_result")))
        walk.arrive("5-verdict", i18n.text("clause.met.short", lang))

        assert len(walk.clicks) <= MOST_CLICKS, walk.clicks
        assert {name: found for name, found in walk.findings.items() if found} == {}
        assert page.title() == f"{words('title.result')} · {words('product')}"
        assert page.evaluate("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[lang]

        _open_row_by_keyboard(page)
        rows = page.get_by_role("listbox", name=words("strip.rows"))
        if width >= DRAWN:
            _open_row_of_the_picture(page, rows)
            walker.shoot("path-6-row")

        page.locator(".kpi-roles button[value=reviewer]").click()
        expect(page.locator(".kpi-roles button[value=reviewer]")).to_be_disabled(timeout=LATER)
        walk.arrive("6-reviewer", words("home.progress"))
        assert (walker.outside, walker.errors) == ([], [])
        walker.context.close()


def _open_row_of_the_picture(page: Page, rows: Locator) -> None:
    """The picture's rows are one stop of the Tab key, before its menu and the list; Enter opens where arrows led to."""
    page.locator(".st-key-kpi input").focus()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".st-key-carried-strip button")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(rows).to_be_focused()
    expect(rows.get_by_role("option")).to_have_count(21)
    expect(rows.get_by_role("option", selected=True)).to_have_attribute("data-code", "K13")
    for key, code in (("End", "K21"), (DOWN, "K21"), ("Home", "K01"), (DOWN, "K02"), (DOWN, "K03")):
        page.keyboard.press(key)
        expect(rows.get_by_role("option", selected=True)).to_have_attribute("data-code", code)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("kpi=K03"), timeout=LATER)
    expect(page.locator(".st-key-kpi input")).to_have_value(re.compile("^K03 "), timeout=LATER)


def _open_row_by_keyboard(page: Page) -> None:
    """The list beside the strip is one stop of the Tab key, a row its name and verdict; the arrow keys lead on.

    It opens at what is not leading and stands nearest to the line.
    """
    rows = page.locator(".st-key-kpi input")
    expect(rows).to_have_value(re.compile("K12 .+ · ● "))
    rows.focus()
    for _ in range(3):  # a list that is just being drawn may not hear a key
        page.keyboard.press(DOWN)
        with suppress(AssertionError):
            expect(rows).to_have_attribute("aria-activedescendant", re.compile(".+"), timeout=SOON // 10)
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("kpi=K13"), timeout=LATER)
