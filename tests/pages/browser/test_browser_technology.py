"""A list of core equipment and software from a spreadsheet: a pasted block, saved when its writer leaves the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Position, expect

from kpi.model.claims import CoreTechnology
from kpi.services.statement_support import own_support
from kpi.store.store import Store
from tests.pages.browser.test_browser_grid import KEY_MILLISECONDS, OWN, ROW_PIXELS, YEAR, Typist, _enterprise, typist
from tests.pages.browser_actions import LATER, reader
from tests.pages.websocket_client import fresh_server

__all__ = ["typist"]
pytestmark = pytest.mark.campaign

BLOCK = [
    ("技术装备", "数控机床（虚构）", "演示机床厂（虚构）", "国产"),
    ("工业软件", "排程系统（虚构）", "", "自主研发"),
    ("工业操作系统", "控制系统（虚构）", "境外厂商（虚构）", "进口"),
]
KEPT = (
    CoreTechnology("equipment", "数控机床（虚构）", "演示机床厂（虚构）", "domestic"),
    CoreTechnology("software", "排程系统（虚构）", "", "own"),
    CoreTechnology("operating_system", "控制系统（虚构）", "境外厂商（虚构）", "imported"),
)


def test_a_pasted_block_is_kept_whole_also_where_its_writer_goes_elsewhere(browser: Browser, typist: Typist) -> None:
    with fresh_server(typist.folder) as url:
        walker = reader(browser, url, "zh", 1440)
        walker.enter_as(OWN.name)
        walker.open("conditions")
        walker.context.grant_permissions(["clipboard-read", "clipboard-write"])
        grid = walker.page.locator("[data-testid=stDataFrame]").first
        grid.scroll_into_view_if_needed()
        position: Position = {"x": 120, "y": ROW_PIXELS + 17}
        grid.hover(position=position)
        walker.page.wait_for_timeout(KEY_MILLISECONDS)
        grid.click(position=position)
        copied = "\n".join("\t".join(cells) for cells in BLOCK)
        walker.page.evaluate("text => navigator.clipboard.writeText(text)", copied)
        walker.page.keyboard.press("Control+V")
        expect(walker.page.get_by_text(walker.words("technology.unsaved"))).to_be_visible()
        # The clipboard is read while the page goes on; its writer leaves once the block stands in the table.
        expect(grid.get_by_role("gridcell", name=BLOCK[-1][1], include_hidden=True)).to_have_count(1, timeout=LATER)
        walker.go_on("answers")
        walker.open("conditions")
        expect(walker.page.get_by_text("共 3 项，其中 2 项")).to_be_visible(timeout=LATER)
        assert walker.overflow() == 0
        assert walker.errors == []
        walker.context.close()
    with Store.open(typist.folder) as store:
        viewer = _enterprise(store)
        assert own_support(store, viewer, viewer.scope[0], YEAR).technology.rows == KEPT
