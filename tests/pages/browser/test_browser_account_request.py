"""An enterprise gets in by itself, in a real browser: asking takes 8 fields and presses, granting 3 presses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kpi.i18n import text
from tests.pages.accessibility import serious_findings
from tests.pages.browser_actions import LATER, reader
from tests.pages.websocket_client import fresh_server
from tests.services.account_asking import ASKING, PDF

pytestmark = [pytest.mark.browser, pytest.mark.campaign]

PASSWORD = "magnet violin 47 oatmeal"


def test_from_the_sign_in_to_an_account(browser: Browser, copy_of_store: Callable[[], Path], tmp_path: Path) -> None:
    licence = tmp_path / "licence.pdf"
    licence.write_bytes(PDF)
    with (
        fresh_server(copy_of_store()) as url,
        browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800}) as context,
    ):
        page = context.new_page()
        page.goto(f"{url}/?lang=zh")
        page.get_by_text(text("page.sign_in.ask", "zh")).click()
        page.fill("#kpi-credit_code", ASKING.credit_code)
        page.fill("#kpi-enterprise", ASKING.enterprise)
        page.select_option("#kpi-industry", ASKING.industry)
        page.select_option("#kpi-district", ASKING.district)
        page.fill("#kpi-contact", ASKING.contact)
        page.set_input_files("#kpi-proof", licence)
        page.click(".kpi-form button")
        expect(page.get_by_text(text("page.own_request.waiting", "zh"))).to_be_visible()
        own = page.url

        deciding = reader(browser, url, "zh", 1440, "light")
        deciding.begin_as("leader", at="leader-home")
        deciding.press(deciding.page.get_by_role("link", name=text("page.title.account_requests", "zh")).first)
        grant = deciding.page.get_by_role("button", name=text("page.account_requests.grant", "zh"), exact=True)
        expect(grant).to_be_visible(timeout=LATER)
        assert serious_findings(deciding.page) == []
        deciding.press(grant)
        deciding.press(grant.last)
        done = text("page.account_requests.done_granted", "zh", enterprise=ASKING.enterprise)
        expect(deciding.page.get_by_text(done).first).to_be_visible(timeout=LATER)
        deciding.context.close()

        page.goto(own)
        page.fill("#kpi-account", "eight")
        page.fill("#kpi-display", "演示人员（虚构）")
        page.fill("#kpi-secret_word", PASSWORD)
        page.fill("#kpi-repeated", PASSWORD)
        page.click(".kpi-form button")
        expect(page.get_by_text(text("page.sign_in.joined", "zh"))).to_be_visible()
        expect(page.locator("#kpi-account")).to_have_value("eight")
        page.goto(own)
        expect(page.get_by_role("alert")).to_contain_text(text("error.link_over.message", "zh"))
