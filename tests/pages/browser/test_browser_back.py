"""The browser's Back: one press leads to the page before, as it was left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kpi.i18n import catalogue_name
from tests.pages.browser_actions import LATER, SHOTS, reader
from tests.pages.websocket_client import fresh_server

pytestmark = pytest.mark.campaign


@pytest.fixture(scope="module")
def served(copy_of_store: Callable[[], Path]) -> Iterator[str]:
    SHOTS.mkdir(parents=True, exist_ok=True)
    with fresh_server(copy_of_store()) as url:
        yield url


def test_back_from_a_candidate_is_the_list_as_it_was_left(browser: Browser, served: str) -> None:
    walker = reader(browser, served, "en")
    walker.begin_as("reviewer", at="candidates", query=f"&in-industry={catalogue_name('高端装备', 'zh')}")
    page, title = walker.page, walker.words("title.candidates")
    field = page.get_by_role("textbox", name=walker.words("list.search"), exact=True)
    walker.enter(field, "00")
    page.wait_for_url("**list-search=00**", timeout=LATER)
    walker.settle()
    listed, left_at = page.locator("[data-testid=stPageLink] a").all_inner_texts(), page.url
    walker.press(page.locator("[class*=st-key-listed] a").first)
    expect(page.get_by_role("heading", name=walker.words("title.candidate"), exact=True, level=2)).to_be_visible(
        timeout=LATER
    )
    page.wait_for_url("**/candidate?**kpi=K**", timeout=LATER)  # what the page writes into its address by itself
    page.go_back()
    expect(page.get_by_role("heading", name=title, exact=True, level=2)).to_be_visible(timeout=LATER)
    walker.settle()
    expect(page.locator("[data-stale=true]")).to_have_count(0, timeout=LATER)
    expect(page).to_have_url(left_at)
    expect(page.locator("[data-testid=stPageLink] a")).to_have_text(listed)
    assert (walker.errors, walker.outside) == ([], [])
    walker.context.close()


def test_a_page_of_a_list_stays_for_another_language_and_for_back(browser: Browser, served: str) -> None:
    walker = reader(browser, served, "zh")
    walker.begin_as("reviewer", at="candidates")
    page = walker.page
    walker.press(page.get_by_test_id("stPaginationPage").filter(has_text="2"))
    page.wait_for_url("**list-page=2**", timeout=LATER)
    walker.settle()
    second = page.locator("[class*=st-key-listed] a").first
    name = second.inner_text()
    walker.press(page.get_by_text("English", exact=True))
    expect(page.get_by_role("heading", name="Candidates", exact=True, level=2)).to_be_visible(timeout=LATER)
    expect(second).to_have_text(name, timeout=LATER)
    walker.press(second)
    page.wait_for_url("**/candidate?**kpi=K**", timeout=LATER)
    walker.settle()
    page.go_back()
    page.wait_for_url("**list-page=2**", timeout=LATER)
    expect(second).to_have_text(name, timeout=LATER)
    walker.context.close()


@pytest.mark.parametrize("written", [["candidate=1"], ["candidate=1", "candidate=1&kpi=K01"]], ids=["once", "twice"])
def test_values_of_the_page_to_come_are_not_written_over_those_of_the_page_that_is_left(
    browser: Browser, served: str, written: list[str]
) -> None:
    """Streamlit may write them before the path, or after it, as its messages come: a link's, and what the page adds."""
    walker = reader(browser, served, "en")
    walker.begin_as("reviewer", at="candidates")
    walker.page.wait_for_url("**list-order=own**", timeout=LATER)  # the last that the page writes into its address
    page, left_at = walker.page, walker.page.url
    page.evaluate(
        """written => {
            dispatchEvent(new Event("pointerdown"));
            for (const values of written) history.pushState({}, "", `/candidates?${values}`);
            history.pushState({}, "", `/candidate?${written.at(-1)}`);
        }""",
        written,
    )
    page.go_back()
    page.wait_for_url(left_at, timeout=LATER)
    walker.context.close()
