"""How many presses everyday acts take: every click, choice and typed text is counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from kpi.i18n import text
from kpi.model.viewer import Viewer
from kpi.services.administrator.rounds import assign_reviewers, open_round, release_round, start_round
from kpi.services.administrator.stages import applications_in_progress
from kpi.services.leader.own_list import own_list
from kpi.services.reviewer.scores import own_score_sheet, save_score
from kpi.store.store import Store
from kpi.tables.stages import ApplicationInHand
from tests.campaign import tally
from tests.pages.app_runs import without_rounds
from tests.pages.browser_actions import LATER, Reader, reader
from tests.pages.websocket_client import fresh_server
from tests.services.sample_store import ADMINISTRATOR
from tests.services.service_calls import whole_score

pytestmark = [pytest.mark.browser, pytest.mark.campaign]

INDUSTRY, YEAR = "高端装备", 2025
LEADER = Viewer("leader", "演示推荐单位", "leader", ("松江区",))
REVIEWER = Viewer("reviewer", "演示评审员", "reviewer", (INDUSTRY,))
TEN, NOT_FORWARD = 10, 3
MOST_TO_DECIDE, MOST_TO_MOVE, MOST_TO_SEND = 12, 4, 24


class Presses:
    """Of one reader."""

    def __init__(self, walker: Reader) -> None:
        self.walker = walker
        self.count = 0

    def on(self, what: Locator) -> None:
        self.walker.press(what)
        self.count += 1

    def typed(self, field: Locator, words: str) -> None:
        self.walker.enter(field, words)
        self.count += 1

    def confirmed(self, label: str) -> None:
        """The question, and its answer."""
        page = self.walker.page
        self.on(page.get_by_role("button", name=label, exact=True).first)
        self.on(page.get_by_test_id("stPopoverBody").get_by_role("button", name=label, exact=True))


def ten_scored(folder: Path) -> tuple[str, ApplicationInHand]:
    """A released round of ten that are undecided, by its name, and an application that its body has put forward."""
    with Store.open(folder) as store:
        with store.transaction() as cursor:
            without_rounds(cursor)
        in_hand = applications_in_progress(store, ADMINISTRATOR)
        codes = [hand.credit_code for hand in in_hand if hand.industry == INDUSTRY][:TEN]
        assert len(codes) == TEN
        name = open_round(store, ADMINISTRATOR, YEAR, INDUSTRY, "defence")
        assign_reviewers(store, ADMINISTRATOR, name, {code: [REVIEWER.account] for code in codes})
        start_round(store, ADMINISTRATOR, name)
        for level, code in enumerate(codes):
            seen = own_score_sheet(store, REVIEWER, name, code).seen
            content = whole_score("defence", 2 + level % 3)
            save_score(store, REVIEWER, name, code, seen, content, hand_in=True)
        release_round(store, ADMINISTRATOR, name)
        return name, next(hand for hand in in_hand if hand.stage == "put_forward")


def test_ten_decisions_and_a_stage_take_few_presses(browser: Browser, copy_of_store: Callable[[], Path]) -> None:
    folder = copy_of_store()
    name, forward = ten_scored(folder)
    with fresh_server(folder) as url:
        walker = reader(browser, url)
        walker.begin_as("administrator", at="decisions")
        decided = _decide(walker, name)
        walker.go_on("progress")
        moved = _move(walker, forward)
        assert (walker.errors, walker.outside) == ([], [])
        walker.context.close()
    with Store.open(folder) as store:
        found = applications_in_progress(store, ADMINISTRATOR)
    assert (
        sorted(hand.decision for hand in found if hand.decision)
        == ["forward"] * (TEN - NOT_FORWARD) + ["reserve"] * NOT_FORWARD
    )
    assert [hand.credit_code for hand in found if hand.stage == "material_review"] == [forward.credit_code]
    tally("presses of an administrator", ten_decisions=decided, a_stage=moved)
    assert decided <= MOST_TO_DECIDE
    assert moved <= MOST_TO_MOVE


def _decide(walker: Reader, name: str) -> int:
    """Most of the ten go forward, the last three by their mean are kept in reserve."""
    page, words, presses, left = walker.page, walker.words, Presses(walker), TEN
    _tab(presses, "panel.together")
    for outcome, count in (("forward", TEN - NOT_FORWARD), ("reserve", NOT_FORWARD)):
        fields = f".st-key-together-{name}-{left}"
        for _ in range(left - count):
            presses.on(page.locator(f"{fields}-which [data-tag] button").last)
        presses.on(page.locator(f"{fields}-outcome").get_by_text(text(f"scoring.outcome.{outcome}", walker.lang)).first)
        presses.typed(page.locator(f"{fields}-reason input"), "评审会议定（虚构）")
        presses.confirmed(words("panel.decide_together", count=count))
        left -= count
        if left:
            expect(page.locator(f".st-key-together-{name}-{left}-which")).to_be_visible(timeout=LATER)
    expect(page.get_by_text(words("panel.decisions_sentence", done=TEN, of=TEN))).to_be_visible(timeout=LATER)
    return presses.count


def _move(walker: Reader, one: ApplicationInHand) -> int:
    """An application that its body has put forward comes to the next stage."""
    page, words, presses = walker.page, walker.words, Presses(walker)
    presses.on(page.locator(".st-key-application input"))
    presses.on(page.get_by_role("option", name=one.credit_code).first)
    presses.confirmed(words("progress.take"))
    expect(page.get_by_text(words("progress.taken"), exact=True).first).to_be_visible(timeout=LATER)
    return presses.count


def test_a_whole_list_is_drawn_up_and_sent_in_few_presses(browser: Browser, copy_of_store: Callable[[], Path]) -> None:
    folder = copy_of_store()
    with fresh_server(folder) as url:
        walker = reader(browser, url)
        walker.begin_as("leader")
        presses = Presses(walker)
        presses.on(walker.page.locator(".st-key-step-next a").first)
        expect(walker.page.get_by_role("tab", name=walker.words("nomination.package"))).to_be_visible(timeout=LATER)
        _act_on_list(presses, "withdraw", "重新排序（虚构）")
        _draw_up(presses)
        _explain(presses)
        _tab(presses, "nomination.order")
        _act_on_list(presses, "put_forward")
        _act_on_list(presses, "send")
        _annex5(presses)
        assert (walker.errors, walker.outside) == ([], [])
        walker.context.close()
    with Store.open(folder) as store:
        sent = own_list(store, LEADER).latest
    assert (sent.state, sent.content.differences is not None) == ("sent", True)
    assert len(sent.content.placements) == TEN
    assert all(len(placement.explained) > 1 for placement in sent.content.placements)
    assert all(placement.reason for placement in sent.content.placements[:2]), "one went down, and another up"
    tally("presses of a leader", whole_list=presses.count)
    assert presses.count <= MOST_TO_SEND


def _tab(presses: Presses, name: str) -> None:
    presses.on(presses.walker.page.get_by_role("tab", name=presses.walker.words(name), exact=True))


def _act_on_list(presses: Presses, act: str, reason: str = "") -> None:
    page, words = presses.walker.page, presses.walker.words
    box = page.locator(f".st-key-act-{act}-{YEAR}")
    if reason:
        presses.typed(box.locator("input[type=text]"), reason)
    presses.on(box.locator("[data-testid=stCheckbox] label"))
    presses.on(box.get_by_role("button", name=words(f"nomination.{act}"), exact=True))
    expect(page.get_by_text(words(f"nomination.done_{act}")).first).to_be_visible(timeout=LATER)
    presses.walker.settle()


def _draw_up(presses: Presses) -> None:
    """The proposal is applied, and its first goes down by one."""
    page, words = presses.walker.page, presses.walker.words
    rows = page.locator("[class*=st-key-row-] summary p")
    _tab(presses, "nomination.proposal")
    presses.on(page.get_by_role("button", name=words("nomination.propose"), exact=True))
    presses.on(page.get_by_role("button", name=words("nomination.apply"), exact=True))
    _tab(presses, "nomination.order")
    expect(rows.filter(has_not_text=words("nomination.row_off"))).to_have_count(TEN, timeout=LATER)
    first = rows.first.inner_text().split(" · ")[1]
    presses.on(page.get_by_role("button", name=words("nomination.down"), exact=True))
    expect(rows.nth(1)).to_contain_text(first, timeout=LATER)


def _explain(presses: Presses) -> None:
    """Differences, documents, and conditions by who rules on them, in one save."""
    page, words = presses.walker.page, presses.walker.words
    _tab(presses, "nomination.reasons")
    for kind in ("differences", "documents", "statement", "review", "fact", "verdict"):
        presses.typed(page.locator(f".st-key-together-{YEAR}-{kind} input"), f"已核对有关材料（{kind}，虚构）")
    presses.confirmed(words("nomination.together_save"))
    expect(page.get_by_text(words("nomination.no_faults"))).to_be_visible(timeout=LATER)


def _annex5(presses: Presses) -> None:
    page, words = presses.walker.page, presses.walker.words
    with page.expect_download(timeout=LATER):
        presses.on(page.get_by_role("button", name=words("nomination.download", form="XLSX"), exact=True))
