"""A table of the factory's own in the browser: how it is read stands beside what is asked, and takes few presses."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from kpi.intake.settings import sample, samples
from kpi.model.language import Lang
from tests.pages.browser_actions import LATER, SHOTS, Presses, Reader, reader
from tests.pages.websocket_client import fresh_server

pytestmark = pytest.mark.campaign

MOST_PRESSES_SHIPPED, MOST_PRESSES, MOST_PIXELS = 5, 12, 1_800
HEIGHT = "() => document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight"


def two_row_header() -> bytes:
    """KPIs down the side, 改造情况 over 改造前 and 改造后, a department beside; eight values are doubtful."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["企业名称", "演示企业001（虚构）"],
        ["统一社会信用代码", "91000000MA9990001E"],
        ["所属行业", "高端装备"],
        ["年度", 2025],
        [],
        ["指标", "改造情况", None, "改造效果", "责任部门"],
        [None, "改造前", "改造后", None, None],
        ["生产效率提升", 50, 65, 30, "生产部"],
        ["产品不良率下降", 3.2, 1.2, 62.5, "质量部"],
        ["供应商准时交付率提升", 91, 97.5, "6.5个百分点", "采购部"],
        ["全员劳动生产率提升", None, None, 0.48, "人事部"],
        ["库存周转率提升", None, None, 0.38, "仓储部"],
        ["研制周期缩短", None, None, 0.325, "研发部"],
        ["资源综合利用率提升", None, None, 9.5, "设备部"],
        ["设备综合利用率提升", None, None, 24, "设备部"],
        ["单位产值综合能耗下降", None, None, 21, "能源部"],
        ["单位产值运营成本下降", None, None, "降低26%", "财务部"],
        ["销售增长率", None, None, 0.128, "销售部"],
    ):
        sheet.append(row)
    sheet.merge_cells("B6:C6")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent(walker: Reader, name: str, data: bytes, folder: Path) -> None:
    """Dropped on the page; a choice of the file is no press of the page's."""
    (folder / name).write_bytes(data)
    walker.begin_as("enterprise", at="upload")
    walker.page.locator("input[type=file]").first.set_input_files(str(folder / name))
    expect(walker.page.locator(".st-key-ask-confirm button")).to_be_visible(timeout=2 * LATER)
    walker.settle()


def choose(presses: Presses, walker: Reader, about: str, option: str) -> None:
    """One option of the group of questions whose key holds ``about``."""
    group = walker.page.locator(f"[class*=st-key-ask-{about}]").first
    presses.press(group.get_by_text(walker.words(f"recognised.option_{option}"), exact=True))


def confirm(presses: Presses, walker: Reader) -> None:
    presses.press(walker.page.locator(".st-key-ask-confirm button"))


def taken(presses: Presses, walker: Reader) -> None:
    """The draft is made, and its sheet is shown."""
    presses.press(walker.page.get_by_role("button", name=walker.words("begin.take"), exact=True))
    walker.page.wait_for_url("**/answers**", timeout=2 * LATER)


def test_the_shipped_table_is_a_draft_after_few_presses(
    browser: Browser, copy_of_store: Callable[[], Path], tmp_path: Path
) -> None:
    with fresh_server(copy_of_store()) as url:
        walker = reader(browser, url, "zh", 1440, "light")
        presses = Presses(walker)
        sent(walker, samples()["own_table"].name, sample("own_table"), tmp_path)
        choose(presses, walker, "basis", "relative")
        header = walker.page.locator("[class*=st-key-ask-header]", has_text="K17").first
        presses.press(header.get_by_text("K17", exact=False).last)
        confirm(presses, walker)
        taken(presses, walker)
        assert presses.count <= MOST_PRESSES_SHIPPED
        assert walker.errors == []
        walker.context.close()


@pytest.mark.parametrize(("width", "lang", "scheme"), [(1440, "zh", "light"), (390, "en", "dark")])
def test_a_table_with_a_header_of_two_rows_and_eight_doubtful_values(
    browser: Browser, copy_of_store: Callable[[], Path], tmp_path: Path, width: int, lang: Lang, scheme: str
) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    with fresh_server(copy_of_store()) as url:
        walker = reader(browser, url, lang, width, scheme)
        presses = Presses(walker)
        sent(walker, "改造情况.xlsx", two_row_header(), tmp_path)
        walker.shoot("own-table-asked")
        if width == 1440:
            assert walker.page.evaluate(HEIGHT) <= MOST_PIXELS
        assert walker.overflow() <= 0
        marked = walker.page.locator(".st-key-reading td.marked", has_text=walker.words("reading.times_100"))
        expect(marked.first).to_be_visible()
        choose(presses, walker, "basis", "relative")
        header = walker.page.locator("[class*=st-key-ask-header]", has_text="K17").first
        presses.press(header.get_by_text("K17", exact=False).last)
        confirm(presses, walker)
        taken(presses, walker)
        assert presses.count <= MOST_PRESSES
        assert walker.errors == []
        walker.context.close()
