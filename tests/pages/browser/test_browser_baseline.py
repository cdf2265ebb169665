"""From a panel with faults to a baseline in force: fixed on the page, previewed, frozen, compared, decided upon.

Then a policy is drafted, previewed and approved by a second person, and a verdict of the year before is decided again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kpi import i18n, tables
from kpi.baseline.recipe import read_recipe
from kpi.model.language import Lang
from kpi.model.times import now, shanghai_date
from kpi.services.operation.authentication import hash_password
from kpi.services.preparation import IncomingBaseline, prepare_baseline
from kpi.store.store import Store
from tests.pages.browser_actions import LATER, SHOTS, Reader, chosen_for, reader
from tests.pages.websocket_client import fresh_server
from tests.shipped import SHIPPED, SHIPPED_YEAR

NAME, RECIPE = "walked", "某市样本（虚构）"
SECOND, PASSWORD = "second", "a second person 2"
LOCKED = 40
"""So many applications does the demonstration lock."""
FIXED, NO_CODE, TWICE = 5, 9, 11
"""Places in the list of rows: a cell that is put right, a code that nobody knows, a row that stands twice."""


def planted(path: Path) -> Path:
    """The shipped panel with a title, a header of another's making, a note, and six faults."""
    head, *lines = SHIPPED.read_text("utf-8-sig").splitlines()
    columns = head.split(",")
    header = [{"K08": "效率提升幅度"}.get(name, name) for name in columns] + ["备注"]
    rows = [[*line.split(","), "x"] for line in lines]
    rows[FIXED][columns.index("K01")] = "约十"
    rows[FIXED + 1][columns.index("K03")] = "-"
    rows[NO_CODE][0] = "123"
    rows.insert(TWICE, list(rows[TWICE - 1]))
    text = "\n".join(",".join(row) for row in (["某市样本（虚构）"], header, *rows))
    path.write_bytes(text.encode("gb18030"))
    return path


@pytest.mark.parametrize(
    ("width", "lang", "scheme"), [pytest.param(1440, "zh", "light", marks=pytest.mark.campaign), (390, "en", "dark")]
)
def test_from_a_faulty_panel_to_a_verdict_decided_again(
    browser: Browser, copy_of_store: Callable[[], Path], tmp_path: Path, width: int, lang: Lang, scheme: str
) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    store, panel = copy_of_store(), planted(tmp_path / "样本.csv")
    _second_administrator(store)
    with fresh_server(store) as url:
        walker = reader(browser, url, lang, width, scheme)
        walker.begin_as("administrator", at="baseline-import")
        _send(walker, panel)
        _put_right(walker)
        recipe = _take_recipe(walker, tmp_path)
        _freeze(walker)
        _compare_and_decide(walker)
        _draft_policy(walker)
        walker.context.close()
        other = reader(browser, url, lang, width, scheme)
        other.begin_as(SECOND, PASSWORD, at="policy")
        _approve_policy(other)
        _decide_again(other)
        for item in (walker, other):
            assert item.outside == []
            assert item.errors == []
        other.context.close()
    sent = IncomingBaseline("p.csv", panel.read_bytes(), NAME, SHIPPED_YEAR, "上海市", "illustrative", "x")
    again = prepare_baseline(_by(sent, recipe)).sha256
    with Store.open_to_read(store) as opened, opened.cursor() as cursor:
        assert tables.baselines.baseline_named(cursor, NAME).sha256 == again
        [decided] = tables.baselines.baseline_decisions(cursor)
    assert decided.name == NAME


def _by(sent: IncomingBaseline, recipe: Path) -> IncomingBaseline:
    return replace(sent, recipe=read_recipe(recipe.name, recipe.read_bytes()))


def _second_administrator(folder: Path) -> None:
    with Store.open(folder) as store:
        hashed = hash_password(PASSWORD)
        with store.transaction() as cursor:
            tables.accounts.insert_account(cursor, SECOND, "演示管理员二", "administrator", (), hashed, True, now())


def _choose(walker: Reader, label: str, option: str) -> None:
    """By typing: a long list is not drawn whole."""
    walker.press(chosen_for(walker, label))
    walker.page.keyboard.type(option)
    walker.press(walker.page.get_by_role("option", name=option).first)


def _fill(walker: Reader, label: str, text: str) -> None:
    field = walker.page.get_by_role("textbox", name=label).first
    walker.enter(field, text)


def _send(walker: Reader, panel: Path) -> None:
    """All faults come back at once; columns that nobody can know, and a word, are asked for."""
    walker.page.locator("input[type=file]").first.set_input_files(str(panel))
    walker.settle()
    _choose(walker, walker.words("baseline_import.provenance"), walker.words("provenance.illustrative"))
    walker.press(walker.page.get_by_role("button", name=walker.words("baseline_import.preview")))
    expect(walker.page.locator(".kpi-faults").first).to_be_visible(timeout=2 * LATER)
    expect(walker.page.get_by_text(walker.words("baseline_import.to_do", questions=3, faults=4))).to_be_visible()
    walker.shoot("baseline-refused")


def _put_right(walker: Reader) -> None:
    """Two columns as proposed, "-" a blank, a cell put right, a row left out, a double row merged."""
    page = walker.page
    expect(chosen_for(walker, "效率提升幅度")).to_have_value(re.compile("^K08"))
    expect(chosen_for(walker, "备注")).to_have_value(walker.words("panel_recipe.holds_omit"))
    walker.press(page.locator("[data-testid=stCheckbox]", has_text="“-”" if walker.lang == "zh" else '"-"').first)
    expect(page.get_by_text(walker.words("baseline_import.to_do", questions=3, faults=3))).to_be_visible()
    _fill(walker, f"E{FIXED + 3}", "10")
    walker.switch_on(walker.words("panel_repairs.leave_out_row", row=NO_CODE + 3))
    walker.settle()
    _fill(walker, walker.words("panel_repairs.because"), "来函核实")
    walker.press(page.get_by_text(walker.words("panel_recipe.further"), exact=True))
    _fill(walker, walker.words("panel_recipe.name"), RECIPE)
    walker.switch_on(walker.words("panel_recipe.merge"))
    walker.settle()
    walker.shoot("baseline-put-right")
    walker.press(page.get_by_role("button", name=walker.words("panel_recipe.again")))
    reported = walker.words("panel_rows.sum", read=367, taken=365, merged=1, refused=1)
    expect(page.get_by_text(reported)).to_be_visible(timeout=2 * LATER)
    assert walker.overflow() <= 0
    walker.shoot("baseline-preview")


def _take_recipe(walker: Reader, folder: Path) -> Path:
    with walker.page.expect_download(timeout=LATER) as taken:
        walker.press(walker.page.get_by_role("button", name=walker.words("panel_recipe.download"), exact=True))
    path = folder / "recipe.json"
    taken.value.save_as(path)
    assert json.loads(path.read_text("utf-8"))["name"] == RECIPE
    return path


def _freeze(walker: Reader) -> None:
    """Progress is seen on the way."""
    page = walker.page
    _fill(walker, walker.words("baseline_import.name"), NAME)
    _fill(walker, walker.words("baseline_import.source"), "演示（虚构）")
    walker.press(page.locator("[data-testid=stCheckbox] label").last)
    page.get_by_role("button", name=walker.words("baseline_import.freeze"), exact=True).click()
    expect(page.get_by_role("button", name=walker.words("baseline_import.stop"))).to_be_visible(timeout=LATER)
    expect(page.get_by_text(NAME).first).to_be_visible(timeout=4 * LATER)
    expect(page.get_by_text(walker.words("baseline_import.to_baselines"))).to_be_visible(timeout=4 * LATER)
    walker.shoot("baseline-frozen")


def _compare_and_decide(walker: Reader) -> None:
    page = walker.page
    walker.go_on("baselines")
    walker.press(page.get_by_text(walker.words("baseline_compare.title"), exact=True))
    walker.switch_on(walker.words("baseline_compare.go"))
    expect(page.get_by_text(walker.words("baseline_compare.column_regrouped")).first).to_be_attached(timeout=2 * LATER)
    walker.settle()
    walker.shoot("baseline-compared")
    walker.press(page.get_by_text(walker.words("baseline_decision.title"), exact=True))
    walker.enter(walker.page.get_by_role("textbox", name=walker.words("baseline_decision.reason")), "样本更全")
    walker.switch_on(walker.words("baseline_decision.sure"))
    walker.press(page.get_by_role("button", name=walker.words("baseline_decision.decide")))
    expect(page.get_by_text(walker.words("baseline_decision.decided", name=NAME)).last).to_be_in_viewport(timeout=LATER)
    reason = page.get_by_label(walker.words("baseline_decision.reason"), exact=True)
    expect(reason, "the form is empty again").to_have_value("", timeout=LATER)


def _draft_policy(walker: Reader) -> None:
    """From a file, in force on the first day of the year after the next."""
    words = (
        "name = {zh='甲',en='a'}\nunit = {zh='甲',en='a'}\nreference = {zh='甲',en='a'}\nreason = {zh='甲',en='a'}\n"
    )
    day = date(shanghai_date(now()).year + 2, 1, 1)
    change = f"in_force_from = {day}\n[leading_quantile]\nvalue = 0.5\n{words}"
    page = walker.page
    walker.go_on("policy")
    walker.press(page.get_by_text(walker.words("policy_change.edit"), exact=True))
    upload = page.locator("input[type=file]").first
    upload.set_input_files({"name": "change.toml", "mimeType": "text/plain", "buffer": change.encode()})
    save = page.get_by_role("button", name=walker.words("policy_change.upload_save"))
    expect(save).to_be_visible(timeout=LATER)
    walker.settle()  # a run that goes on moves what is pressed
    walker.press(save)
    expect(page.get_by_text(walker.words("policy_change.saved", number=1)).last).to_be_in_viewport(timeout=LATER)
    # Whoever drafted it is not offered to approve it.
    expect(page.get_by_text(i18n.text("error.second_own.message", walker.lang))).to_be_visible()


def _approve_policy(walker: Reader) -> None:
    page = walker.page
    walker.press(page.get_by_text(walker.words("policy_change.preview"), exact=True).first)
    expect(page.get_by_text(NAME).first).to_be_visible(timeout=2 * LATER)
    # What is published is frozen: another line acts on it from the next baseline.
    expect(page.get_by_text(walker.words("policy_change.preview_publication"))).to_be_visible()
    walker.shoot("policy-previewed")
    day = date(shanghai_date(now()).year + 2, 1, 1).isoformat()
    walker.press(page.get_by_text(walker.words("policy_change.approve_ask", day=day), exact=True))
    walker.press(page.get_by_role("button", name=walker.words("policy_change.approve"), exact=True))
    # On the page, and for some seconds over it.
    expect(page.get_by_text(walker.words("policy_change.approved_now", day=day)).first).to_be_visible(timeout=LATER)


def _decide_again(walker: Reader) -> None:
    """The demonstration's applications were locked before all this, and come out as they were sealed."""
    page = walker.page
    walker.go_on("baselines")
    walker.press(page.get_by_text(walker.words("verdicts_again.title"), exact=True))
    go = walker.words("verdicts_again.go", year=SHIPPED_YEAR)
    expect(page.get_by_text(go, exact=True)).to_be_visible(timeout=LATER)
    walker.switch_on(go)
    reported = page.get_by_text(walker.words("verdicts_again.sentence", count=LOCKED, same=LOCKED))
    expect(reported).to_be_visible(timeout=2 * LATER)
    walker.settle()
    walker.shoot("verdicts-again")
    expect(page.get_by_text(walker.words("verdicts_again.other"))).to_have_count(0)
