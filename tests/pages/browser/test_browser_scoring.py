"""The walk of a panel in a real browser: start, score, hand in, release, meeting, decision, minutes.

That nobody finds anything of another's scores anywhere before all have handed in is test_scoring_pages.py. That each
has an order of its own, and what the third reviewer is not shown, does not depend on the look: in the campaign both
walks look for it, else the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, expect

from kpi.i18n import text
from kpi.model.language import Lang
from kpi.services.administrator.rounds import assign_reviewers, assignment_board, open_round
from kpi.store.store import Store
from pages.reviewer.parts.list import A_PAGE
from tests.campaign import LONG
from tests.pages.accessibility import serious_findings
from tests.pages.app_runs import ALLOWED, without_rounds
from tests.pages.browser_actions import LATER, Reader, reader
from tests.pages.websocket_client import fresh_server
from tests.services.sample_store import account_by_now

pytestmark = [pytest.mark.browser, pytest.mark.campaign]

INDUSTRY, YEAR = "汽车", 2025
WALKS: list[tuple[int, Lang, str]] = [(1440, "zh", "light"), (390, "en", "dark")]
CRITERIA = ("G1", "G2", "G3", "G4", "G5", "N1")
HIGHEST = 5
REASON = "各项有依据（虚构）"
FIRST_PAGES = {
    "administrator": "scoring",
    "reviewer": "candidates",
    "reviewer2": "candidates",
    "reviewer3": "reviewer-home",
}
PAGES = [address for role, address in ALLOWED if role == "reviewer"]


def prepared(folder: Path) -> tuple[str, str, str]:
    """A round that is not started: one candidate, with whom the third reviewer has a conflict; its name and code."""
    with Store.open(folder) as store:
        with store.transaction() as cursor:
            without_rounds(cursor)
        chair, third = (account_by_now(store, account) for account in ("administrator", "reviewer3"))
        name = open_round(store, chair, YEAR, INDUSTRY, "material")
        [code] = third.barred
        found = {candidate.credit_code: candidate for candidate in assignment_board(store, chair, name).candidates}
        assign_reviewers(store, chair, name, {code: ["reviewer", "reviewer2"]})
        return name, code, found[code].factory or code


@pytest.fixture(params=WALKS, ids=lambda walk: f"{walk[0]}-{walk[1]}-{walk[2]}")
def walks(
    request: pytest.FixtureRequest, browser: Browser, copy_of_store: Callable[[], Path]
) -> Iterator[tuple[tuple[str, str, str], dict[str, Reader]]]:
    width, lang, scheme = request.param
    folder = copy_of_store()
    found = prepared(folder)
    with fresh_server(folder) as url:
        people = {}
        for account, address in list(FIRST_PAGES.items())[: None if _whole(lang) else -1]:
            people[account] = reader(browser, url, lang, width, scheme)
            people[account].begin_as(account, at=address)
        yield found, people
        for person in people.values():
            assert (person.errors, person.outside) == ([], [])
            person.context.close()


def test_a_panel_scores_blind_meets_and_decides(
    walks: tuple[tuple[str, str, str], dict[str, Reader]],
) -> None:
    (name, code, factory), people = walks
    chair, first, second, *conflicted = people.values()
    _start(chair)
    if _whole(chair.lang):
        assert _own_order(first) != _own_order(second)

    _score(first, name, code, level=HIGHEST)
    for item in (first, second):
        item.go_on("panel")
        expect(item.page.get_by_text(item.words("panel.none"))).to_be_visible(timeout=LATER)
    _score(second, name, code, level=3)
    _release(chair)
    _meet(first)
    _decide(chair)
    second.go_on("panel")
    second.press(second.page.get_by_role("button", name=second.words("panel.detail"), exact=True))
    expect(second.page.get_by_text(REASON).first).to_be_visible(timeout=LATER)
    for entry in conflicted:
        _finds_nothing(entry, code, factory)


def _whole(lang: Lang) -> bool:
    return LONG or lang == "zh"


def _start(chair: Reader) -> None:
    page, words = chair.page, chair.words
    chair.press(page.get_by_role("button", name=words("scoring.start"), exact=True))
    chair.press(page.get_by_test_id("stPopoverBody").get_by_role("button", name=words("scoring.start"), exact=True))
    expect(page.get_by_text(words("scoring.started")).last).to_be_visible(timeout=LATER)
    _looked_at(chair, "scoring-1-started")


def _release(chair: Reader) -> None:
    page, words = chair.page, chair.words
    chair.open("scoring")
    chair.press(page.get_by_role("button", name=words("scoring.release"), exact=True))
    chair.press(page.get_by_test_id("stPopoverBody").get_by_role("button", name=words("scoring.release"), exact=True))
    expect(page.get_by_text(words("scoring.released")).last).to_be_visible(timeout=LATER)


def _own_order(one: Reader) -> list[str]:
    """The list as it opens, and the same when it is loaded again."""
    names = one.page.locator("[class*=st-key-listed-] a")
    expect(names).to_have_count(A_PAGE, timeout=LATER)
    shown = names.all_inner_texts()
    one.page.reload()
    expect(names).to_have_count(A_PAGE, timeout=LATER)
    one.settle()
    expect(names).to_have_text(shown)
    return shown


def _score(one: Reader, name: str, code: str, level: int) -> None:
    page, words, form = one.page, one.words, f".st-key-score-{name}-{code}"
    one.go_on("scores", f"&round={name}&candidate={code}")
    for criterion in CRITERIA:
        one.press(page.locator(f"{form}-level-{criterion} [role=radiogroup] label").nth(level - 1))
        if level == HIGHEST:  # an end of the scale asks why
            one.enter(page.locator(f"{form}-why-{criterion} input"), "见现场核查记录第一号（虚构）")
            page.keyboard.press("Tab")
    # The form saves itself, and a look at the factory takes nothing with it.
    said = re.compile(re.escape(words("scores.kept", at="@")).replace("@", r"[-\d: ]+"))
    expect(page.get_by_text(said).first).to_be_visible(timeout=LATER)
    one.settle()
    one.go_on("candidate", f"&candidate={code}")
    one.go_on("scores", f"&round={name}&candidate={code}")
    chosen = page.locator(f".st-key-entries-score-{name}-{code} input:checked")
    expect(chosen).to_have_count(len(CRITERIA), timeout=LATER)
    if _whole(one.lang):
        _there_and_back(one)
        expect(page.locator(f".st-key-entries-score-{name}-{code} input:checked")).to_have_count(
            len(CRITERIA), timeout=LATER
        )
    _looked_at(one, "scoring-2-sheet")
    one.press(page.locator(f"{form}-sure label"))
    one.press(page.get_by_role("button", name=words("scores.hand_in"), exact=True))
    # After drafts that saved themselves.
    said = re.compile(re.escape(words("scores.saved_handed_in", version=0)).replace("0", r"\d+"))
    expect(page.get_by_text(said).last).to_be_in_viewport(timeout=LATER)


def _there_and_back(one: Reader) -> None:
    """To the other language and back: what is chosen and typed, and not sent yet, stays."""
    other: Lang = "zh" if one.lang == "en" else "en"
    for lang, next_one in ((other, one.lang), (one.lang, other)):
        one.press(one.page.get_by_role("button", name=text("page.language", lang), exact=True))
        expect(one.page.get_by_role("button", name=text("page.language", next_one), exact=True)).to_be_visible(
            timeout=LATER
        )


def _meet(one: Reader) -> None:
    """Released: both totals, and a note that the panel reads."""
    page, words = one.page, one.words
    one.open("panel")
    for total in ("演示评审员 30", "演示评审员乙 18"):
        expect(page.get_by_text(total, exact=True).first).to_be_visible(timeout=LATER)
    one.press(page.get_by_role("button", name=words("panel.detail"), exact=True))
    one.enter(page.get_by_label(words("panel.note"), exact=True), "口径须再核实（虚构）")
    one.press(page.get_by_role("button", name=words("panel.note_add")))
    expect(page.get_by_text(words("panel.noted"))).to_be_visible(timeout=LATER)
    _looked_at(one, "scoring-3-panel")


def _decide(chair: Reader) -> None:
    page, words = chair.page, chair.words
    chair.go_on("decisions")
    chair.press(page.locator("[data-testid=stRadio] label", has_text=text("scoring.outcome.forward", chair.lang)).first)
    chair.enter(page.get_by_label(words("panel.reason"), exact=True), REASON)
    chair.press(page.locator("[data-testid=stCheckbox] label", has_text=words("panel.decide_sure")))
    chair.press(page.get_by_role("button", name=words("panel.decide"), exact=True))
    expect(page.get_by_text(words("panel.done_decided"))).to_be_visible(timeout=LATER)
    _looked_at(chair, "scoring-4-decided")
    chair.press(page.get_by_role("tab", name=words("panel.download"), exact=True))
    docx = page.get_by_role("button", name=words("panel.docx"))
    expect(docx).to_be_disabled()
    purpose = page.locator(".st-key-purpose-panel_material input")
    chair.enter(purpose, "存档（演示）")
    expect(docx).to_be_enabled(timeout=LATER)
    with page.expect_download(timeout=LATER) as asked:
        chair.press(docx)
    minutes = "\n".join(
        paragraph.text for paragraph in Document(BytesIO(Path(asked.value.path()).read_bytes())).paragraphs
    )
    outcome = text("scoring.outcome.forward", chair.lang)
    assert text("minutes.decided", chair.lang, outcome=outcome, reason=REASON) in minutes


def _finds_nothing(one: Reader, code: str, factory: str) -> None:
    """Neither in a list nor by the address of the candidate, its sheet or the round."""
    for place, address in enumerate(PAGES):
        go = one.go_on if place else one.open
        go(address, f"&industry={INDUSTRY}&candidate={code}&round={YEAR}-automotive-material-1")
        found = one.page.locator("[data-testid=stMain]")
        expect(found, address).not_to_contain_text(factory)
        expect(found, address).not_to_contain_text(code)


def _looked_at(one: Reader, name: str) -> None:
    one.settle()
    one.shoot(name)
    assert one.overflow() <= 0, name
    assert serious_findings(one.page) == [], name
