"""What the server does every few seconds goes on, whatever went wrong once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from starlette.concurrency import run_in_threadpool

from kpi.errors import StoreUnavailable
from kpi.services.operation.contacts import DueContacts
from kpi.store.store import Store
from pages.server import asgi, upkeep

T = TypeVar("T")


def in_a_loop_of_its_own(work: Coroutine[Any, Any, T]) -> T:
    """In another thread: in this one the browser of other tests may have its loop running."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(asyncio.run, work).result()


def test_a_chore_that_breaks_is_logged_and_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[BaseException] = []
    monkeypatch.setattr(asgi, "BEGUN_AGAIN_SECONDS", 0)
    monkeypatch.setattr("kpi.logs.error", logged.append)
    times = 0

    async def chore() -> None:
        nonlocal times
        times += 1
        if times < 3:
            raise OSError("broken")

    in_a_loop_of_its_own(asyncio.wait_for(asgi.kept_up(chore), 5))
    assert (times, len(logged)) == (3, 2)


def test_a_chore_is_ended_by_being_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "BEGUN_AGAIN_SECONDS", 0)

    async def ended() -> bool:
        task = asyncio.create_task(asgi.kept_up(lambda: asyncio.sleep(60)))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task}, timeout=5)
        return task.cancelled()

    assert in_a_loop_of_its_own(ended())


def test_what_a_chore_has_begun_in_a_thread_is_brought_to_its_end_before_the_store_is_closed() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), list[str]()

    def look() -> None:
        begun.set()
        assert go_on.wait(10)
        done.append("looked")

    async def serve() -> None:
        async with asgi.doing([partial(run_in_threadpool, look)]):
            await run_in_threadpool(begun.wait, 10)
            asyncio.get_running_loop().call_later(0.01, go_on.set)
        done.append("closed")

    in_a_loop_of_its_own(serve())
    assert done == ["looked", "closed"]


@pytest.mark.parametrize("trouble", [OSError("read-only"), RuntimeError("a bug")], ids=repr)
def test_readings_that_cannot_be_written_do_not_keep_the_store_from_being_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    logged: list[BaseException] = []
    monkeypatch.setattr("kpi.logs.error", logged.append)

    def broken(_: Store) -> int:
        raise trouble

    monkeypatch.setattr(asgi, "write_readings", broken)
    with Store.open(tmp_path / "s") as store:
        asgi._write_readings(store)
    assert logged == [trouble]


def test_a_database_that_is_started_again_is_no_bug_of_a_chore(monkeypatch: pytest.MonkeyPatch) -> None:
    bugs, said = list[BaseException](), list[tuple[str, str]]()
    monkeypatch.setattr("kpi.logs.error", bugs.append)
    monkeypatch.setattr("kpi.logs.event", lambda name, **fields: said.append((name, fields["kind"])))
    monkeypatch.setattr(asgi, "BEGUN_AGAIN_SECONDS", 0)
    troubles = [StoreUnavailable("database_unreachable", name="x")] * 2

    def refused(*_: object) -> int:
        raise troubles.pop() if troubles else AssertionError("asked again at once")

    async def chore() -> None:
        if troubles:
            refused()

    monkeypatch.setattr(asgi, "write_readings", refused)
    asgi._write_readings(None)  # type: ignore[arg-type]  # no store is asked: it is refused before
    in_a_loop_of_its_own(asyncio.wait_for(asgi.kept_up(chore), 5))
    assert (bugs, said) == ([], [("store_unavailable", "database_unreachable")] * 2)


def test_contacts_whose_years_are_over_are_deleted_at_the_start_and_every_day(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[Store] = []
    logged: list[str] = []
    answers = [StoreUnavailable("disk_full"), DueContacts(2022, (), (), 1, 0, ()), DueContacts(2022, (), (), 0, 0, ())]

    def delete(store: Store) -> DueContacts:
        asked.append(store)
        answer = answers[len(asked) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(upkeep, "delete_contacts", delete)
    monkeypatch.setattr(upkeep, "DAY_SECONDS", 0.001)
    monkeypatch.setattr(upkeep, "LOOK_SECONDS", 0.002)
    sleep, pauses = asyncio.sleep, list[float]()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", pause)
    monkeypatch.setattr("kpi.logs.event", lambda name, **_: logged.append(name))

    async def until_asked(store: Store) -> None:
        task = asyncio.create_task(upkeep.delete_for_ever(store))
        while len(asked) < len(answers):
            await sleep(0.001)
        task.cancel()

    with Store.open(tmp_path / "s") as store:
        in_a_loop_of_its_own(asyncio.wait_for(until_asked(store), 5))
        assert asked[:3] == [store] * 3
    assert logged[:2] == ["store_unavailable", "contacts_deleted"]
    assert pauses[:2] == [0.002, 0.001], "a store that refuses is asked again sooner"
