"""An account, or a stranger's address where another provider signs in, has so many pages, and all together so many."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from kpi.services.operation.settings import Limits
from pages.server.sockets import ACCOUNT_KEY, Sockets

LIMITS = Limits(strangers_per_address=2, sockets_per_account=3, sockets=6)


def in_a_loop(run: Coroutine[Any, Any, list[bool]]) -> list[bool]:
    with ThreadPoolExecutor(1) as apart:  # where a browser has run, this thread has a loop already
        return apart.submit(asyncio.run, run).result()


def page(account: str, address: str = "203.0.113.9") -> Scope:
    return {"type": "websocket", "headers": [], "client": (address, 1), ACCOUNT_KEY: account}


async def silent() -> Message:
    return await asyncio.get_running_loop().create_future()


async def unheard(_: Message) -> None: ...


async def _let_in(opened: list[Scope], then: list[Scope]) -> list[bool]:
    """Which of the pages are let in: first these, which stay, then, once those have left, the others."""
    sockets, leave = Sockets(LIMITS), asyncio.Event()

    async def stays(_: Scope, __: Receive, ___: Send) -> None:
        await leave.wait()

    async def all_of(scopes: list[Scope]) -> list[asyncio.Task[bool]]:
        tasks = [asyncio.create_task(sockets.serve(scope, silent, unheard, stays)) for scope in scopes]
        await asyncio.sleep(0)
        return tasks

    first = await all_of(opened)
    leave.set()
    await asyncio.gather(*first)
    second = await all_of(then)
    return [*await asyncio.gather(*first), *await asyncio.gather(*second)]


def test_of_one_account_so_many_wherever_they_come_from() -> None:
    opened = [page("a", f"198.51.100.{number}") for number in range(4)] + [page("b")]
    assert in_a_loop(_let_in(opened, [page("a")])) == [True, True, True, False, True, True]


def test_of_strangers_at_one_address_so_many_and_accounts_there_are_none_of_them() -> None:
    opened = [page("")] * 3 + [page("", "198.51.100.1"), page("a")]
    assert in_a_loop(_let_in(opened, [page("")])) == [True, True, False, True, True, True]


def test_in_all_so_many() -> None:
    opened = [page(str(number)) for number in range(7)]
    assert in_a_loop(_let_in(opened, [page("another")])) == [True] * 6 + [False, True]


async def _silence() -> list[bool]:
    """Whether a page that says nothing is closed, and what then reaches the app."""
    sent: list[Message] = []
    heard: list[Message] = []

    async def app(_: Scope, receive: Receive, __: Send) -> None:
        heard.append(await receive())

    async def send(message: Message) -> None:
        sent.append(message)

    await Sockets(Limits(idle_seconds=0)).serve(page("a"), silent, send, app)
    return [sent[0]["type"] == "websocket.close", heard[0]["type"] == "websocket.disconnect"]


def test_a_page_that_says_nothing_for_too_long_ends() -> None:
    assert in_a_loop(_silence()) == [True, True]
