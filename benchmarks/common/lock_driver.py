"""Enterprises that lock at once on the served page, in the protocol of its browser half: each from click to receipt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.typing import Subprotocol

from benchmarks.common.ws_driver import HOST, MOST_SECONDS

RECEIPT = "receipt"
"""What the page has once the application is locked, and not before."""


async def locks(port: int, tokens: Sequence[str]) -> list[float]:
    """All have their page open and the confirmation ticked, then all click at the same moment.

    Returns:
        Seconds from each click to the end of the run that shows the receipt.
    Raises:
        RuntimeError: a page showed no confirmation, no button or no receipt.
        TimeoutError: the whole took longer than is allowed.
    """
    together = asyncio.Barrier(len(tokens))
    async with asyncio.timeout(MOST_SECONDS):
        return await asyncio.gather(*(lock_on_page(port, token, together) for token in tokens))


async def lock_on_page(port: int, token: str, together: asyncio.Barrier, query: str = "") -> float:
    """One of them, as ``locks`` says. ``query``: of the page's address, where it has to name one of several years."""
    headers = {"Cookie": f"duibiao={token}", "Origin": f"http://{HOST}:{port}"}
    async with websockets.connect(
        f"ws://{HOST}:{port}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        additional_headers=headers,
        max_size=None,
        max_queue=None,
        open_timeout=MOST_SECONDS,
    ) as page:
        asked = BackMsg()
        asked.rerun_script.page_name = "submission"
        asked.rerun_script.query_string = query
        drawn = await _run(page, asked)
        asked.Clear()
        asked.rerun_script.query_string = query
        asked.rerun_script.page_script_hash = drawn.page
        ticked = asked.rerun_script.widget_states.widgets.add(id=drawn.one("confirmation"))
        ticked.bool_value = True
        drawn = await _run(page, asked)
        asked.rerun_script.widget_states.widgets.add(id=drawn.one("lock")).trigger_value = True
        await together.wait()
        begun = time.perf_counter()
        drawn = await _run(page, asked)
        seconds = time.perf_counter() - begun
        drawn.one(RECEIPT)
        return seconds


class _Drawn:
    """The last run: its page, and the numbers of the widgets that matter."""

    def __init__(self) -> None:
        self.page = ""
        self.said: list[str] = []
        self._widgets: dict[str, str] = {}

    def one(self, kind: str) -> str:
        if kind not in self._widgets:
            raise RuntimeError(f"a page without {kind}: {self.said}")
        return self._widgets[kind]

    def take(self, said: ForwardMsg) -> None:
        kind = said.WhichOneof("type")
        if kind == "new_session":
            self.page = said.new_session.page_script_hash
            self.said.clear()
            self._widgets.clear()
        elif kind == "navigation":
            self.page = said.navigation.page_script_hash or self.page
        elif kind == "delta":
            element = said.delta.new_element
            drawn = element.WhichOneof("type")
            if drawn == "exception":
                raise RuntimeError(element.exception.message)
            if drawn == "checkbox" and "-truthful-" in element.checkbox.id:
                self._widgets["confirmation"] = element.checkbox.id
            elif drawn == "download_button" and "-receipt-of-" in element.download_button.id:
                self._widgets[RECEIPT] = element.download_button.id
            elif drawn == "alert":
                self.said.append(element.alert.body)
            elif drawn == "button" and element.button.type == "primary":
                self._widgets["lock"] = element.button.id


async def _run(page: websockets.ClientConnection, asked: BackMsg) -> _Drawn:
    drawn, said = _Drawn(), ForwardMsg()
    await page.send(asked.SerializeToString())
    while said.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY or said.WhichOneof("type") != "script_finished":
        said.ParseFromString(await page.recv())
        drawn.take(said)
    return drawn
