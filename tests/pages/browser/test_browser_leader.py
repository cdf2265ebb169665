"""The walk of a district leader in a real browser: from a cell of coverage to the list that is sent and its package."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from playwright.sync_api import Browser, Locator, expect

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import condition_name, text
from kpi.model.language import Lang
from tests.pages.accessibility import serious_findings
from tests.pages.browser_actions import LATER, Reader, reader
from tests.pages.websocket_client import fresh_server

pytestmark = pytest.mark.browser

LEFT_OUT, BECAUSE = "演示装备002智能工厂", "正在搬迁（虚构）"
AT = 1
"""A scenario that some candidates have, and others have not."""

SCROLLED = 500
"""Milliseconds."""

CHECKED, ON_PAPER = "条件已逐项核对（虚构）", "纸质材料已报送（虚构）"


@pytest.mark.parametrize(
    ("width", "lang", "scheme"),
    [(1440, "zh", "light"), pytest.param(390, "en", "dark", marks=pytest.mark.campaign)],
    ids=["1440-zh-light", "390-en-dark"],
)
def test_a_leader_goes_from_a_gap_to_the_sent_package(
    browser: Browser, copy_of_store: Callable[[], Path], width: int, lang: Lang, scheme: str
) -> None:
    with fresh_server(copy_of_store()) as url:
        walker = reader(browser, url, lang, width, scheme)
        walker.begin_as("leader", at="coverage")
        _list_behind_a_cell(walker)
        walker.go_on("nomination")
        _act(walker, "withdraw", CHECKED)
        _opened(walker, "proposal")
        _proposal(walker)
        _opened(walker, "order")
        names = _order(walker)
        _repair(walker, len(names))
        _opened(walker, "order")
        _act(walker, "put_forward")
        _act(walker, "send")
        _looked_at(walker, "leader-4-sent")
        _opened(walker, "package")
        _package(walker, names)
        assert (walker.errors, walker.outside) == ([], [])
        walker.context.close()


@pytest.mark.campaign
def test_what_is_typed_for_one_candidate_is_kept_while_others_and_other_pages_are_looked_at(
    browser: Browser, copy_of_store: Callable[[], Path]
) -> None:
    with fresh_server(copy_of_store()) as url:
        walker = reader(browser, url)
        walker.begin_as("leader", at="nomination")
        page, words = walker.page, walker.words
        first, second, *_ = _listed(walker)
        _opened(walker, "reasons")
        label = words("nomination.condition_reason", at=1)
        # For a moment the field of the candidate before stands after the new one: it goes when the page is whole.
        fields = page.get_by_label(label, exact=True)
        why = fields.first
        _typed(walker, why, CHECKED)
        _condition_covered(walker)
        _choose_to_explain(walker, second)
        expect(why).to_have_value("")
        expect(fields).to_have_count(1)
        _typed(walker, why, ON_PAPER)
        _condition_covered(walker)
        _choose_to_explain(walker, first)
        expect(why).to_have_value(CHECKED)
        expect(fields).to_have_count(1)
        _opened(walker, "order")
        row = page.locator("[class*=st-key-row-]").first
        walker.press(row.locator("summary"))
        row.locator("[data-testid=stTextInput] input").first.fill(BECAUSE)
        # A tap leaves the field and follows the link in one moment.
        page.locator("a[href*='/coverage']").first.click(delay=0, timeout=LATER)
        expect(page).to_have_url(re.compile("/coverage"), timeout=LATER)
        walker.settle()
        walker.go_on("nomination")
        expect(why).to_have_value(CHECKED, timeout=LATER)
        unsaved = words("nomination.unsaved", factories=text("number.list", walker.lang).join((first, second)))
        expect(page.get_by_text(unsaved, exact=True).first).to_be_visible()
        walker.press(page.get_by_role("button", name=words("nomination.save"), exact=True))
        expect(page.get_by_text(words("nomination.done_saved")).first).to_be_visible(timeout=LATER)
        expect(page.get_by_text(unsaved)).to_have_count(0)
        expect(row.locator("[data-testid=stTextInput] input").first).to_have_value(BECAUSE)
        _opened(walker, "reasons")
        walker.press(page.locator("summary", has_text=words("nomination.explained", count=2)))
        for reason in (CHECKED, ON_PAPER):
            expect(page.locator("table.kpi-table td", has_text=reason).first).to_be_visible(timeout=LATER)
        assert (walker.errors, walker.outside) == ([], [])
        walker.context.close()


def _opened(walker: Reader, tab: str) -> None:
    walker.press(walker.page.get_by_role("tab", name=walker.words(f"nomination.{tab}"), exact=True))


def _typed(walker: Reader, field: Locator, words: str) -> None:
    walker.enter(field, words)


def _chosen(walker: Reader, box: Locator, option: str) -> None:
    box.evaluate("one => one.scrollIntoView({block: 'center'})")  # a list of options closes where the page scrolls
    walker.page.wait_for_timeout(SCROLLED)
    box.locator("input").fill(option)
    walker.press(walker.page.get_by_role("option", name=option, exact=True))


def _condition_covered(walker: Reader) -> None:
    box = walker.page.locator("[class*=st-key-covers-]")
    _chosen(walker, box, condition_name("good_credit", walker.lang))
    walker.page.keyboard.press("Escape")
    expect(box.locator("[data-tag]")).to_have_count(1)


def _choose_to_explain(walker: Reader, factory: str) -> None:
    label = walker.words("nomination.conditions_of")
    _chosen(walker, walker.page.locator("[data-testid=stSelectbox]", has_text=label), factory)


def _list_behind_a_cell(walker: Reader) -> None:
    """As many candidates as the cell says; its picture is then framed, and a button shows all of them again."""
    page = walker.page
    expect(page.locator(".kpi-table").first).to_be_visible(timeout=LATER)
    rows = page.locator(".st-key-own-candidates tbody tr")
    expect(rows.first).to_be_visible(timeout=LATER)
    every = rows.count()
    scenario = catalogue().scenarios[AT]
    cell = page.locator(".st-key-card-scenario .textpoint text").nth(AT)
    cell.scroll_into_view_if_needed(timeout=LATER)
    box = cell.bounding_box()
    assert box is not None
    count = int(cell.text_content() or "")
    assert 0 < count < every
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    clear = page.get_by_role("button", name=walker.words("behind.clear", what=scenario.name.in_(walker.lang)))
    expect(clear).to_be_visible(timeout=LATER)
    expect(rows).to_have_count(count, timeout=LATER)
    _looked_at(walker, "leader-1-coverage")
    walker.press(clear)
    expect(rows).to_have_count(every, timeout=LATER)


def _proposal(walker: Reader) -> None:
    page, words = walker.page, walker.words
    _chosen(walker, page.locator("[data-testid=stMultiSelect]", has_text=words("nomination.must_not")), LEFT_OUT)
    page.keyboard.press("Escape")
    # A placement is a pin: to leave it out it is dropped from the must-haves too, else the wishes conflict.
    why = page.get_by_label(words("nomination.must_not_reason", factory=LEFT_OUT), exact=True)
    expect(why).to_be_visible(timeout=LATER)
    walker.enter(why, BECAUSE)
    walker.press(page.get_by_role("button", name=words("nomination.propose"), exact=True))
    expect(page.get_by_text(text("recommend.status.infeasible", walker.lang))).to_be_visible(timeout=LATER)
    pins = page.locator("[class*=st-key-must-]:not([class*=st-key-must-not-]) [data-testid=stMultiSelect]")
    walker.press(pins.locator("[data-tag]", has_text=LEFT_OUT).get_by_role("button"))
    walker.press(page.get_by_role("button", name=words("nomination.propose"), exact=True))
    expect(page.get_by_text(text("recommend.status.optimal", walker.lang)).first).to_be_visible(timeout=LATER)
    expect(page.get_by_text(words("nomination.change_out", factories=LEFT_OUT))).to_be_visible()
    _looked_at(walker, "leader-2-proposal")
    walker.press(page.get_by_role("button", name=words("nomination.apply"), exact=True))
    expect(page.get_by_text(BECAUSE)).to_be_visible(timeout=LATER)


def _order(walker: Reader) -> list[str]:
    """The first goes down one place; the factories in the order that then stands on the page."""
    page = walker.page
    before = _listed(walker)
    walker.press(page.get_by_role("button", name=walker.words("nomination.down"), exact=True))
    after = [before[1], before[0], *before[2:]]
    expect(_rows(walker).first).to_contain_text(after[0], timeout=LATER)
    assert _listed(walker) == after
    return after


def _rows(walker: Reader) -> Locator:
    return walker.page.locator("[class*=st-key-row-]")


def _listed(walker: Reader) -> list[str]:
    """The factories on the list: a row is headed by its place, the factory, its industry and what is to be fixed."""
    heads = [row.locator("summary p").inner_text().split(" · ") for row in _rows(walker).all()]
    return [head[1] for head in heads if head[0].strip().isdecimal()]


def _repair(walker: Reader, count: int) -> None:
    """Every fault stands in its candidate's row; there each gets its words, and in the next tab its conditions their
    reasons.
    """
    page, words = walker.page, walker.words
    # Of each: conditions not explained, and two documents not attached.
    expect(page.get_by_text(words("nomination.faults", count=3 * count))).to_be_visible(timeout=LATER)
    for at in range(count):
        row = _rows(walker).nth(at)
        # By its key: the row before is still unfolding, and a slow machine's mouse would press where this one was.
        row.locator("summary").press("Enter")
        fields = row.locator("[data-testid=stTextInput] input")
        for field, said in zip(fields.all(), (CHECKED, ON_PAPER), strict=True):
            walker.enter(field, said)
    _looked_at(walker, "leader-3-repair")
    walker.press(page.get_by_role("button", name=words("nomination.save"), exact=True))
    expect(page.get_by_text(words("nomination.faults", count=count))).to_be_visible(timeout=LATER)
    # What is left of each: conditions that no reason names. Each press brings the next candidate.
    _opened(walker, "reasons")
    for left in range(count, 0, -1):
        expect(page.get_by_text(words("nomination.faults", count=left))).to_be_visible(timeout=LATER)
        walker.settle()
        why = page.get_by_label(words("nomination.condition_reason", at=1), exact=True)
        walker.enter(why, CHECKED)
        walker.press(page.locator("[class*=st-key-ask-all-rest-] button").first)
        walker.press(page.locator("[class*=st-key-all-rest-] button[kind=primary]"))
    expect(page.get_by_text(words("nomination.no_faults"))).to_be_visible(timeout=LATER)


def _act(walker: Reader, act: str, reason: str = "") -> None:
    """Nothing happens before the confirmation is ticked."""
    page, words = walker.page, walker.words
    form = page.locator(f"[class*=st-key-act-{act}-]", has_text=words(f"nomination.{act}_how")).first
    press = form.get_by_role("button", name=words(f"nomination.{act}"), exact=True)
    walker.press(press)
    expect(page.get_by_text(words("nomination.not_sure"))).to_be_visible(timeout=LATER)
    if reason:
        walker.enter(form.locator("input[type=text]"), reason)
    walker.press(form.locator("[data-testid=stCheckbox] label"))
    walker.press(press)
    # On the page, and for some seconds over it.
    expect(page.get_by_text(words(f"nomination.done_{act}")).first).to_be_visible(timeout=LATER)


def _package(walker: Reader, names: list[str]) -> None:
    page, words = walker.page, walker.words
    press = page.get_by_role("button", name=words("nomination.package_download"), exact=True)
    expect(press).to_be_enabled(timeout=LATER)
    walker.settle()  # opening the tab may have begun a run only after it was last looked at
    with page.expect_download(timeout=LATER) as taken:
        walker.press(press)
    data = Path(taken.value.path()).read_bytes()
    size = f"{len(data) / 1_000_000:.1f}"
    expect(page.get_by_text(words("nomination.package_how", count=len(names), size=size))).to_be_visible()
    with ZipFile(BytesIO(data)) as package:
        rows = list(csv.DictReader(StringIO(package.read("manifest.csv").decode("utf-8-sig"))))
        for row in rows:
            assert sha256(package.read(row["path"])).hexdigest() == row["sha256"]
        assert sum("附件3" in row["path"] for row in rows) == len(names)
        table = Document(BytesIO(package.read("附件5-推荐汇总表.docx"))).tables[0]
    assert [row.cells[2].text for row in table.rows[1:]] == names


def _looked_at(walker: Reader, name: str) -> None:
    walker.settle()
    walker.shoot(name)
    assert walker.overflow() <= 0, name
    assert serious_findings(walker.page) == [], name
