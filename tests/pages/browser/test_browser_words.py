"""What the framework says by itself on a Chinese page, once somebody opens, types and errs: in Chinese."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from kpi.i18n import text
from tests.conftest import Served
from tests.pages.accessibility import english_said
from tests.pages.browser_actions import LATER, SOON, Reader, reader
from tests.pages.websocket_client import fresh_server
from tests.server.http_client import FORM

pytestmark = [pytest.mark.browser, pytest.mark.campaign]

NOBODY = "qqqq"


def test_a_page_is_read_once_the_code_of_its_elements_is_there(browser: Browser, served: Served) -> None:
    """The browser's walks read a page after ``settle``: on a busy machine a kind's code comes after the run's end."""
    walker = reader(browser, served.url, "zh")

    def late(route: Route) -> None:
        walker.page.wait_for_timeout(2000)
        route.continue_()

    walker.context.route("**/static/js/Html.*.js", late)
    walker.begin_as("enterprise", at="notice")
    assert "沪经信制〔2025〕514" in walker.page.locator("[data-testid=stMain]").inner_text()
    walker.context.close()


def test_menus_lists_and_dates_speak_chinese(browser: Browser, served: Served) -> None:
    walker = reader(browser, served.url, "zh")
    page, words = walker.page, walker.words
    walker.begin_as("administrator", at="accounts")
    walker.press(page.get_by_role("button", name=words("framework.main_menu"), exact=True))
    expect(page.get_by_text(words("framework.print"), exact=True)).to_be_visible(timeout=SOON)
    assert english_said(page) == []
    page.keyboard.press("Escape")

    walker.press(page.get_by_role("button", name=words("framework.choose_date"), exact=True).first)
    dialog = page.get_by_role("dialog", name=words("framework.choose_date"), exact=True)
    expect(dialog).to_contain_text(words("framework.date_keys"), timeout=SOON)
    assert english_said(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0, timeout=SOON)

    roles = page.get_by_role("combobox", name=words("accounts.role"), exact=True).first
    walker.press(roles)
    expect(page.get_by_role("option").first).to_be_visible(timeout=SOON)
    roles.press_sequentially(NOBODY)
    expect(page.get_by_text(words("framework.no_results"), exact=True)).to_be_visible(timeout=SOON)
    assert english_said(page) == []
    page.keyboard.press("Escape")

    # What is chosen is said in the other language at once, and chosen still.
    added = page.get_by_role("combobox", name=words("accounts.role"), exact=True).last
    added.scroll_into_view_if_needed()  # scrolling closes a list
    walker.settle()
    walker.press(added)
    walker.press(page.get_by_role("option", name=words("role.leader"), exact=True))
    walker.press(page.get_by_role("button", name="English", exact=True))
    in_english = page.get_by_role("combobox", name=text("page.accounts.role", "en"), exact=True).last
    expect(in_english).to_have_value(text("page.role.leader", "en"), timeout=SOON)
    walker.press(page.get_by_role("button", name=text("page.language", "zh"), exact=True))
    expect(added).to_have_value(words("role.leader"), timeout=SOON)

    # The sign-in ends in another tab: a file is refused at the click.
    walker.press(page.get_by_role("button", name=words("carried.menu_table"), exact=True).first)
    purpose = page.get_by_role("textbox", name=words("download.purpose")).first
    walker.enter(purpose, "核对（演示）")
    walker.context.request.post(f"{served.url}/account/sign-out", headers=dict(FORM), max_redirects=0)
    walker.press(page.get_by_role("button", name=words("carried.csv"), exact=True).first)
    refused = page.get_by_test_id("stDownloadButtonError")
    expect(refused).to_have_text(words("framework.file_not_made"), timeout=SOON)
    walker.context.close()


def test_on_a_phone_no_character_stands_on_a_line_of_its_own(browser: Browser, served: Served) -> None:
    walker = reader(browser, served.url, "zh", 390)
    walker.enter_as("leader")
    for go, at in ((walker.open, "coverage"), (walker.go_on, "nomination")):
        go(at)
        expect(walker.page.get_by_role("tab").last).to_be_attached(timeout=LATER)
        assert walker.lone_characters() == [], at
        assert walker.overflow() <= 0, at
    walker.context.close()


def test_what_is_refused_is_refused_in_chinese(browser: Browser, copy_of_store: Callable[[], Path]) -> None:
    """A file of another kind, as it is read, and a number out of range, by its field."""
    with fresh_server(copy_of_store()) as url:
        walker = reader(browser, url, "zh")
        page, words = walker.page, walker.words
        walker.begin_as("enterprise", at="upload")
        _bring_the_example(walker)
        walker.go_on("way")
        lever = page.locator("[data-testid=stNumberInput]:visible").first  # what is closed holds a field of its own
        field = lever.locator("input")
        walker.enter(field, "99999999")
        error = lever.get_by_role("alert")
        expect(error).to_contain_text(words("framework.error_label"), timeout=SOON)
        assert english_said(page) == []

        walker.go_on("upload")
        page.set_input_files(
            "input[type=file]", {"name": "表.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 " + b"x" * 99}
        )
        expect(page.locator(".kpi-faults li.error")).to_contain_text("PDF", timeout=LATER)
        assert english_said(page) == []
        walker.context.close()


def _bring_the_example(walker: Reader) -> None:
    walker.go_on("enterprise-home")
    walker.press(walker.page.get_by_role("button", name=walker.words("sample.example"), exact=True))
    expect(walker.page.get_by_text(walker.words("sheet.faultless"))).to_be_visible(timeout=LATER)
