"""Two rivals at two browsers: each sees its own, a pasted link tells nothing, and a copied old cookie opens nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from websockets.exceptions import InvalidStatus

from kpi.i18n import text
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.store.store import Store
from pages.session.context import COOKIE
from tests.pages.browser_actions import LATER, Reader, reader
from tests.pages.websocket_client import fresh_server, visit
from tests.services.sample_store import CODE_A, CODE_B, PASSWORD, A, B, file_of, furnish
from tests.services.submitting import lock_as_it_stands

pytestmark = [pytest.mark.server, pytest.mark.campaign]

YEAR = 2025
OF_A, OF_B = "41.37", "43.91"
"""Their K08: numbers that stand nowhere else."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a store in which A has locked its application and B has a draft."""
    folder = tmp_path_factory.mktemp("rivals") / "store"
    with Store.open(folder) as store:
        furnish(store)
        accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A, OF_A)))
        lock_as_it_stands(store, A, CODE_A, YEAR)
        accept_application(store, B, receive_file(store, B, "b.csv", file_of(CODE_B, OF_B)))
    with fresh_server(Path(folder)) as served:
        yield served


@pytest.fixture
def both(browser: Browser, url: str) -> Iterator[tuple[Reader, Reader]]:
    """Signed in, on no page; neither asks anything of another host."""
    a, b = reader(browser, url), reader(browser, url)
    a.enter_as("a", PASSWORD)
    b.enter_as("b", PASSWORD)
    yield a, b
    for item in (a, b):
        assert (item.outside, item.errors) == ([], [])
        item.context.close()


def unsaid(one: Reader, *words: str) -> None:
    for said in words:
        expect(one.page.locator("[data-testid=stApp]")).not_to_contain_text(said)


def test_each_sees_its_own_and_a_pasted_link_tells_nothing(both: tuple[Reader, Reader]) -> None:
    a, b = both
    a.open("result", "&kpi=K08")
    expect(a.page.get_by_text(OF_A).first).to_be_visible(timeout=LATER)
    links = [a.page.url]
    for address in ("answers", "submission"):
        a.go_on(address)
        links.append(f"{a.page.url}&sheet={CODE_A}%20{YEAR}")
    for link in links:
        b.page.goto(link)
        b.settle()
        expect(b.page.get_by_text(OF_B if "result" in link else B.name).first).to_be_visible(timeout=LATER)
        unsaid(b, CODE_A, OF_A, A.name)


def test_what_the_other_has_sent_cannot_be_read_by_its_number(both: tuple[Reader, Reader], tmp_path: Path) -> None:
    a, b = both
    table = tmp_path / "a-own-table.csv"
    table.write_bytes(file_of(CODE_A, OF_A))
    a.open("upload")
    a.page.set_input_files("input[type=file]", str(table))
    expect(a.page).to_have_url(re.compile("sent="), timeout=LATER)
    a.settle()
    b.page.goto(a.page.url)
    b.settle()
    expect(b.page.get_by_text(B.name).first).to_be_visible(timeout=LATER)
    unsaid(b, "a-own-table.csv")
    a.page.reload()
    expect(a.page.get_by_text("a-own-table.csv").first).to_be_visible(timeout=LATER)  # its sender finds it again


def test_a_refresh_keeps_one_in_and_a_copied_cookie_is_refused_after_sign_out(
    both: tuple[Reader, Reader], url: str
) -> None:
    a, b = both
    a.open("result")
    a.page.reload()
    a.settle()
    expect(a.page.locator(".st-key-reader")).to_be_visible(timeout=LATER)
    copied = next(cooky["value"] for cooky in a.context.cookies() if cooky["name"] == COOKIE)
    assert text("page.sign_out", "zh") in visit(url, "result", cookie=f"{COOKIE}={copied}").text
    a.page.locator(".st-key-reader button").first.click()
    a.page.click(".kpi-quiet button")
    expect(a.page.locator("#kpi-password")).to_be_visible(timeout=LATER)
    with pytest.raises(InvalidStatus):
        visit(url, "result", cookie=f"{COOKIE}={copied}")
    b.open("answers")
    expect(b.page.locator(".st-key-reader")).to_be_visible(timeout=LATER)
