"""The menus of files below charts and tables, and boxes of words: opened in a browser, and what is taken from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from kpi.charts.theme import Theme, tokens
from kpi.i18n import catalogue_name
from tests.campaign import LONG
from tests.pages.browser_actions import LATER, SHOTS, Reader, reader
from tests.pages.websocket_client import fresh_server

pytestmark = pytest.mark.campaign

PURPOSE = "年度核对（演示）"
WIDTHS = (1440, 390)


@pytest.fixture(scope="module")
def served(copy_of_store: Callable[[], Path]) -> Iterator[str]:
    SHOTS.mkdir(parents=True, exist_ok=True)
    with fresh_server(copy_of_store()) as url:
        yield url


def test_a_menu_of_files_opens_and_hands_them_out(browser: Browser, served: str) -> None:
    walker = reader(browser, served, "en")
    walker.begin_as("leader", at="coverage")
    for width in WIDTHS:
        walker.page.set_viewport_size({"width": width, "height": 900})
        menu = _opened(walker, "picture-industry")
        csv = menu.get_by_role("button", name="CSV", exact=True)
        expect(csv).to_be_enabled(timeout=LATER)
        walker.shoot("menu-1-opened")
        assert walker.overflow() <= 0
        with walker.page.expect_download(timeout=LATER) as taken:
            walker.press(csv)
        lines = Path(taken.value.path()).read_text("utf-8-sig").splitlines()
        assert taken.value.suggested_filename.endswith(".csv")
        assert any(catalogue_name("汽车", "en") in line for line in lines)
        walker.page.keyboard.press("Escape")
        expect(csv).to_have_count(0)
    assert (walker.errors, walker.outside) == ([], [])
    walker.context.close()


@pytest.mark.parametrize("width", WIDTHS if LONG else WIDTHS[:1])
def test_a_purpose_stays_when_its_menu_is_closed(browser: Browser, served: str, width: int) -> None:
    """Closed by a press elsewhere, with the purpose just typed, as somebody does who looks something up meanwhile."""
    walker = reader(browser, served, "zh", width)
    walker.begin_as("administrator", at="accounts")
    menu = _opened(walker, "accounts")
    field = menu.get_by_label(walker.words("download.purpose"), exact=True)
    expect(menu.get_by_role("button", name="CSV", exact=True)).to_be_disabled(timeout=LATER)
    field.fill(PURPOSE)
    walker.press(walker.page.get_by_role("heading", level=2))
    expect(field).to_have_count(0, timeout=LATER)
    menu = _opened(walker, "accounts")
    expect(field).to_have_value(PURPOSE, timeout=LATER)
    workbook = menu.get_by_role("button", name="Excel", exact=True)
    expect(workbook).to_be_enabled(timeout=LATER)
    with walker.page.expect_download(timeout=LATER) as taken:
        walker.press(workbook)
    assert Path(taken.value.path()).read_bytes().startswith(b"PK")
    assert (walker.errors, walker.outside) == ([], [])
    walker.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_search_leads_to_a_factory_and_to_a_kpi_of_the_page_that_is_open(
    browser: Browser, served: str, width: int
) -> None:
    walker = reader(browser, served, "zh", width)
    walker.begin_as("reviewer", at="reviewer-home")
    _search(walker, "电子007", width)
    expect(walker.page).to_have_url(re.compile("/candidate[?].*candidate="), timeout=LATER)
    expect(walker.page.locator(".st-key-candidate input")).to_have_value(re.compile("演示电子007"), timeout=LATER)
    walker.begin_as("enterprise", at="benchmarks")
    _search(walker, "K14", width)
    expect(walker.page).to_have_url(re.compile("/result[?].*kpi=K14"), timeout=LATER)
    assert (walker.errors, walker.outside) == ([], [])
    walker.context.close()


def _search(walker: Reader, words: str, width: int) -> None:
    """By keyboard where there is one: whoever opens the search is in its field."""
    button = walker.page.locator(".st-key-search button")
    expect(button).to_be_visible(timeout=LATER)
    if width > WIDTHS[-1]:
        walker.page.keyboard.press("Control+k")
    else:
        walker.press(button)
    expect(walker.page.locator(".st-key-searched input")).to_be_focused(timeout=LATER)
    walker.page.keyboard.type(words)
    expect(walker.page.get_by_role("option")).to_have_count(1, timeout=LATER)
    walker.page.keyboard.press("Enter")
    expect(walker.page.get_by_role("dialog")).to_have_count(0, timeout=LATER)


def test_a_candidate_pressed_in_the_picture_of_a_home_is_opened(browser: Browser, served: str) -> None:
    walker = reader(browser, served, "zh")
    walker.begin_as("reviewer", at="reviewer-home")
    mark = walker.page.locator(".st-key-by-industry .points path.point").first
    expect(mark).to_be_visible(timeout=LATER)
    box = mark.bounding_box()
    assert box
    walker.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(walker.page).to_have_url(re.compile("/candidate[?].*candidate="), timeout=LATER)
    assert (walker.errors, walker.outside) == ([], [])
    walker.context.close()


def test_a_box_of_words_is_drawn_when_it_is_opened_and_folds_again(browser: Browser, served: str) -> None:
    walker = reader(browser, served, "zh")
    walker.begin_as("reviewer", at="candidate")
    walker.press(walker.page.get_by_role("tab", name=walker.words("candidate.tab_visit"), exact=True))
    box = walker.page.get_by_test_id("stExpander").filter(has_text=walker.words("visit.show"))
    expect(box).to_be_visible(timeout=LATER)
    for width in WIDTHS:
        walker.page.set_viewport_size({"width": width, "height": 900})
        walker.settle()
        expect(box.locator("table")).to_have_count(0)
        head = box.locator("summary")
        head.scroll_into_view_if_needed()
        walker.press(head)
        expect(box.locator("table").first).to_be_visible(timeout=LATER)
        walker.shoot("box-1-opened")
        assert walker.overflow() <= 0
        walker.press(head)
        expect(box.locator("table")).to_have_count(0, timeout=LATER)
    assert (walker.errors, walker.outside) == ([], [])
    walker.context.close()


def test_who_unfolds_the_menu_by_keyboard_is_in_it_and_comes_back_by_folding_it(browser: Browser, served: str) -> None:
    """The links came before the button that unfolds them: they were reached backwards alone."""
    walker = reader(browser, served, "en", 390)
    walker.begin_as("leader", at="leader-home")
    page = walker.page
    unfold, menu = page.get_by_test_id("stExpandSidebarButton"), page.get_by_test_id("stSidebar")
    unfold.focus()
    page.keyboard.press("Enter")
    fold = menu.get_by_test_id("stSidebarCollapseButton").locator("button")
    expect(fold).to_be_focused(timeout=LATER)
    page.keyboard.press("Tab")
    expect(menu.get_by_test_id("stSidebarNavLink").first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(unfold).to_be_focused(timeout=LATER)
    assert (walker.errors, walker.outside) == ([], [])
    walker.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ring_of_a_choice_and_of_a_tick_not_made_can_be_seen(browser: Browser, served: str, theme: Theme) -> None:
    """In the colour of the text beside figures, which can be read on either ground."""
    walker = reader(browser, served, "en", 390, theme)
    walker.begin_as("reviewer", at="scores")
    for ring in (
        "[data-testid=stRadioOption]:has(input:not(:checked)) > div > div",
        "label:has([type=checkbox]) > div",
    ):
        drawn = walker.page.locator(ring).first
        expect(drawn).to_have_css("border-top-color", _rgb(tokens(theme).muted), timeout=LATER)
        expect(drawn).to_have_css("border-top-width", "1px")
    walker.context.close()


def _rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


def _opened(walker: Reader, key: str) -> Locator:
    """The menu of the table of this ``key``."""
    button = walker.page.locator(f".st-key-carried-{key} button").first
    button.scroll_into_view_if_needed()
    walker.press(button)
    menu = walker.page.locator("[data-testid=stPopoverBody]")
    expect(menu.get_by_role("button").first).to_be_visible(timeout=LATER)
    walker.settle()  # a run that is under way would draw the fields once more, empty
    # What was drawn above meanwhile has moved the button out of the window, and its menu with it.
    button.scroll_into_view_if_needed()
    return menu
