"""A reader who waits for what a press asked for, however late it sets out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.conftest import Served
from tests.pages.browser_actions import reader

LATE = """() => {
    const { send } = WebSocket.prototype.__proto__;
    WebSocket.prototype.__proto__.send = function (data) { setTimeout(() => send.call(this, data), 1000); };
}"""


@pytest.mark.campaign
@pytest.mark.browser
def test_a_press_has_been_answered_once_the_reader_goes_on(browser: Browser, served: Served) -> None:
    walker = reader(browser, served.url)
    walker.begin_as("reviewer", at="candidates")
    walker.page.evaluate(LATE)
    walker.press(walker.page.get_by_test_id("stPaginationPage").filter(has_text="2"))
    assert "list-page=2" in walker.page.url
    walker.enter(walker.page.get_by_role("textbox", name=walker.words("list.search"), exact=True), "00")
    assert "list-search=00" in walker.page.url
    walker.context.close()
