"""The walk of a review in a real browser: filter, compare six, weigh, set a point aside, note, ask, be answered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.intake.settings import sample
from kpi.model.language import Lang
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.store.store import Store
from tests.pages.accessibility import serious_findings
from tests.pages.app_runs import all_say_no_conflict
from tests.pages.browser_actions import LATER, Reader, reader
from tests.pages.websocket_client import fresh_server
from tests.services.submitting import lock_as_it_stands

pytestmark = pytest.mark.browser

INDUSTRY = "高端装备"
WEIGHTS = (40, 10, 10, 20, 20)
SIX = 6


def lock_example(folder: Path) -> str:
    """The demonstration's enterprise has locked the example, which is why it is flagged; its credit code."""
    with Store.open(folder) as store:
        with store.cursor() as cursor:
            account = tables.accounts.account_named(cursor, "enterprise")
        assert account is not None
        received = receive_file(store, account.viewer, "example.xlsx", sample("example"))
        application = accept_application(store, account.viewer, received)
        lock_as_it_stands(store, account.viewer, application.credit_code, application.year)
        all_say_no_conflict(store)
        return application.credit_code


@pytest.mark.parametrize(
    ("width", "lang", "scheme"),
    [(1440, "zh", "light"), pytest.param(390, "en", "dark", marks=pytest.mark.campaign)],
    ids=["1440-zh-light", "390-en-dark"],
)
def test_a_reviewer_filters_compares_weighs_notes_and_asks_and_the_enterprise_answers(
    browser: Browser, copy_of_store: Callable[[], Path], width: int, lang: Lang, scheme: str
) -> None:
    folder = copy_of_store()
    code = lock_example(folder)
    with fresh_server(folder) as url:
        reviewing, answering = (reader(browser, url, lang, width, scheme) for _ in range(2))
        reviewing.begin_as("reviewer", at="candidates")
        _filter(reviewing, code)
        _compare_six_and_weigh(reviewing)
        _set_aside_note_and_ask(reviewing, code)
        answering.begin_as("enterprise")
        _answer(answering)
        reviewing.open("candidate", f"&industry={INDUSTRY}&candidate={code}&kpi=K08")
        _open_tab(reviewing, "candidate.tab_evidence")
        expect(reviewing.page.get_by_text("见附件中的工时记录")).to_be_visible(timeout=LATER)
        for item in (reviewing, answering):
            assert (item.errors, item.outside) == ([], [])
            item.context.close()


def _filter(walker: Reader, code: str) -> None:
    listed = walker.page.locator("[class*=st-key-listed-]")
    expect(listed).to_have_count(20, timeout=LATER)
    _pick(walker, walker.words("list.filter.points"), text("flag.example_copied.name", walker.lang))
    expect(walker.page.locator(f"[class*=st-key-listed-{code}]")).to_be_visible(timeout=LATER)
    expect(listed).to_have_count(1)
    _looked_at(walker, "review-1-list")


def _compare_six_and_weigh(walker: Reader) -> None:
    page = walker.page
    walker.go_on("compare", f"&industry={INDUSTRY}")
    bars = page.locator(".kpi-order .bar")
    expect(bars).to_have_count(3, timeout=LATER)
    for count in range(3, SIX):
        walker.press(page.locator("[data-testid=stMultiSelect] input"))
        walker.press(page.get_by_role("option", name=" · ").first)
        page.keyboard.press("Escape")
        expect(bars).to_have_count(count + 1, timeout=LATER)
        walker.settle()
    _open_tab(walker, "compare.tab_weights")
    for box, weight in zip(page.locator("[class*=st-key-weight-] input").all(), WEIGHTS, strict=True):
        walker.enter(box, str(weight))
    walker.press(page.get_by_role("button", name=walker.words("order.weights_use")))
    page.wait_for_url("**weights=**", timeout=LATER)
    _looked_at(walker, "review-2-weights")
    _open_tab(walker, "compare.tab_order")
    expect(page.get_by_text(text("reason.weights_given.plain", walker.lang))).to_be_visible(timeout=LATER)
    _looked_at(walker, "review-2-compare")


def _set_aside_note_and_ask(walker: Reader, code: str) -> None:
    page, words = walker.page, walker.words
    walker.go_on("candidate", f"&industry={INDUSTRY}&candidate={code}&kpi=K08")
    _open_tab(walker, "candidate.tab_visit")
    expect(page.get_by_role("heading", name=words("screening.title", count=1))).to_be_visible(timeout=LATER)
    walker.enter(_only(page.get_by_label(words("screening.note"), exact=True)), "已致电核实（虚构）")
    walker.press(page.get_by_role("button", name=words("screening.dismiss")))
    expect(page.get_by_role("heading", name=words("screening.title_none"))).to_be_visible(timeout=LATER)

    _open_tab(walker, "candidate.tab_overview")
    walker.press(page.get_by_role("button", name=words("evidence.to_table"), exact=True))
    walker.press(page.get_by_role("button", name=words("evidence.open")))
    expect(page.locator(".kpi-file .here")).to_have_text("45", timeout=LATER)
    kpi = f"K08 {catalogue().kpi('K08').short.in_(walker.lang)}"
    found = page.get_by_role("radiogroup", name=words("evidence.finding", kpi=kpi), exact=True)
    walker.press(found.get_by_text(words("evidence.doubted"), exact=True))
    walker.enter(page.get_by_label(words("evidence.note", kpi=kpi), exact=True), "缺少改造前的记录（虚构）")
    # What is typed stays, unsent, while another tab is read, and so does the tab over a save.
    for tab in ("candidate.tab_kpis", "candidate.tab_evidence"):
        _open_tab(walker, tab)
    walker.press(page.get_by_role("button", name=words("evidence.save")))
    saved = page.locator("[data-testid=stAlert]", has_text=words("evidence.saved", count=1))
    expect(saved).to_be_visible(timeout=LATER)

    walker.press(page.get_by_role("button", name=words("enquiry.title"), exact=True))
    walker.enter(page.get_by_label(words("enquiry.question"), exact=True), "请提供改造前后的工时记录（虚构）")
    walker.press(page.get_by_role("button", name=words("enquiry.ask")))
    expect(page.get_by_text(words("enquiry.asked"))).to_be_visible(timeout=LATER)
    expect(page.get_by_text(words("enquiry.waiting"))).to_be_visible()
    _looked_at(walker, "review-3-candidate")


def _open_tab(walker: Reader, name: str) -> None:
    tab = walker.page.get_by_role("tab", name=walker.words(name), exact=True)
    walker.press(tab)
    expect(tab).to_have_attribute("aria-selected", "true", timeout=LATER)


def _answer(walker: Reader) -> None:
    page, words = walker.page, walker.words
    expect(page.get_by_text(words("own_enquiry.todo", open=1))).to_be_visible(timeout=LATER)
    walker.press(page.get_by_text(words("own_enquiry.to_questions"), exact=True))
    expect(page.get_by_text("请提供改造前后的工时记录（虚构）")).to_be_visible(timeout=LATER)
    # Nothing but the question: neither who asks (the account is named "reviewer"), nor what was noted.
    question = page.locator("[data-testid=stExpander]", has_text="请提供改造前后的工时记录（虚构）")
    expect(_only(question)).not_to_contain_text("reviewer")
    expect(page.locator("[data-testid=stMain]")).not_to_contain_text("缺少改造前的记录")
    walker.settle()
    _looked_at(walker, "review-4-question")
    walker.enter(page.get_by_label(words("own_enquiry.answer"), exact=True), "见附件中的工时记录（虚构）")
    walker.press(page.get_by_role("button", name=words("own_enquiry.send")))
    expect(page.get_by_text(words("own_enquiry.sent"))).to_be_visible(timeout=LATER)
    walker.go_on("enterprise-home")
    expect(page.get_by_text(words("own_enquiry.todo", open=1))).to_have_count(0)


def _pick(walker: Reader, label: str, option: str) -> None:
    box = walker.page.locator("[data-testid=stSelectbox]", has_text=label).locator("input")
    # A list that is open is closed by scrolling.
    box.scroll_into_view_if_needed()
    walker.settle()
    walker.press(box)
    walker.press(walker.page.get_by_role("option", name=option, exact=True))


def _only(found: Locator) -> Locator:
    expect(found).to_have_count(1, timeout=LATER)
    return found


def _looked_at(walker: Reader, name: str) -> None:
    walker.settle()
    walker.shoot(name)
    assert walker.overflow() <= 0, name
    assert serious_findings(walker.page) == [], name
