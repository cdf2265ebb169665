"""Alive and ready: what is answered, when it is not, and that many pages at work keep neither waiting."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from kpi.services.operation import state as checks
from kpi.services.operation.state import add_readiness_check, readiness
from kpi.store.store import Store
from pages.server import health, run_slots
from pages.server.limits import limits
from tests import campaign
from tests.conftest import Served
from tests.pages.websocket_client import fresh_server, visit
from tests.server.http_client import ask, signed_in


@pytest.fixture
def store(copy_of_store: Callable[[], Path]) -> Iterator[Store]:
    with Store.open(copy_of_store()) as opened:
        yield opened


def test_a_served_app_is_alive_and_ready(served: Served) -> None:
    assert ask(served.url, "/livez").text == "ok"
    answer = ask(served.url, "/readyz")
    assert (answer.status, json.loads(answer.text)) == (200, {"store": "ok", "disk": "ok", "trail": "ok"})


def test_a_trail_that_lost_its_end_is_not_ready(store: Store) -> None:
    assert readiness(store) == {"store": True, "disk": True, "trail": True}
    with store.transaction() as cursor:
        cursor.execute("delete from audit where seq = (select max(seq) from audit)")
    assert readiness(store) == {"store": True, "disk": True, "trail": False}


def test_storage_that_says_nothing_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = threading.Event()
    begun: list[None] = []

    def waiting(_: object) -> dict[str, bool]:
        begun.append(None)
        silent.wait(60.0)
        return {"store": True}

    monkeypatch.setattr(health, "readiness", waiting)
    monkeypatch.setattr(health, "app_store", lambda: None)
    monkeypatch.setattr(health, "READY_SECONDS", 0.1)
    asked = TestClient(Starlette(routes=[Route("/readyz", health.Readiness().answer)]))
    with asked:
        for _ in range(2):
            answer = asked.get("/readyz")
            assert (answer.status_code, answer.json()) == (503, {"storage": "silent"})
        assert len(begun) == 1, "who asks again waits for the same answer"
        silent.set()
        monkeypatch.setattr(health, "READY_SECONDS", 60.0)
        answer = asked.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"store": "ok"})


def test_a_full_disk_is_not_ready(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "free_bytes", lambda _: checks.LEAST_READY_BYTES - 1)
    assert readiness(store)["disk"] is False


def test_the_least_room_is_enough(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "free_bytes", lambda _: checks.LEAST_READY_BYTES)
    assert readiness(store)["disk"] is True


def test_a_store_that_cannot_be_asked_is_not_ready(store: Store) -> None:
    store.close()
    assert readiness(store)["store"] is False


def test_others_add_checks_under_names_of_their_own(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_CHECKS", dict(checks._CHECKS))
    add_readiness_check("backup", lambda _: None)
    assert readiness(store)["backup"] is True
    with pytest.raises(ValueError, match="backup"):
        add_readiness_check("backup", lambda _: None)


def test_no_more_slow_pages_are_worked_out_at_once_than_the_limit_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_slots, "_TURNS", run_slots.Turns(0.0))
    running, most, lock = 0, 0, threading.Lock()

    def run(number: int) -> None:
        nonlocal running, most
        with run_slots.run_slot():
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.01)
            with lock:
                running -= 1
            if number % 2:
                raise RuntimeError  # as a rerun ends

    with ThreadPoolExecutor(30) as crowd:
        done = [crowd.submit(run, number) for number in range(60)]
    assert sum(item.exception() is not None for item in done) == 30
    assert most == limits().runs


@pytest.mark.skipif(not campaign.LONG, reason="the long form: KPI_CAMPAIGN=1")
def test_a_hundred_pages_at_work_keep_nobody_waiting_who_asks_whether_it_lives(
    copy_of_store: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_LIMIT_SOCKETS_PER_ACCOUNT", "100")
    with fresh_server(copy_of_store()) as url, ThreadPoolExecutor(100) as crowd:
        cookie = signed_in(url, "leader")
        pages = [crowd.submit(visit, url, "coverage", cookie=cookie) for _ in range(100)]
        waited = []
        while not all(page.done() for page in pages):
            begun = time.monotonic()
            assert ask(url, "/livez").text == "ok"
            waited.append(time.monotonic() - begun)
            time.sleep(0.05)
        assert all(page.result().headings for page in pages)
    # The asker shares a process with the crowd: what the server alone takes is measured by benchmarks/rush.py.
    assert statistics.median(waited) < 0.5
