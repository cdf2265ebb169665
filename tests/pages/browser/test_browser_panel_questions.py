"""A new user's panel in the browser: what is asked comes first, by its cause, and takes few presses to the preview."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from kpi.catalogue.catalogue import catalogue
from kpi.model.language import Lang
from tests.benchmark.panels import credit_code
from tests.pages.browser_actions import LATER, SHOTS, Presses, chosen_for, reader
from tests.pages.websocket_client import fresh_server

pytestmark = pytest.mark.campaign

MOST_PRESSES, FIRST_WITHIN, BLANKS, ENTERPRISES = 12, 900, 100, 60
SIMILAR = {"AI模型数（个）": "K05", "生产效率提高幅度（%）": "K08"}
"""Unknown names with a unit that agrees: proposed and chosen beforehand."""
SAID = {"产线数字化水平": "K01"}
"""An unknown name that is like nothing: said by the reader."""
BESIDE = ("序号", "企业名称", "备注")
"""Known, and nothing of a panel."""
OTHERS = ("厂区面积（平方米）", "研发投入（万元）", "员工人数", "联系邮箱", "投产年月", "上云系统数", "专利数")
UNKNOWN = (*SIMILAR, *SAID, *BESIDE, *OTHERS)


def new_users_panel() -> bytes:
    """Sixty enterprises (fictitious), a title above, short names, 13 columns nobody knows, 100 cells with 暂缺."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    given = {*SIMILAR.values(), *SAID.values()}
    known = [kpi for kpi in catalogue().kpis if kpi.code not in given]
    bases = [kpi for kpi in known if kpi.bases]
    sheet.append(["某市智能工厂指标汇总（虚构）"])
    names = ["统一社会信用代码", "集团名称", "行业", "推荐单位"]
    sheet.append([*names, *(kpi.short.zh for kpi in known), *(f"{kpi.short.zh}口径" for kpi in bases), *UNKNOWN])
    left = BLANKS
    for number in range(ENTERPRISES):
        values: list[object] = [3 if kpi.whole else 5 + number % 20 for kpi in known]
        for place in (0, 1):
            if left:
                values[(number + 7 * place) % len(values)], left = "暂缺", left - 1
        industry = catalogue().industries[number % 2].name.zh
        beside = [number + 1, f"企业{number}", "x", *(7 for _ in OTHERS)]
        row = [credit_code(number + 1), f"集团{number}", industry, "松江区", *values, *("相对" for _ in bases)]
        sheet.append([*row, 4, 12, 35, *beside])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HOW_FAR_DOWN = """one => one.getBoundingClientRect().top
    + document.querySelector('[data-testid=stMain]').scrollTop"""


@pytest.mark.parametrize(("width", "lang", "scheme"), [(1440, "zh", "light"), (390, "en", "dark")])
def test_a_new_users_panel_is_ready_to_freeze_after_few_presses(
    browser: Browser, copy_of_store: Callable[[], Path], tmp_path: Path, width: int, lang: Lang, scheme: str
) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    panel = tmp_path / "样本.xlsx"
    panel.write_bytes(new_users_panel())
    with fresh_server(copy_of_store()) as url:
        walker = reader(browser, url, lang, width, scheme)
        walker.begin_as("administrator", at="baseline-import")
        page, presses = walker.page, Presses(walker)
        page.locator("input[type=file]").first.set_input_files(str(panel))
        walker.settle()
        presses.choose(walker.words("baseline_import.provenance"), walker.words("provenance.illustrative"))
        presses.press(page.get_by_role("button", name=walker.words("baseline_import.preview")))
        confirm = page.get_by_role("button", name=walker.words("panel_questions.confirm"))
        expect(confirm).to_be_visible(timeout=2 * LATER)
        walker.settle()
        walker.shoot("panel-asked")
        # One question for the word, with a few of its cells and already ticked: it is known to mean "no data".
        word = page.get_by_role("checkbox").first
        label = page.locator("[data-testid=stCheckbox]").first
        expect(label).to_contain_text(str(BLANKS))
        expect(label).to_contain_text("暂缺")
        expect(word).to_be_checked()
        first = label.evaluate(HOW_FAR_DOWN)
        if width == 1440:
            assert first < FIRST_WITHIN
        # Nothing else stands against the file: no fault a cell, no fault a column.
        assert page.locator(".kpi-faults li").count() <= 1, page.locator(".kpi-faults li").all_inner_texts()
        for name, code in SIMILAR.items():
            expect(chosen_for(walker, name)).to_have_value(re.compile(f"^{code}"))
        for name in (*SAID, *OTHERS):
            expect(chosen_for(walker, name)).to_have_value("")
        for name, code in SAID.items():
            presses.choose(name, code)
        presses.press(page.locator("[data-testid=stCheckbox]", has_text=walker.words("panel_questions.rest")))
        presses.press(confirm)
        expect(page.get_by_role("button", name=walker.words("baseline_import.freeze"), exact=True)).to_be_visible(
            timeout=2 * LATER
        )
        walker.settle()
        walker.shoot("panel-ready")
        assert presses.count <= MOST_PRESSES
        table = page.locator(".kpi-table", has_text=walker.words("panel_columns.changes"))
        expect(table.locator("td.marked", has_text="暂缺").nth(1)).to_be_visible()
        expect(table.locator("tr", has_text="AI模型数（个）").get_by_text("K05")).to_have_count(1)
        assert walker.overflow() <= 0
        assert walker.errors == []
        walker.context.close()
    print(f"presses: {presses.count}, first question at {first:.0f} px")
