"""A list in publicity in a real browser: published, objected to, answered, and what its files say of that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from playwright.sync_api import Browser, expect

from kpi import tables
from kpi.i18n import text
from kpi.model.language import Lang
from kpi.model.programme import ObjectionOutcome
from kpi.services.administrator.stages import advance, applications_in_progress
from kpi.store.store import Store
from kpi.tables.stages import ApplicationInHand
from tests.pages.accessibility import serious_findings
from tests.pages.browser_actions import LATER, Reader, reader
from tests.pages.websocket_client import fresh_server
from tests.services.sample_store import ADMINISTRATOR

pytestmark = [pytest.mark.browser, pytest.mark.campaign]

WALKS: list[tuple[int, Lang, str, ObjectionOutcome]] = [
    (1440, "zh", "light", "upheld"),
    (390, "en", "dark", "rejected"),
]
WHO, WHAT, ANSWER = "某先生（虚构）", "产值有出入（虚构）", "经核查（虚构）"


@pytest.fixture(scope="module")
def served(copy_of_store: Callable[[], Path]) -> Iterator[tuple[str, list[ApplicationInHand]]]:
    """One server for the file, an application for each walk (the first's is the enterprise's), and one that stays."""
    folder = copy_of_store()
    with Store.open(folder) as store:
        found = [hand for hand in applications_in_progress(store, ADMINISTRATOR) if not hand.in_round]
        other = found[len(WALKS)]
        advance(store, ADMINISTRATOR, other.credit_code, other.year, "publicity", "演示")
        with store.transaction() as cursor:  # whose objection is upheld has somebody who replies
            tables.accounts.update_scope(cursor, "enterprise", [found[0].credit_code])
    with fresh_server(folder) as url:
        yield url, found


@pytest.mark.parametrize(("width", "lang", "scheme", "outcome"), WALKS, ids=lambda word: str(word))
def test_an_objection_from_publicity_to_the_files(
    browser: Browser,
    served: tuple[str, list[ApplicationInHand]],
    width: int,
    lang: Lang,
    scheme: str,
    outcome: ObjectionOutcome,
) -> None:
    url, found = served
    about = found[[item[0] for item in WALKS].index(width)]
    walker = reader(browser, url, lang, width, scheme)
    walker.begin_as("administrator", at="progress", query=f"&application={about.credit_code}+{about.year}")
    _publish(walker)
    _object(walker, about)
    _home_leads_there(walker)
    if outcome == "upheld":
        _hear(walker, reader(browser, url, lang, width, scheme))
    _answer(walker, outcome)
    _files_say_so(walker, about, outcome)
    assert walker.errors == []
    assert walker.outside == []
    walker.context.close()


def _choose(walker: Reader, label: str, typed: str, option: str) -> None:
    """By typing: a long list is not drawn whole."""
    box = walker.page.locator("[data-testid=stSelectbox]").filter(has=walker.page.get_by_text(label, exact=True))
    walker.press(box.last.locator("input"))
    walker.page.keyboard.type(typed)
    walker.press(walker.page.get_by_role("option", name=option).first)


def _fill(walker: Reader, label: str, words: str) -> None:
    field = walker.page.get_by_role("textbox", name=label, exact=True).first
    walker.enter(field, words)


def _confirm(walker: Reader, label: str) -> None:
    walker.press(walker.page.get_by_role("button", name=label, exact=True).first)
    walker.press(walker.page.get_by_test_id("stPopoverBody").get_by_role("button", name=label, exact=True))


def _publish(walker: Reader) -> None:
    state = walker.words("step.publicity")
    box = walker.page.locator("[data-testid=stSelectbox]").filter(
        has=walker.page.get_by_text(walker.words("progress.to"), exact=True)
    )
    expect(box, "of this application, and of several below").to_have_count(2, timeout=LATER)
    walker.press(box.first.locator("input"))
    walker.page.keyboard.type(state)
    walker.press(walker.page.get_by_role("option", name=state, exact=True).first)
    asked = text("error.step_needs_reason.message", walker.lang)
    expect(walker.page.get_by_text(asked)).to_be_visible(timeout=LATER)
    _fill(walker, walker.words("progress.note"), "评审另行组织（虚构）")
    _confirm(walker, walker.words("progress.take"))
    expect(walker.page.get_by_text(walker.words("progress.taken"), exact=True).last).to_be_in_viewport(timeout=LATER)
    walker.settle()


def _object(walker: Reader, about: ApplicationInHand) -> None:
    walker.go_on("objections")
    _choose(walker, walker.words("objections.about"), about.credit_code, about.credit_code)
    _fill(walker, walker.words("objections.objector"), WHO)
    _fill(walker, walker.words("objections.words"), WHAT)
    _confirm(walker, walker.words("objections.record_one"))
    expect(walker.page.get_by_text(walker.words("objections.recorded")).last).to_be_in_viewport(timeout=LATER)
    walker.settle()
    assert walker.overflow() <= 0
    assert serious_findings(walker.page) == []
    walker.shoot("objections-1-recorded")


def _home_leads_there(walker: Reader) -> None:
    walker.go_on("administrator-home")
    matter = walker.page.get_by_text(walker.words("home.objections_open", count=1))
    expect(matter.last).to_be_visible(timeout=LATER)
    walker.shoot("objections-2-home")
    walker.press(walker.page.get_by_role("link", name=walker.words("title.objections")).filter(visible=True).last)
    title = walker.page.get_by_role("heading", name=walker.words("title.objections"), exact=True, level=2)
    expect(title).to_be_visible(timeout=LATER)


def _hear(walker: Reader, enterprise: Reader) -> None:
    """The administrator informs the factory, which reads it on its home, and replies; then it can be answered."""
    _confirm(walker, walker.words("hearing.inform"))
    informed = re.compile(re.escape(walker.words("hearing.informed_now", day="@")).replace("@", r"[-\d]+"))
    expect(walker.page.get_by_text(informed).last).to_be_in_viewport(timeout=LATER)
    walker.shoot("objections-2-informed")
    enterprise.begin_as("enterprise")
    todo = re.compile(re.escape(enterprise.words("own_hearing.todo", count=1, day="@")).replace("@", r"[-\d]+"))
    expect(enterprise.page.get_by_text(todo).last).to_be_visible(timeout=LATER)
    enterprise.shoot("objections-2-enterprise-home")
    enterprise.press(enterprise.page.get_by_role("link", name=enterprise.words("own_enquiry.to_questions")).last)
    field = enterprise.page.get_by_role("textbox", name=enterprise.words("own_hearing.words_reply"), exact=True)
    expect(field).to_be_visible(timeout=LATER)
    expect(enterprise.page.get_by_text(WHAT).first).to_be_visible()
    enterprise.shoot("objections-2-enterprise-reads")
    assert enterprise.overflow() <= 0
    assert serious_findings(enterprise.page) == []
    enterprise.enter(field, "以审计报告为准（虚构）")
    _confirm(enterprise, enterprise.words("own_hearing.send_reply"))
    expect(enterprise.page.get_by_text(enterprise.words("own_hearing.sent_reply")).last).to_be_visible(timeout=LATER)
    assert enterprise.errors == []
    enterprise.context.close()
    walker.page.reload()
    walker.settle()


def _answer(walker: Reader, outcome: ObjectionOutcome) -> None:
    page = walker.page
    choice = page.get_by_role("radiogroup").get_by_text(walker.words(f"objections.outcome.{outcome}"), exact=True)
    walker.press(choice)
    expect(page.get_by_role("radio", name=walker.words(f"objections.outcome.{outcome}"), exact=True)).to_be_checked()
    _fill(walker, walker.words("objections.answer"), ANSWER)
    _confirm(walker, walker.words("objections.answer_it"))
    expect(page.get_by_text(walker.words("objections.answered_now")).last).to_be_in_viewport(timeout=LATER)
    picker = page.get_by_role("combobox", name=walker.words("objections.one")).first
    state = walker.words(f"objections.state.{outcome}")
    expect(picker, "the words of the choice are those of now").to_have_value(re.compile(f"{state}$"), timeout=LATER)
    walker.settle()
    assert walker.overflow() <= 0
    walker.shoot("objections-3-answered")


def _files_say_so(walker: Reader, about: ApplicationInHand, outcome: ObjectionOutcome) -> None:
    """Both files: the factory that an upheld objection is about is off the list, and the outcome stands below it."""
    walker.go_on("progress")
    walker.press(walker.page.get_by_role("tab", name=walker.words("progress.lists"), exact=True))
    walker.shoot("objections-4-lists")
    said = text(f"public_list.outcome_{outcome}" + ("_off" if outcome == "upheld" else ""), "zh")
    on_list = outcome != "upheld"
    heading = walker.words("progress.list_publicity", year=about.year, count=1 + on_list)
    expect(walker.page.get_by_text(heading)).to_be_visible(timeout=LATER)
    for place, suffix in enumerate((".xlsx", ".docx")):
        button = walker.page.locator(f".st-key-list-publicity{suffix.replace('.', '-')} button")
        with walker.page.expect_download(timeout=LATER) as taken:
            walker.press(button)
        data = BytesIO(Path(taken.value.path()).read_bytes())
        if place == 0:
            sheets = openpyxl.load_workbook(data).worksheets
            listed, handled = ([[str(cell) for cell in row] for row in sheet.values] for sheet in sheets)
        else:
            listed, handled = (
                [[cell.text for cell in row.cells] for row in table.rows] for table in Document(data).tables
            )
        assert any(about.factory in row for row in listed) is on_list
        assert any(about.factory in row and said in row for row in handled)
        assert [word for word in (WHO, WHAT) if word in str(handled)] == []
