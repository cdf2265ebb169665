"""From a register of 600 to a panel, in a real browser: inviting them takes 6 interactions; one comes by its link."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from kpi.i18n import text
from kpi.model.times import now, shanghai_date
from tests.pages.accessibility import serious_findings
from tests.pages.browser_actions import LATER, reader
from tests.pages.websocket_client import fresh_server
from tests.services.administrator.campaign_store import application_file, code_of, register_file, row_of

pytestmark = [pytest.mark.browser, pytest.mark.campaign]

PASSWORD = "magnet violin 47 oatmeal"
MOST = 6


def test_from_a_register_to_a_panel(browser: Browser, copy_of_store: Callable[[], Path], tmp_path: Path) -> None:
    year, presses = shanghai_date(now()).year, list[str]()

    def press(what: Locator) -> None:
        presses.append(what.inner_text())
        office.press(what)

    register = tmp_path / "名录.csv"
    register.write_bytes(register_file([row_of(number) for number in range(600)]))
    with fresh_server(copy_of_store()) as url:
        office = reader(browser, url, "zh", 1440, "light")
        office.begin_as("administrator", at="register")
        office.page.set_input_files("input[type=file]", register)
        presses.append("file")
        act = office.page.get_by_role("button", name=text("page.register.act", "zh", year=year))
        press(act)
        press(act.last)
        to_campaign = office.page.locator(".st-key-step-next a")
        expect(to_campaign).to_be_visible(timeout=LATER)
        assert serious_findings(office.page) == []
        press(to_campaign)
        invite = office.page.get_by_role("button", name=text("page.campaign.open", "zh", count=600))
        press(invite)
        press(invite.last)
        taking = office.page.get_by_role("button", name=text("page.campaign.letters_file", "zh"))
        expect(taking).to_be_visible(timeout=LATER)
        assert len(presses) == MOST, presses
        with office.page.expect_download(timeout=LATER) as letters:
            office.press(taking)
        rows = list(csv.reader(io.StringIO(Path(letters.value.path()).read_text("utf-8-sig"))))
        assert len(rows) == 601
        link = next(row[-1] for row in rows if row[0] == code_of(1))
        office.press(office.page.get_by_role("button", name=text("page.campaign.letters_taken", "zh")))
        expect(office.page.get_by_text("邀请 600 家，已报送 0 家")).to_be_visible(timeout=LATER)

        with browser.new_context(java_script_enabled=False, locale="zh-CN") as stranger:
            page = stranger.new_page()
            page.goto(link)
            page.fill("#kpi-account", "newcomer")
            page.fill("#kpi-display", "演示人员（虚构）")
            page.fill("#kpi-secret_word", PASSWORD)
            page.fill("#kpi-repeated", PASSWORD)
            page.click(".kpi-form button")
            expect(page.get_by_text(text("page.sign_in.joined", "zh"))).to_be_visible()

        own = reader(browser, url, "zh", 390, "light")
        own.page.goto(f"{url}/?lang=zh")
        own.page.fill("#kpi-account", "newcomer")
        own.page.fill("#kpi-password", PASSWORD)
        own.page.click(".kpi-form button")
        own.page.goto(f"{url}/baseline-report?lang=zh")
        expect(own.page.get_by_text("受邀报送，尚未开始")).to_be_visible(timeout=LATER)
        assert serious_findings(own.page) == []
        own.press(own.page.locator("[class*=st-key-step-next-] a"))
        file = {"name": "报送.csv", "mimeType": "text/csv", "buffer": application_file(1, year)}
        own.page.locator("input[type=file]").first.set_input_files(file)
        take = own.page.get_by_role("button", name=text("page.begin.take", "zh"), exact=True)
        expect(take).to_be_visible(timeout=LATER)
        own.press(take)
        expect(own.page.get_by_text(text("page.sheet.faultless", "zh")).first).to_be_visible(timeout=LATER)
        own.page.goto(f"{url}/baseline-report?lang=zh")
        send = own.page.get_by_role("button", name=text("page.report.send", "zh"), exact=True)
        own.press(send)
        own.press(send.last)
        expect(own.page.get_by_text("已报送。").first).to_be_visible(timeout=LATER)
        own.context.close()

        office.page.goto(f"{url}/campaign?lang=zh")
        expect(office.page.get_by_text("邀请 600 家，已报送 1 家")).to_be_visible(timeout=LATER)
        office.press(office.page.get_by_role("tab", name=text("page.campaign.tab_panel", "zh")))
        forward = office.page.get_by_role("button", name=text("page.panel_sources.put_forward", "zh"))
        office.press(forward)
        office.press(forward.last)
        frozen = text("page.panel_sources.frozen", "zh", name=text("page.panel_sources.usual_name", "zh", year=year))
        expect(office.page.get_by_text(frozen).first).to_be_visible(timeout=LATER)
        assert serious_findings(office.page) == []
        assert office.overflow() <= 0
