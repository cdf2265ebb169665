"""What pages say reaches the event loop in its order, and wakes it once for all that waits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Thread

import pytest
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunnerEvent

from pages.session import streamlit_internals
from pages.session.streamlit_internals import wake_once_for_many

CALLS = 80
SOME, END = ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS


class Session:
    """What of a session speaks to the loop; what it handles is what was heard."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._event_loop = loop
        self.heard: list[tuple[object, ScriptRunnerEvent]] = []

    def _call_soon_on_event_loop(self, callback: object) -> None:
        AppSession._call_soon_on_event_loop(self, callback)  # type: ignore[arg-type]

    def _handle_scriptrunner_event_on_event_loop(self, sender: object, event: ScriptRunnerEvent, *_: object) -> None:
        self.heard.append((sender, event))

    def speak(self, begin: int, event: ScriptRunnerEvent = SOME) -> None:
        """From a thread of its own, as a page does, and before the loop can listen."""
        numbers = range(begin, begin + CALLS) if event is SOME else [begin]
        thread = Thread(target=lambda: [self._say(number, event) for number in numbers])
        thread.start()
        thread.join()

    def _say(self, number: int, event: ScriptRunnerEvent) -> None:
        AppSession._on_scriptrunner_event(self, number, event)  # type: ignore[arg-type]

    async def listen(self, count: int) -> None:
        while len(self.heard) < count:
            await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_call_soon_on_event_loop", "_on_scriptrunner_event"):
        monkeypatch.setattr(AppSession, name, getattr(AppSession, name))
    wake_once_for_many()


@contextmanager
def woken(loop: asyncio.AbstractEventLoop) -> Iterator[list[int]]:
    times: list[int] = []
    with pytest.MonkeyPatch.context() as patched:
        wake = loop.call_soon_threadsafe
        patched.setattr(loop, "call_soon_threadsafe", lambda *said: times.append(1) or wake(*said))
        yield times


def in_a_loop(walk: object) -> None:
    with ThreadPoolExecutor(1) as thread:  # a browser's tests leave a loop running in this one
        thread.submit(asyncio.run, walk).result()


def test_a_page_wakes_the_loop_once_for_all_that_it_said() -> None:
    async def walk() -> None:
        page = Session(asyncio.get_running_loop())
        with woken(page._event_loop) as times:
            page.speak(0)
            assert len(times) == 1
            await page.listen(CALLS)
            page.speak(CALLS)
            await page.listen(2 * CALLS)
            assert len(times) <= 2
        assert page.heard == [(number, SOME) for number in range(2 * CALLS)]

    in_a_loop(walk())


def test_the_end_of_a_run_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamlit_internals, "LOOKS_AGAIN_SECONDS", 3600.0)

    async def walk() -> None:
        page = Session(asyncio.get_running_loop())
        page.speak(0)
        await page.listen(CALLS)
        page.speak(CALLS)  # the loop looks again in an hour
        page.speak(2 * CALLS, END)
        await page.listen(2 * CALLS + 1)
        assert page.heard[-1] == (2 * CALLS, END)

    in_a_loop(walk())


def test_what_is_said_without_an_end_is_heard_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamlit_internals, "LOOKS_AGAIN_SECONDS", 0.0)

    async def walk() -> None:
        page = Session(asyncio.get_running_loop())
        for begin in range(0, 5 * CALLS, CALLS):
            page.speak(begin)
            await page.listen(begin + CALLS)
            for _ in range(10):  # after which nobody looks any more
                await asyncio.sleep(0)
        assert [number for number, _ in page.heard] == list(range(5 * CALLS))

    in_a_loop(walk())
