"""A reader with a real browser among hostile names: no request goes out, no script runs, no picture is drawn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kpi.model.viewer import Role
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.freeze import import_baseline
from kpi.services.operation.authentication import SignedIn, sign_in, viewer_of
from kpi.services.operation.demonstration import demonstration_roles
from kpi.services.preparation import IncomingBaseline
from kpi.store.store import Store
from tests.hostile.hostile_names import MARKDOWN
from tests.hostile.test_rendering import NAME, hostile_answers
from tests.intake.sample_files import rows, table
from tests.pages.app_runs import ALLOWED
from tests.pages.browser_actions import LATER, Reader, reader
from tests.pages.websocket_client import fresh_server
from tests.services.submitting import lock_as_it_stands
from tests.shipped import SHIPPED, SHIPPED_YEAR

pytestmark = [pytest.mark.browser, pytest.mark.campaign]


def _filled(folder: Path) -> Path:
    with Store.open(folder) as store:
        signed = sign_in(store, demonstration_roles()[0].name, demonstration_roles()[0].password)
        assert isinstance(signed, SignedIn)
        viewer = viewer_of(store, signed.token)
        assert viewer is not None
        import_baseline(
            store, IncomingBaseline("p.csv", SHIPPED.read_bytes(), NAME, SHIPPED_YEAR, "上海市", "illustrative", NAME)
        )
        application = accept_application(
            store, viewer, receive_file(store, viewer, "a.csv", table(rows(hostile_answers())))
        )
        lock_as_it_stands(store, viewer, application.credit_code, application.year)
        with store.transaction() as cursor:
            cursor.execute("update account set display = $1", [NAME])
    return folder


@pytest.fixture(scope="module")
def url(copy_of_store: Callable[[], Path]) -> Iterator[str]:
    with fresh_server(_filled(copy_of_store())) as served:
        yield served


@pytest.fixture
def walker(browser: Browser, url: str) -> Iterator[Reader]:
    walking = reader(browser, url)
    walking.page.on("dialog", lambda dialog: walking.errors.append(dialog.message))
    yield walking
    walking.context.close()


@pytest.mark.parametrize("role", ["enterprise", "reviewer", "leader", "administrator"])
def test_no_page_asks_anybody_else_or_runs_what_a_name_says(walker: Reader, role: Role) -> None:
    walker.enter_as(role)
    for place, address in enumerate(address for other, address in ALLOWED if other == role):
        (walker.go_on if place else walker.open)(address)
        _nothing_came_of_it(walker, address)
    assert "evil" in walker.page.inner_text("body")


def test_a_file_of_hostile_names_is_reported_and_nothing_comes_of_it(walker: Reader, tmp_path: Path) -> None:
    """Name of the file, of its sheet, of its headers and what stands in its cells, all in one refusal."""
    changes = dict.fromkeys(("K10", "industry", "credit_code", "enterprise"), (NAME,))
    faulty = rows({**changes, "K08": (MARKDOWN[0],)}, [[NAME[:150], 1]])
    path = tmp_path / "![x](http:⁄⁄evil.invalid) <b> $x$ :smile:.csv"
    path.write_bytes(table(faulty))
    walker.begin_as("enterprise", at="upload")
    walker.page.set_input_files("input[type=file]", path)
    expect(walker.page.locator(".kpi-faults li").first).to_be_visible(timeout=LATER)
    walker.settle()
    _nothing_came_of_it(walker, "upload")
    assert MARKDOWN[0] in walker.page.inner_text("body")


def _nothing_came_of_it(walker: Reader, address: str) -> None:
    assert (walker.outside, walker.errors) == ([], []), address
    for wrong in ("img[src*='evil']", "script[src*='evil']", "iframe", "[onerror]", "[onload]", "a[href*='evil']"):
        assert walker.page.locator(wrong).count() == 0, f"{address}: {wrong}"
    assert not re.search("^javascript", " ".join(_addresses(walker)))


def _addresses(walker: Reader) -> list[str]:
    found: list[str] = walker.page.evaluate("[...document.querySelectorAll('[href]')].map(one => one.href)")
    return found
