"""The walk of each reader in a real browser, on a served demonstration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator, expect

from kpi import i18n
from kpi.intake.read import read
from kpi.model.evaluation import Verdict
from kpi.model.language import Lang
from kpi.model.viewer import Role
from tests.campaign import LONG
from tests.conftest import Served
from tests.pages.accessibility import english_said, out_of_keys_reach, serious_findings, wait_until_shown
from tests.pages.app_runs import ALLOWED, BY_ADDRESS, EXAMPLE
from tests.pages.browser_actions import LATER, SOON, Reader, reader
from tests.pages.websocket_client import fresh_server

pytestmark = [pytest.mark.browser, pytest.mark.campaign]

WALKS: list[tuple[int, Lang, str]] = [(1440, "zh", "light"), (390, "en", "dark")]

SHAPES: dict[Verdict, str] = {
    "leading": "◆",
    "undecided": "●",
    "not_leading": "■",
    "not_reported": "–",
    "not_applicable": "–",
}
"""Never colour alone. These are the verdicts of the example file."""


@pytest.fixture(params=WALKS, ids=lambda walk: f"{walk[0]}-{walk[1]}-{walk[2]}")
def walker(request: pytest.FixtureRequest, browser: Browser, copy_of_store: Callable[[], Path]) -> Iterator[Reader]:
    """On a server of its own: a year is locked once."""
    width, lang, scheme = request.param
    with fresh_server(copy_of_store()) as url:
        walking = reader(browser, url, lang, width, scheme, moving=True)
        yield walking
        walking.context.close()


def test_an_enterprise_sends_its_file_reads_the_estimate_locks_and_reads_the_verdict(
    walker: Reader, browser: Browser
) -> None:
    page, words = walker.page, walker.words
    walker.sign_in("enterprise")
    walker.go_on("upload")

    page.set_input_files("input[type=file]", EXAMPLE)
    expect(page.get_by_text(words("upload.usable", certain=20))).to_be_visible(timeout=LATER)
    walker.shoot("1-read")
    walker.press(page.get_by_role("button", name=words("begin.take")))
    expect(page.get_by_text(words("sheet.faultless"))).to_be_visible(timeout=LATER)
    walker.shoot("2-sheet")
    walker.press(page.locator(".st-key-steps a").nth(4))
    expect(page.get_by_text(words("lock.title", year=2025))).to_be_visible(timeout=LATER)
    expect(page.get_by_text(words("lock.estimate"))).to_be_visible()
    lock = page.get_by_role("button", name=words("lock.lock"))
    expect(lock).to_be_disabled()
    walker.shoot("3-review")

    walker.press(page.get_by_text(words("lock.see")))
    expect(page.locator(".kpi-answer", has_text=words("result.of_draft", year=2025))).to_be_visible(timeout=LATER)
    expect(page.get_by_text(words("demonstration"))).to_be_visible()
    expect(_on_strip(walker, f"◆ {i18n.verdict_word('leading', walker.lang).word}")).to_have_count(0)
    walker.shoot("4-estimate")

    walker.press(page.get_by_text(words("result.to_lock")))
    walker.press(page.locator("[class*=st-key-truthful] label"))
    expect(lock).to_be_enabled(timeout=SOON)
    walker.press(lock)
    expect(page.get_by_text(words("receipt.sha256"))).to_be_visible(timeout=LATER)
    walker.press(page.get_by_text(words("receipt.to_result")))
    met = page.locator(".kpi-answer.leading", has_text=i18n.text("clause.met.short", walker.lang))
    expect(met).to_be_visible(timeout=LATER)
    for verdict, shape in SHAPES.items():
        expect(_on_strip(walker, f"{shape} {i18n.verdict_word(verdict, walker.lang).word}").first).to_be_attached()
    walker.shoot("5-verdict")

    page.reload()
    expect(page.locator(".st-key-reader")).to_be_visible(timeout=LATER)
    walker.open("result")
    expect(met).to_be_visible()
    assert walker.overflow() <= 0

    cookies = walker.context.cookies()
    assert [(cookie["name"], cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies if _ours(cookie)] == [
        ("duibiao", True, "Lax")
    ]
    walker.press(page.locator(".st-key-reader button").first)
    page.locator(".kpi-quiet button").click()
    expect(page.locator("#kpi-account")).to_be_visible(timeout=LATER)
    assert not [cookie for cookie in walker.context.cookies() if _ours(cookie)]
    _a_copied_cookie_is_refused(browser, walker, cookies)
    assert walker.outside == []
    assert walker.errors == []


def _on_strip(walking: Reader, words: str) -> Locator:
    """The strip is drawn in both its forms; the one that this width shows."""
    shown = walking.page.locator(".st-key-wide, .st-key-narrow").filter(visible=True)
    expect(shown).to_have_count(1)
    return shown.locator("text, .word").filter(has_text=words)


def _ours(cookie: object) -> bool:
    return cookie["name"] == "duibiao"


def _a_copied_cookie_is_refused(browser: Browser, walking: Reader, cookies: list) -> None:
    thief = reader(browser, walking.url, walking.lang)
    thief.context.add_cookies(cookies)
    thief.page.goto(f"{walking.url}/result")
    expect(thief.page.locator("#kpi-account")).to_be_visible(timeout=LATER)
    expect(thief.page.locator(".st-key-reader")).to_have_count(0)
    thief.context.close()


PLANTED = {
    "B7": "91000000MA9990001F",  # a wrong check digit
    "B26": 135,  # above 100 %
    "B28": "很高",  # no number
    "C36": None,  # of two bases, which?
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with faults of several kinds."""
    book = load_workbook(EXAMPLE)
    for cell, value in PLANTED.items():
        book["填报"][cell] = value
    # Of a year that no other walk begins a sheet of: what is said of this file depends on none of them.
    book["填报"]["B23"] = 2024
    path = tmp_path_factory.mktemp("faulty") / "faulty.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(("width", "lang", "scheme"), WALKS)
def test_a_faulty_file_reports_every_fault_beside_its_cell_and_is_not_taken(
    browser: Browser, served: Served, faulty: Path, width: int, lang: Lang, scheme: str
) -> None:
    reading = read(faulty.name, faulty.read_bytes())
    problems = reading.problems
    walking = reader(browser, served.url, lang, width, scheme)
    walking.begin_as("enterprise")
    walking.open("upload")
    page = walking.page
    page.set_input_files("input[type=file]", faulty)
    blocking = sum(problem.blocks for problem in problems)
    expect(page.get_by_text(walking.words("upload.faulty", faults=blocking))).to_be_visible(timeout=LATER)
    walking.settle()
    assert blocking == len(problems), "nothing is folded away as a reminder"
    stated = page.locator(".kpi-faults li")
    expect(stated).to_have_count(len(problems))
    for cell in PLANTED:
        expect(stated.locator(".place").get_by_text(f"填报 › {cell}", exact=True).first).to_be_visible()
    for problem in problems:
        message, remedy = i18n.problem_message(problem, lang)
        item = stated.filter(has_text=message).filter(has_text=remedy)
        expect(item.filter(has_text=f"{problem.column or ''}{problem.row or ''}").first).to_be_visible()
    # Its code is nobody's: it is said so, and taken only once the one enterprise that it can be of presses for it.
    expect(page.get_by_text(walking.words("begin.no_code", code=""))).to_be_visible()
    expect(page.get_by_text(walking.words("begin.not_taken"))).to_be_visible()
    expect(page.get_by_role("button", name=walking.words("begin.take"))).to_be_enabled()
    walking.shoot(f"faults-{scheme}")
    assert (walking.overflow(), walking.outside, walking.errors) == (0, [], [])
    walking.context.close()


@pytest.mark.parametrize(("scheme", "lang"), [("light", "zh"), ("dark", "en")])
@pytest.mark.parametrize("role", [*get_args(Role), None])
def test_every_page_of_every_role_fits_both_widths_and_is_quiet(
    browser: Browser, served: Served, role: Role | None, scheme: str, lang: Lang
) -> None:
    """No wider than its window at 1440 and at 390, no error on the console, no request to anywhere else, nothing that
    the policy in the headers refuses.

    Where it is narrow no text is cut short: the notice that all is invented must be read in full wherever it applies.
    In Chinese each page is loaded by its address; in English one leads to the next. Axe searches the wide page in
    Chinese and light colours and the narrow one in English and dark ones; in the campaign each of them in both.
    """
    walking = reader(browser, served.url, lang, 1440, scheme)
    if role is None:
        walking.page.goto(f"{served.url}/?lang={lang}")
        expect(walking.page.locator("#kpi-account")).to_be_visible(timeout=LATER)
        _fits(walking, f"sign-in-{scheme}")
    else:
        walking.begin_as(role)
    for place, address in enumerate(address for other, address in ALLOWED if other == role):
        (walking.go_on if place and lang == "en" else walking.open)(address)
        _fits(walking, f"{address}-{scheme}")
        assert (
            walking.page.title()
            == f"{walking.words(f'title.{BY_ADDRESS[address].title}')} · {walking.words('product')}"
        )
    assert (walking.outside, walking.errors, walking.refused) == ([], [], [])
    walking.context.close()


def _fits(walking: Reader, name: str) -> None:
    for width in (1440, 390):
        walking.page.set_viewport_size({"width": width, "height": 900})
        walking.page.wait_for_timeout(300)
        walking.settle()
        assert walking.overflow() <= 0, f"{name} at {width}"
        if LONG or (width, walking.lang) in ((width, lang) for width, lang, _ in WALKS):
            assert serious_findings(walking.page) == [], f"{name} at {width}"
        wait_until_shown(walking.page)
        assert out_of_keys_reach(walking.page) == [], f"{name} at {width}"
        if walking.lang == "zh":
            assert english_said(walking.page) == [], f"{name} at {width}"
        walking.shoot(name)
    assert (walking.cut_off(), walking.broken_days()) == ([], []), name
