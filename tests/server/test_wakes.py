"""What pages say reaches the event loop in its order, and wakes it once for all that waits."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from types import SimpleNamespace

import pytest
from streamlit.runtime.app_session import AppSession

from pages.session.streamlit_internals import wake_once_for_many

CALLS = 80


def test_a_page_wakes_the_loop_once_for_all_that_it_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AppSession, "_call_soon_on_event_loop", AppSession._call_soon_on_event_loop)
    wake_once_for_many()
    woken, heard = [], list[int]()

    async def listen() -> None:
        loop = asyncio.get_running_loop()
        wake = loop.call_soon_threadsafe
        monkeypatch.setattr(loop, "call_soon_threadsafe", lambda *said: woken.append(1) or wake(*said))
        page = SimpleNamespace(_event_loop=loop)

        def speak(begin: int) -> None:
            for number in range(begin, begin + CALLS):
                AppSession._call_soon_on_event_loop(page, lambda number=number: heard.append(number))  # type: ignore[arg-type,misc]

        for begin in (0, CALLS):
            speaking = Thread(target=speak, args=(begin,))
            speaking.start()
            speaking.join()  # the loop hears nothing meanwhile
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    with ThreadPoolExecutor(1) as thread:  # a browser's tests leave a loop running in this one
        thread.submit(asyncio.run, listen()).result()
    assert heard == list(range(2 * CALLS))
    assert len(woken) == 2
