"""Typing into the answer sheet as people type: down a column, a pasted block, Tab; nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Position, expect

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.intake.form.answer_sheet import AnswerSheet
from kpi.model.viewer import Viewer
from kpi.services.enterprise.sheets import create_sheet, own_sheets, sheet_changes
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.authentication import SignedIn, sign_in, viewer_of
from kpi.services.operation.demonstration import demonstration_roles
from kpi.store.store import Store
from tests.pages.app_runs import EXAMPLE
from tests.pages.browser_actions import LATER, Reader, chosen_for, reader
from tests.pages.websocket_client import fresh_server

pytestmark = pytest.mark.campaign

OWN = next(account for account in demonstration_roles() if account.role == "enterprise")
YEAR = 2025
KEY_MILLISECONDS = 80
"""Between the keys of a person who types fast."""
ROW_PIXELS = 35
ITEMS = [kpi.code for kpi in catalogue().kpis]
HIDE = """() => {
    Object.defineProperty(document, 'hidden', { value: true });
    document.dispatchEvent(new Event('visibilitychange'));
}"""
"""What a browser does whose reader goes to another tab or, on a telephone, to another app."""
COLUMNS = {"item": 0, "problem": 1, "value": 2, "unit": 3, "basis": 4, "before": 5, "after": 6, "note": 7}


@pytest.fixture
def typist(browser: Browser, copy_of_store: Callable[[], Path]) -> Typist:
    folder = copy_of_store()
    with Store.open(folder) as store:
        viewer = _enterprise(store)
        received = receive_file(store, viewer, EXAMPLE.name, EXAMPLE.read_bytes())
        create_sheet(store, viewer, received, 0, viewer.scope[0], YEAR)
    return Typist(browser, folder)


class Typist:
    """One who types into the sheet of a store of its own, which is read once the server has ended."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser, self.folder = browser, folder

    @contextmanager
    def at_the_sheet(self, width: int = 1440) -> Iterator[Reader]:
        with fresh_server(self.folder) as url:
            walker = reader(self.browser, url, "zh", width)
            walker.enter_as(OWN.name)
            walker.open("answers", "&item=K01")
            yield walker
            assert walker.errors == []
            walker.context.close()

    def kept(self) -> tuple[dict[tuple[str, str], str], list[tuple[str, str, str]]]:
        """What the store holds by item and field, and what its log says was changed, to what, in any order."""
        with Store.open(self.folder) as store:
            viewer = _enterprise(store)
            [sheet] = own_sheets(store, viewer)
            changes = sheet_changes(store, viewer, sheet.credit_code, sheet.year)
        return _texts(sheet.rows), sorted((change.item, change.field, change.becomes) for change in changes)


def _enterprise(store: Store) -> Viewer:
    entered = sign_in(store, OWN.name, OWN.password)
    assert isinstance(entered, SignedIn)
    viewer = viewer_of(store, entered.token)
    assert viewer is not None
    return viewer


def _texts(rows: AnswerSheet) -> dict[tuple[str, str], str]:
    fields = ("value", "basis", "before", "after", "note")
    return {(row.item, field): row.text(field) for row in rows for field in fields}


def _choose(walker: Reader, field: str, item: str) -> Locator:
    """The grid, with that cell chosen by a click on the first cell of its row and the arrow keys."""
    grid = walker.page.locator("[data-testid=stDataFrame]").first
    grid.scroll_into_view_if_needed()
    row = ITEMS.index(item)
    position: Position = {"x": 60, "y": ROW_PIXELS * (row + 1) + 17}
    # A click counts once the pointer is known to be over the table, which a hand is before it presses.
    grid.hover(position=position)
    walker.page.wait_for_timeout(KEY_MILLISECONDS)
    grid.click(position=position)
    _expect_chosen(grid, 0, row)
    for column in range(1, COLUMNS[field] + 1):
        walker.page.keyboard.press("ArrowRight")
        _expect_chosen(grid, column, row)
    return grid


def _expect_chosen(grid: Locator, column: int, row: int) -> None:
    expect(grid.get_by_test_id(f"glide-cell-{column}-{row}")).to_have_attribute("aria-selected", "true")


def _shown(grid: Locator, field: str, item: str) -> Locator:
    return grid.get_by_test_id(f"glide-cell-{COLUMNS[field]}-{ITEMS.index(item)}")


def _save(walker: Reader) -> None:
    walker.page.get_by_role("button", name=walker.words("sheet.save_grid")).click()
    _expect_version(walker, 2)


def _expect_version(walker: Reader, version: int) -> None:
    said = walker.words("sheet.version", version=version, account="@", at="@").split("@")[0]
    expect(walker.page.get_by_text(said)).to_be_visible(timeout=LATER)
    walker.settle()


@pytest.mark.parametrize(("pause", "slower"), [(KEY_MILLISECONDS, 1), (KEY_MILLISECONDS, 4), (900, 1)])
def test_every_value_typed_down_the_column_is_kept(typist: Typist, pause: int, slower: int) -> None:
    """The page was run again at each value, and the editor made anew: all but the first were lost in silence."""
    typed = {item: str(11 + at * 3) for at, item in enumerate(ITEMS)}
    with typist.at_the_sheet() as walker:
        grid = _choose(walker, "value", ITEMS[0])
        walker.context.new_cdp_session(walker.page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        for text in typed.values():
            walker.page.keyboard.type(text, delay=KEY_MILLISECONDS)
            walker.page.keyboard.press("Enter")
            walker.page.wait_for_timeout(pause)
        expect(walker.page.get_by_text(walker.words("sheet.grid_unsaved"))).to_be_visible()
        _save(walker)
        expect(walker.page.get_by_text(walker.words("sheet.grid_unsaved"))).to_be_hidden()
        for item, text in typed.items():
            expect(_shown(grid, "value", item)).to_have_text(text)
    texts, changes = typist.kept()
    assert {item: texts[item, "value"] for item in ITEMS} == typed
    assert changes == sorted((item, "value", text) for item, text in typed.items())


def test_what_was_typed_is_saved_when_its_reader_goes_anywhere_else(typist: Typist) -> None:
    """Tab to the next cells, back to what stood there before, a click on nothing, and a way to another page."""
    with typist.at_the_sheet() as walker:
        keyboard = walker.page.keyboard
        grid = _choose(walker, "before", "K08")
        keyboard.type("200", delay=KEY_MILLISECONDS)
        keyboard.press("Tab")
        keyboard.type("150", delay=KEY_MILLISECONDS)
        keyboard.press("Tab")
        keyboard.type("note", delay=KEY_MILLISECONDS)
        walker.page.get_by_role("heading", name=walker.words("title.sheet"), exact=True).click()
        _expect_version(walker, 2)
        expect(_shown(grid, "note", "K08")).to_have_text("note")
        grid = _choose(walker, "value", "K05")
        before = _shown(grid, "value", "K05").inner_text()
        for text in ("77", before):
            keyboard.type(text, delay=KEY_MILLISECONDS)
            keyboard.press("Enter")
            keyboard.press("ArrowUp")
        _choose(walker, "value", "K07")
        keyboard.press("Delete")
        walker.page.locator(".st-key-steps a").nth(2).click(delay=KEY_MILLISECONDS)
        expect(walker.page.get_by_role("heading", name=walker.words("title.conditions"), exact=True)).to_be_visible(
            timeout=LATER
        )
        walker.settle()
    texts, changes = typist.kept()
    assert [texts["K08", field] for field in ("before", "after", "note")] == ["200", "150", "note"]
    assert (texts["K05", "value"], texts["K07", "value"]) == (before, "")
    assert changes == [
        ("K07", "value", ""),
        ("K08", "after", "150"),
        ("K08", "before", "200"),
        ("K08", "note", "note"),
    ]


def test_undoing_takes_back_the_open_cell_alone(typist: Typist) -> None:
    """Escape leaves what stood there, Control and Z the last figures typed; outside a cell neither takes anything."""
    with typist.at_the_sheet() as walker:
        keyboard = walker.page.keyboard
        grid = _choose(walker, "value", "K05")
        before = _shown(grid, "value", "K05").inner_text()
        keyboard.type("99", delay=KEY_MILLISECONDS)
        keyboard.press("Escape")
        expect(_shown(grid, "value", "K05")).to_have_text(before)
        keyboard.press("ArrowDown")
        keyboard.type("41", delay=KEY_MILLISECONDS)
        keyboard.press("Enter")
        keyboard.press("Enter")
        editor = walker.page.locator("#portal input, #portal textarea").first
        expect(editor).to_be_visible()
        before_keys = editor.input_value()
        keyboard.press("End")
        keyboard.type("5", delay=KEY_MILLISECONDS)
        expect(editor).to_have_value(f"{before_keys}5")
        keyboard.press("Control+Z")
        expect(editor).to_have_value(before_keys)
        keyboard.type("6", delay=KEY_MILLISECONDS)
        keyboard.press("Enter")
        for _ in range(3):
            keyboard.press("Control+Z")
        keyboard.press("Escape")
        _save(walker)
    texts, changes = typist.kept()
    assert texts["K05", "value"] == before
    assert (texts["K06", "value"], texts["K07", "value"]) == ("41", f"{before_keys}6")
    assert changes == [("K06", "value", "41"), ("K07", "value", f"{before_keys}6")]


def test_a_pasted_block_is_kept_whole(typist: Typist) -> None:
    block = {item: (str(100 + at), str(50 + at), f"n{at}") for at, item in enumerate(ITEMS[5:12])}
    with typist.at_the_sheet() as walker:
        walker.context.grant_permissions(["clipboard-read", "clipboard-write"])
        _choose(walker, "before", "K06")
        copied = "\n".join("\t".join(cells) for cells in block.values())
        walker.page.evaluate("text => navigator.clipboard.writeText(text)", copied)
        walker.page.keyboard.press("Control+V")
        expect(walker.page.get_by_text(walker.words("sheet.grid_unsaved"))).to_be_visible()
        _save(walker)
    texts, _ = typist.kept()
    assert {item: tuple(texts[item, field] for field in ("before", "after", "note")) for item in block} == block


def test_a_pasted_basis_is_taken_by_its_word(typist: Typist) -> None:
    with typist.at_the_sheet() as walker:
        walker.context.grant_permissions(["clipboard-read", "clipboard-write"])
        grid = _choose(walker, "basis", "K09")
        words = {basis: i18n.text(f"template.{basis}", "zh") for basis in ("relative", "points")}
        before = _shown(grid, "basis", "K09").inner_text()
        other = next(basis for basis, word in words.items() if word != before)
        walker.page.evaluate("text => navigator.clipboard.writeText(text)", words[other])
        walker.page.keyboard.press("Control+V")
        expect(walker.page.get_by_text(walker.words("sheet.grid_unsaved"))).to_be_visible()
        _save(walker)
        expect(_shown(grid, "basis", "K09")).to_have_text(words[other])
    texts, _ = typist.kept()
    assert texts["K09", "basis"] == other


def test_a_colleagues_change_stays_and_what_was_typed_over_it_is_not_lost(typist: Typist) -> None:
    with typist.at_the_sheet() as walker:
        colleague = reader(typist.browser, walker.url, "zh")
        colleague.enter_as(OWN.name)
        colleague.open("answers")
        for who, item, text in ((colleague, "K05", "31"), (colleague, "K06", "33"), (walker, "K05", "32")):
            _choose(who, "value", item)
            who.page.keyboard.type(text, delay=KEY_MILLISECONDS)
            who.page.keyboard.press("Enter")
            if (who, item) == (colleague, "K06"):
                _save(colleague)
        walker.page.wait_for_timeout(KEY_MILLISECONDS)
        walker.page.keyboard.press("ArrowDown")
        walker.page.keyboard.type("34", delay=KEY_MILLISECONDS)
        walker.page.keyboard.press("Enter")
        walker.page.get_by_role("button", name=walker.words("sheet.save_grid")).click()
        _expect_version(walker, 3)
        said = walker.page.locator(".st-key-refused")
        expect(said).to_contain_text("“32”")
        expect(said).to_contain_text("“31”")
        walker.shoot("grid-refused")
        grid = walker.page.locator("[data-testid=stDataFrame]").first
        expect(_shown(grid, "value", "K05")).to_have_text("32")
        expect(_shown(grid, "value", "K06")).to_have_text("33")
        walker.page.get_by_role("button", name=walker.words("sheet.save_mine")).click()
        _expect_version(walker, 4)
        expect(said).to_have_count(0)
        for item, text in (("K05", "32"), ("K06", "33"), ("K07", "34")):
            expect(_shown(grid, "value", item)).to_have_text(text)
        colleague.context.close()
    texts, changes = typist.kept()
    assert [texts[item, "value"] for item in ("K05", "K06", "K07")] == ["32", "33", "34"]
    assert len(changes) == 4


def test_what_is_typed_into_the_forms_of_a_narrow_screen_is_kept(typist: Typist) -> None:
    with typist.at_the_sheet(390) as walker:
        field = walker.page.locator("[class*='st-key-entries-one-K01'] input")
        field.first.fill("")
        field.first.press_sequentially("91.5", delay=KEY_MILLISECONDS)
        walker.page.keyboard.press("Enter")
        walker.page.keyboard.press("Tab")
        walker.page.keyboard.type("checked", delay=KEY_MILLISECONDS)
        walker.page.keyboard.press("Tab")
        walker.page.keyboard.type("misread", delay=KEY_MILLISECONDS)
        walker.page.get_by_role("button", name=walker.words("sheet.save"), exact=True).first.click()
        _expect_version(walker, 2)
    texts, changes = typist.kept()
    assert (texts["K01", "value"], texts["K01", "note"]) == ("91.5", "checked")
    assert changes == [("K01", "note", "checked"), ("K01", "value", "91.5")]


def _type_note(walker: Reader, form: str, text: str) -> None:
    """Into the last field but the reason of that form, whose button is not pressed."""
    field = walker.page.locator(f"[class*='st-key-entries-{form}']").get_by_label(
        walker.words("sheet.note"), exact=True
    )
    field.click()
    walker.page.keyboard.type(text, delay=KEY_MILLISECONDS)


@pytest.mark.parametrize("way", ["item", "step", "back", "hidden"])
def test_what_was_typed_into_a_form_is_saved_when_its_reader_goes_anywhere_else(typist: Typist, way: str) -> None:
    with typist.at_the_sheet(390) as walker:
        if way == "back":
            walker.go_on("conditions")
            walker.page.locator(".st-key-steps a").nth(1).click()
            walker.settle()
        _type_note(walker, "one-K01", "checked")
        if way == "item":
            chosen_for(walker, walker.words("sheet.item")).click()
            walker.page.get_by_role("option", name="K05").click()
            expect(walker.page.locator("[class*='st-key-entries-one-K05']")).to_be_visible(timeout=LATER)
            _expect_version(walker, 2)
        elif way == "step":
            walker.page.locator(".st-key-steps a").nth(2).click(delay=KEY_MILLISECONDS)
        elif way == "back":
            walker.page.go_back()
        else:
            walker.page.evaluate(HIDE)
            _expect_version(walker, 2)
        if way in ("step", "back"):
            conditions = walker.page.get_by_role("heading", name=walker.words("title.conditions"), exact=True)
            expect(conditions).to_be_visible(timeout=LATER)
        walker.settle()
    texts, changes = typist.kept()
    assert texts["K01", "note"] == "checked"
    assert changes == [("K01", "note", "checked")]


def test_what_was_typed_is_saved_by_the_browsers_own_way_back(typist: Typist) -> None:
    with typist.at_the_sheet() as walker:
        walker.go_on("conditions")
        walker.page.locator(".st-key-steps a").nth(1).click()
        heading = walker.page.get_by_role("heading", name=walker.words("title.sheet"), exact=True)
        expect(heading).to_be_visible(timeout=LATER)
        walker.settle()
        _choose(walker, "value", "K05")
        walker.page.keyboard.type("77", delay=KEY_MILLISECONDS)
        walker.page.keyboard.press("Enter")
        walker.page.go_back()
        conditions = walker.page.get_by_role("heading", name=walker.words("title.conditions"), exact=True)
        expect(conditions).to_be_visible(timeout=LATER)
        walker.settle()
    texts, _ = typist.kept()
    assert texts["K05", "value"] == "77"
