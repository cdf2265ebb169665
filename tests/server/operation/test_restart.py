"""A restart: what was begun is finished, and who has a page open reads so, loses nothing, and goes on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kpi import tables
from kpi.model.viewer import SYSTEM
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.authentication import SignedIn, sign_in, viewer_of
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from pages.server import asgi, run_slots
from pages.server.limits import limits
from tests.conftest import _free_port
from tests.pages.app_runs import EXAMPLE
from tests.pages.browser_actions import LATER, SOON, reader
from tests.server.serving import serving


@pytest.fixture
def slots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places of this test's own: at the end of serving none is given back."""
    monkeypatch.setattr(run_slots, "_FREE", threading.BoundedSemaphore(limits().runs))


@pytest.mark.usefixtures("slots")
def test_the_store_is_closed_after_what_was_begun(copy_of_store: Callable[[], Path]) -> None:
    folder, begun, go_on = copy_of_store(), threading.Event(), threading.Event()
    store = Store.open(folder)

    def page() -> None:
        with run_slots.run_slot():
            begun.set()
            assert go_on.wait(60)
            with unit_of_work(store, SYSTEM) as change:
                tables.lists.set_mark(change.cursor, "begun", "finished")
                change.audit("demonstration_made", "x")

    worker = threading.Thread(target=page)
    worker.start()
    assert begun.wait(60)
    threading.Timer(0.3, go_on.set).start()
    asgi._finish(store)
    worker.join(10)
    with Store.open(folder) as again, again.cursor() as cursor:
        assert tables.lists.marks(cursor)["begun"] == "finished"


@pytest.mark.usefixtures("slots")
def test_what_takes_too_long_does_not_keep_the_service_from_ending(
    copy_of_store: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(asgi, "FINISH_SECONDS", 0.1)
    monkeypatch.setattr(asgi.logs, "event", said.append)
    with run_slots.run_slot():
        asgi._finish(Store.open(copy_of_store()))
    assert said == ["unfinished"]


@pytest.mark.campaign
def test_a_page_stays_through_a_restart_and_its_next_click_counts(
    browser: Browser, copy_of_store: Callable[[], Path]
) -> None:
    """Streamlit's own connection does the coming back; the words, and the run that it does not ask for, are ours."""
    store, port = copy_of_store(), _free_port()
    with Store.open(store) as opened:
        signed_in = sign_in(opened, "enterprise", "demo-enterprise")
        assert isinstance(signed_in, SignedIn)
        viewer = viewer_of(opened, signed_in.token)
        assert viewer
        accept_application(opened, viewer, receive_file(opened, viewer, EXAMPLE.name, EXAMPLE.read_bytes()))
    with serving(store, port) as process:
        walker = reader(browser, f"http://127.0.0.1:{port}", "en")
        walker.begin_as("enterprise", at="submission")
        lock = walker.page.get_by_role("button", name=walker.words("lock.lock"))
        walker.page.locator("[class*=st-key-truthful] label").click()
        expect(lock).to_be_enabled(timeout=SOON)
        walker.settle()
        notice = walker.page.locator("#kpi-connection")
        expect(notice).to_have_count(0)
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        expect(notice).to_have_text(walker.words("connection.lost"), timeout=SOON)
        expect(walker.page.get_by_test_id("stConnectionStatus")).to_be_hidden()
    with serving(store, port):
        expect(notice).to_be_hidden(timeout=LATER)
        walker.settle()
        lock.click()
        expect(walker.page.get_by_text(walker.words("receipt.number"), exact=True)).to_be_visible(timeout=LATER)
    walker.context.close()
