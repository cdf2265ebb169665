"""The demonstration is served as a visitor meets it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.conftest import Served


def test_a_visitor_finds_the_sign_in_and_reads_that_all_is_illustrative(page: Page, served: Served) -> None:
    page.goto(served.url)
    expect(page.locator("input[type=password]")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("演示").first).to_be_visible()
