"""From a factory's own wide table to a lock: no more interactions than a person has patience for, at both widths."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from kpi import tables
from kpi.model.language import Lang
from kpi.model.times import now
from kpi.services.operation.authentication import hash_password
from kpi.store.store import Store
from tests.benchmark.panels import credit_code
from tests.campaign import LONG
from tests.pages.browser_actions import LATER, SHOTS, Reader, reader
from tests.pages.factory_tables import TABLES, factory_table
from tests.pages.websocket_client import fresh_server

pytestmark = pytest.mark.campaign

MOST = 12
LOOKS: dict[int, tuple[Lang, str]] = {1440: ("zh", "light"), 390: ("en", "dark")}
"""Width -> language and scheme."""
PASSWORD = "nine blue kettles"
WALKS = {walk: credit_code(7_000_000 + at) for at, walk in enumerate(product(TABLES, LOOKS))}
"""All of them in the campaign; each table once, at one width or the other, in every other run."""
WALKED = list(WALKS) if LONG else [walk for at, walk in enumerate(WALKS) if at % 4 in (0, 3)]


@pytest.fixture(scope="module")
def served(copy_of_store: Callable[[], Path]) -> Iterator[str]:
    """One server for all walks: each has an enterprise of its own, for a year is locked once."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    folder = copy_of_store()
    password_hash = hash_password(PASSWORD)
    with Store.open(folder) as store, store.transaction() as cursor:
        for (name, width), code in WALKS.items():
            tables.accounts.insert_account(
                cursor, f"{name}{width}", _enterprise(code), "enterprise", (code,), password_hash, False, now()
            )
    with fresh_server(folder) as url:
        yield url


def _enterprise(code: str) -> str:
    return f"演示企业{code[9:13]}（虚构）"


@dataclass(slots=True)
class Counted:
    """A reader whose clicks and files are counted."""

    walker: Reader
    count: int = 0

    def click(self, target: Locator) -> None:
        self.walker.press(target)
        self.count += 1
        self.walker.settle()

    def send(self, name: str, data: bytes) -> None:
        mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        self.walker.page.set_input_files("input[type=file]", {"name": name, "mimeType": mime, "buffer": data})
        self.count += 1
        expect(self.walker.page).to_have_url(re.compile("sent="), timeout=LATER)
        self.walker.settle()

    def button(self, key: str) -> Locator:
        """One thing and several have words of their own."""
        starts = {re.escape(self.walker.words(key, count=count).split(str(count))[0].strip()) for count in (1, "@")}
        return self.walker.page.get_by_role("button", name=re.compile(rf"^({'|'.join(sorted(starts))})"))


@pytest.mark.parametrize(("name", "width"), WALKED)
def test_a_wide_table_is_locked_within_few_interactions(browser: Browser, served: str, name: str, width: int) -> None:
    walker = reader(browser, served, LOOKS[width][0], width, LOOKS[width][1])
    walker.begin_as(f"{name}{width}", PASSWORD, at="upload")
    hand = Counted(walker)
    code = WALKS[name, width]
    hand.send(f"{name}.xlsx", factory_table(name, _enterprise(code), code))
    confirm, take = hand.button("ask.confirm"), hand.button("begin.take")
    expect(confirm.or_(take)).to_be_visible(timeout=LATER)
    walker.settle()
    if confirm.count():
        # What too little speaks for is not chosen beforehand.
        for group in walker.page.locator("[data-testid=stRadio]").all():
            if not group.locator("input:checked").count():
                hand.click(group.locator("[role=radiogroup] p").first)
        hand.click(confirm)
    expect(take).to_be_enabled(timeout=LATER)
    walker.shoot(f"tables-{name}-read")
    hand.click(hand.button("begin.take"))
    expect(walker.page.get_by_text(walker.words("sheet.faultless"))).to_be_visible(timeout=LATER)
    walker.settle()
    hand.click(walker.page.locator(".st-key-steps a").nth(4))
    hand.click(walker.page.locator("[class*=st-key-truthful] label"))
    walker.shoot(f"tables-{name}-submit")
    hand.click(hand.button("lock.lock"))
    expect(walker.page.get_by_text(walker.words("receipt.sha256"))).to_be_visible(timeout=LATER)
    assert hand.count <= MOST
    assert walker.overflow() <= 0
    assert walker.errors == []
    walker.context.close()
