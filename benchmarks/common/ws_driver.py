"""Visitors of a served page, as its browser half talks: reruns asked for over the websocket, timed until the end.

Nothing is rendered: what is measured is the server's part. Bounded: the loopback address only, at most 100 visitors
and 300 seconds.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.typing import Subprotocol

# Said once a session by streamlit modules that find no running app around them.
logging.getLogger("streamlit").setLevel(logging.ERROR)

MOST_VISITORS = 100
MOST_SECONDS = 300
HOST = "127.0.0.1"
FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_EARLY_FOR_RERUN)


@dataclass(frozen=True, slots=True)
class Visit:
    """Where to, with which cookie, and how often: ``think`` is the pause before each rerun, in seconds.

    ``draws`` is a kind of element that only the page meant has, or a heading: a run without it was of another page, the
    sign-in say.
    """

    port: int
    page: str
    cookie: str
    draws: str
    reruns: int
    think: float


@dataclass(slots=True)
class Timings:
    """Seconds from the question to the end of the script."""

    first: list[float] = field(default_factory=list)
    reruns: list[float] = field(default_factory=list)


def drive(visit: Visit, visitors: int | Sequence[str]) -> Timings:
    """``visitors`` at once, spread over one ``think``: so many with one cookie, or one with each of these cookies.

    Raises:
        ValueError: more visitors than are allowed.
        RuntimeError: a run showed an exception, did not finish, or was not of the page meant.
        TimeoutError: the whole took longer than is allowed.
    """
    count = visitors if isinstance(visitors, int) else len(visitors)
    if not 0 < count <= MOST_VISITORS or not ip_address(HOST).is_loopback:
        raise ValueError(f"1 to {MOST_VISITORS} visitors of the loopback address")
    return asyncio.run(visits(visit, visitors))


async def visits(visit: Visit, visitors: int | Sequence[str]) -> Timings:
    """The same in a loop that runs already."""
    timings = Timings()
    each = [visit] * visitors if isinstance(visitors, int) else [replace(visit, cookie=cookie) for cookie in visitors]
    async with asyncio.timeout(MOST_SECONDS):
        await asyncio.gather(*(_visitor(item, visit.think * at / len(each), timings) for at, item in enumerate(each)))
    return timings


async def _visitor(visit: Visit, delay: float, timings: Timings) -> None:
    await asyncio.sleep(delay)
    headers = {"Cookie": visit.cookie, "Origin": f"http://{HOST}:{visit.port}"}
    address = f"ws://{HOST}:{visit.port}/_stcore/stream"
    async with websockets.connect(
        address,
        subprotocols=[Subprotocol("streamlit")],
        additional_headers=headers,
        max_size=None,
        open_timeout=MOST_SECONDS,
    ) as socket:
        kept = dict[str, ForwardMsg]()
        question = BackMsg()
        question.rerun_script.page_name = visit.page
        seconds, page_hash = await _run(socket, question, visit.draws, kept)
        timings.first.append(seconds)
        for _ in range(visit.reruns):
            await asyncio.sleep(visit.think)
            question = BackMsg()
            question.rerun_script.page_script_hash = page_hash
            question.rerun_script.cached_message_hashes.extend(kept)
            timings.reruns.append((await _run(socket, question, visit.draws, kept))[0])


async def _run(
    socket: websockets.ClientConnection, question: BackMsg, draws: str, kept: dict[str, ForwardMsg]
) -> tuple[float, str]:
    """``kept`` are the large messages of the run before, by their hashes. A browser names what it has, and the server
    then only refers to it.
    """
    begun, page_hash, drawn, large = time.perf_counter(), "", set[str](), dict[str, ForwardMsg]()
    await socket.send(question.SerializeToString())
    while True:
        said = ForwardMsg()
        said.ParseFromString(await socket.recv())
        if said.WhichOneof("type") == "ref_hash":
            said = kept[said.ref_hash]
        if said.metadata.cacheable:
            large[said.hash] = said
        kind = said.WhichOneof("type")
        if kind == "new_session":
            page_hash = said.new_session.page_script_hash
        elif kind == "navigation":
            page_hash = said.navigation.page_script_hash or page_hash
        elif kind == "delta" and said.delta.WhichOneof("type") == "new_element":
            drawn.add(element := str(said.delta.new_element.WhichOneof("type")))
            if element == "heading":
                drawn.add(said.delta.new_element.heading.body)
            if element == "exception":
                raise RuntimeError(said.delta.new_element.exception.message)
        elif kind == "script_finished":
            if said.script_finished not in FINISHED:
                raise RuntimeError(f"the script ended with {said.script_finished}")
            if said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                if draws not in drawn:
                    raise RuntimeError(f"a run without {draws}: not the page meant")
                seconds = time.perf_counter() - begun
                kept.clear()
                kept.update(large)
                return seconds, page_hash
