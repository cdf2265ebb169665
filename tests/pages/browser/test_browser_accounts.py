"""The administrator's walk through accounts from a file, in a real browser: faults, preview, asked once, passwords."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, expect

from kpi import tables
from kpi.model.language import Lang
from kpi.store.store import Store
from tests.pages.accessibility import serious_findings
from tests.pages.browser_actions import LATER, SOON, Reader, reader
from tests.pages.websocket_client import fresh_server

pytestmark = [pytest.mark.browser, pytest.mark.campaign]

WALKS: list[tuple[int, Lang, str]] = [(1440, "zh", "light"), (390, "en", "dark")]
ROWS = """账号,显示名称,身份,权限范围
{first},演示评审甲（虚构）,评审,汽车；高端装备
songjiang,演示推荐单位（虚构）,推荐单位,{body}
"""


@pytest.fixture(params=WALKS, ids=lambda walk: f"{walk[0]}-{walk[1]}-{walk[2]}")
def walker(request: pytest.FixtureRequest, browser: Browser, copy_of_store: Callable[[], Path]) -> Iterator[Reader]:
    width, lang, scheme = request.param
    folder = copy_of_store()
    with fresh_server(folder) as url:
        walking = reader(browser, url, lang, width, scheme)
        yield walking
        walking.context.close()
    with Store.open_to_read(folder) as store, store.cursor() as cursor:
        added = {account.viewer.account: account.viewer.scope for account in tables.accounts.accounts(cursor)}
    assert (added["li.lei"], added["songjiang"]) == (("汽车", "高端装备"), ("松江区",))


def test_an_administrator_adds_accounts_from_a_file(walker: Reader, tmp_path: Path) -> None:
    page, words = walker.page, walker.words
    faulty, fine = tmp_path / "faulty.csv", tmp_path / "fine.csv"
    faulty.write_text(ROWS.format(first="Li Lei", body="松江"), "utf-8")
    fine.write_text(ROWS.format(first="li.lei", body="松江区"), "gb18030")
    walker.begin_as("administrator", at="accounts")
    _which_key_to_press_covers_nothing(walker)

    walker.press(page.get_by_role("tab", name=words("accounts.from_file"), exact=True))
    page.set_input_files("input[type=file]", faulty)
    expect(page.get_by_text(words("accounts.file_faulty", count=2))).to_be_visible(timeout=LATER)
    walker.settle()
    assert walker.overflow() <= 0
    walker.shoot("accounts-1-faulty")

    page.set_input_files("input[type=file]", fine)
    expect(page.get_by_text(words("accounts.file_fine", count=2))).to_be_visible(timeout=LATER)
    walker.press(page.get_by_role("button", name=words("accounts.add_all", count=2)))
    expect(page.get_by_text(words("accounts.file_means", count=2))).to_be_visible(timeout=LATER)
    walker.press(page.get_by_test_id("stPopoverBody").get_by_role("button", name=words("accounts.add_all", count=2)))

    expect(page.get_by_text(words("accounts.added", count=2))).to_be_in_viewport(timeout=LATER)
    assert walker.overflow() <= 0
    assert serious_findings(page) == []
    walker.shoot("accounts-3-added")
    with page.expect_download(timeout=LATER) as taken:
        walker.press(page.get_by_role("button", name=words("accounts.sheet")))
    assert taken.value.suggested_filename == words("accounts.sheet_name")
    sheet = Document(BytesIO(Path(taken.value.path()).read_bytes()))
    strips = ["\n".join(cell.text for cell in row.cells) for row in sheet.tables[0].rows]
    assert [name in strip for name, strip in zip(("li.lei", "songjiang"), strips, strict=True)] == [True, True]
    assert all(walker.url in strip for strip in strips)

    walker.press(page.get_by_role("button", name=words("accounts.noted")))
    expect(page.get_by_text(words("accounts.added", count=2))).to_have_count(0, timeout=LATER)
    _reset_once(walker)
    assert not walker.errors
    assert not walker.outside


def _reset_once(walker: Reader) -> None:
    """The question does not stay open beside the new password: a second press would make that one void."""
    page, words = walker.page, walker.words
    confirm = page.get_by_test_id("stPopoverBody").get_by_role("button", name=words("accounts.reset"))
    walker.press(page.get_by_role("button", name=words("accounts.reset")).first)
    walker.press(confirm)
    expect(page.get_by_text(words("accounts.added", count=1))).to_be_in_viewport(timeout=LATER)
    expect(confirm).to_have_count(0, timeout=SOON)


def _which_key_to_press_covers_nothing(walker: Reader) -> None:
    """Streamlit writes it into the field, over what is typed there, and in English."""
    field = walker.page.get_by_role("textbox", name=walker.words("accounts.search"), exact=True)
    field.press_sequentially("longer-than-the-field-is-wide-on-a-telephone")
    hint = walker.page.get_by_text(walker.words("framework.press_apply"), exact=True)
    expect(hint).to_be_visible(timeout=LATER)
    above, below = field.bounding_box(), hint.bounding_box()
    assert above
    assert below
    assert below["y"] >= above["y"] + above["height"]
    walker.shoot("accounts-0-hint")
    walker.enter(field, "")
