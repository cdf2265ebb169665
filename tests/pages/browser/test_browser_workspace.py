"""From the workbook a factory really has to the receipt, with the server restarted on the way."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, Locator, expect

from kpi.catalogue.catalogue import catalogue
from kpi.model.language import Lang
from kpi.services.operation.demonstration import demonstration_roles
from tests.pages.browser_actions import LATER, SHOTS, Reader, reader
from tests.pages.websocket_client import fresh_server

OWN = next(account for account in demonstration_roles() if account.role == "enterprise")
FAULTY, FIXED = "三十二点五", "32.5"
REPORTED = {"K01": 0.955, "K05": "12 个", "K06": FAULTY, "K08": "45%", "K16": "４８％", "K20": 88, "K21": "9 家"}
NARROW = 390


def messy() -> bytes:
    """Titles above, facts in a block, a header of the factory's own, units in cells, a total and a note below."""
    book = Workbook()
    sheet = book.active
    sheet.title = "指标汇总"
    sheet.merge_cells("A1:E1")
    sheet["A1"] = f"{OWN.display} 智能工厂关键指标汇总表"
    for row in (
        [],
        ["企业名称", OWN.display],
        ["统一社会信用代码", OWN.scope[0]],
        ["所属行业", "高端装备"],
        ["年度", 2025],
        [],
        ["序号", "指标名称", "单位", "数值", "备注"],
    ):
        sheet.append(row)
    for number, kpi in enumerate(catalogue().kpis, start=1):
        if kpi.code in REPORTED:
            sheet.append([number, kpi.name.zh, kpi.unit.zh, REPORTED[kpi.code], ""])
    sheet.append(["合计", "", "", len(REPORTED), ""])
    sheet.append(["注：数据由各车间汇总。"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(("width", "lang"), [(1440, "zh"), pytest.param(NARROW, "en", marks=pytest.mark.campaign)])
def test_from_a_messy_workbook_to_the_receipt_past_a_restart(
    browser: Browser, copy_of_store: Callable[[], Path], tmp_path: Path, width: int, lang: Lang
) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    store, table = copy_of_store(), tmp_path / "指标汇总.xlsx"
    table.write_bytes(messy())
    with fresh_server(store) as url:
        walker = reader(browser, url, lang, width)
        walker.enter_as(OWN.name)
        _upload_and_answer(walker, table)
        walker.context.close()
    with fresh_server(store) as url:
        walker = reader(browser, url, lang, width)
        walker.enter_as(OWN.name)
        _fix(walker, width)
        _submit(walker)
        assert walker.outside == []
        assert walker.errors == []
        walker.context.close()


def _upload_and_answer(walker: Reader, table: Path) -> None:
    """The file is read; what is asked is answered; it goes into the answer sheet, its one fault and all."""
    walker.open("upload")
    walker.page.set_input_files("input[type=file]", str(table))
    expect(walker.page).to_have_url(re.compile("sent="), timeout=LATER)
    walker.settle()
    walker.shoot("workspace-upload")
    asked = walker.page.locator("[data-testid=stRadio]")
    expect(asked.first).to_be_visible(timeout=LATER)
    for at in range(asked.count()):
        walker.press(asked.nth(at).get_by_text(walker.words("recognised.option_fraction")).last)
    walker.press(walker.page.get_by_role("button", name=walker.words("ask.confirm")))
    expect(asked).to_have_count(0, timeout=LATER)
    walker.press(walker.page.get_by_role("button", name=walker.words("begin.take")))
    expect(walker.page.get_by_role("heading", name=walker.words("title.sheet"), exact=True)).to_be_visible(
        timeout=LATER
    )


def _fix(walker: Reader, width: int) -> None:
    """The sheet is as it was left before the restart; the one fault is fixed where it stands."""
    walker.open("answers")
    expect(walker.page.get_by_text(walker.words("sheet.faulty", count=1))).to_be_visible(timeout=LATER)
    expect(walker.page.locator("[data-testid=stApp]")).to_contain_text(FAULTY)
    walker.shoot("workspace-faulty")
    if width == NARROW:
        # The fault's own form is the first on the page, and open.
        walker.enter(walker.page.locator("[class*='st-key-entries-'] input").first, FIXED)
        walker.press(walker.page.get_by_role("button", name=walker.words("sheet.save"), exact=True).first)
    else:
        _type_into_grid(walker, [kpi.code for kpi in catalogue().kpis].index("K06"))
        walker.press(walker.page.get_by_role("button", name=walker.words("sheet.save_grid")))
    expect(walker.page.get_by_text(walker.words("sheet.faultless"))).to_be_visible(timeout=LATER)
    walker.settle()
    assert walker.overflow() <= 0
    walker.shoot("workspace-fixed")


def _type_into_grid(walker: Reader, row: int) -> None:
    """Click the row's first cell, go past what is wrong with it, type, and leave by Enter, as a person does.

    The grid is a canvas: its hidden table says which cell is chosen, and its editor lies over the page.
    """
    grid = walker.page.locator("[data-testid=stDataFrame]").first
    grid.scroll_into_view_if_needed()
    grid.click(position={"x": 60, "y": 35 * (row + 1) + 17})
    _expect_chosen(grid, 0, row)
    for column in (1, 2):
        walker.page.keyboard.press("ArrowRight")
        _expect_chosen(grid, column, row)
    walker.page.keyboard.press("Enter")
    editor = walker.page.locator("#portal textarea, #portal input")
    expect(editor).to_have_value(FAULTY)
    editor.fill(FIXED)
    walker.page.keyboard.press("Enter")
    expect(editor).to_have_count(0)


def _expect_chosen(grid: Locator, column: int, row: int) -> None:
    expect(grid.get_by_test_id(f"glide-cell-{column}-{row}")).to_have_attribute("aria-selected", "true")


def _submit(walker: Reader) -> None:
    walker.open("submission")
    walker.shoot("workspace-review")
    assert walker.overflow() <= 0
    walker.press(walker.page.locator("[class*=st-key-truthful] label"))
    walker.press(walker.page.get_by_role("button", name=walker.words("lock.lock")))
    expect(walker.page.get_by_text(walker.words("receipt.sha256"))).to_be_visible(timeout=LATER)
    expect(walker.page.locator(".kpi-steps li[aria-current]")).to_contain_text(walker.words("step.submitted"))
    assert walker.overflow() <= 0
    walker.shoot("workspace-receipt")
