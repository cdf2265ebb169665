"""Who makes room for others may leave slowly: the pages open in all stay bounded meanwhile."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from starlette.types import Message, Receive, Scope, Send

from kpi.services.operation.state import Limits
from pages.server.sockets import ACCOUNT_KEY, MOST_LEAVING, Sockets

LIMITS = Limits(strangers=3, strangers_per_address=2, sockets=5)


async def _crowd(newcomers: int) -> tuple[int, int]:
    """How many of a crowd that never leaves are open in the end, and how many were let in."""
    sockets = Sockets(LIMITS)

    async def stays(_: Scope, __: Receive, ___: Send) -> None:
        await asyncio.Event().wait()

    async def silent() -> Message:
        return await asyncio.get_running_loop().create_future()

    async def unheard(_: Message) -> None: ...

    tasks = []
    for number in range(newcomers):
        scope: Scope = {"type": "websocket", "client": (f"198.51.100.{number}", 1), ACCOUNT_KEY: ""}
        tasks.append(asyncio.create_task(sockets.serve(scope, silent, unheard, stays)))
        await asyncio.sleep(0)
    refused = sum(task.done() and not task.result() for task in tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return newcomers - refused, refused


def test_pages_that_leave_slowly_do_not_let_the_total_grow() -> None:
    with ThreadPoolExecutor(1) as apart:  # where a browser has run, this thread has a loop already
        let_in, refused = apart.submit(asyncio.run, _crowd(60)).result()
    assert LIMITS.strangers <= let_in <= LIMITS.strangers + MOST_LEAVING
    assert refused == 60 - let_in
