"""How many pages may be open, and for how long one that says nothing stays so.

Streamlit takes any number of websockets, each with a session of four file descriptors and some memory. Here they are
counted by account, and in all. A stranger has none: the sign-in is a page of its own. Only where another provider
vouches does the sign-in need one, and strangers are counted by address.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send

from kpi.services.operation.settings import Limits

TRY_AGAIN_LATER = 1013
ACCOUNT_KEY = "duibiao.account"
"""Where a websocket's scope keeps the account that opened it, "" for a stranger."""


class Sockets:
    """The pages that are open now. All of it happens in the event loop's thread."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._open: Counter[tuple[str, str]] = Counter()

    def full_for_strangers(self, address: str) -> bool:
        """Whether a stranger at this address would be refused."""
        return self._full(_reader("", address))

    def _full(self, reader: tuple[str, str]) -> bool:
        account, _ = reader
        most = self.limits.sockets_per_account if account else self.limits.strangers_per_address
        return self._open[reader] >= most or self._open.total() >= self.limits.sockets

    async def serve(self, scope: Scope, receive: Receive, send: Send, app: Callable[..., Awaitable[None]]) -> bool:
        """Have ``app`` talk to this page until it leaves or falls silent for too long.

        False: there is no room for it, and nothing was said.
        """
        account = scope[ACCOUNT_KEY]
        reader = _reader(account, client_address(HTTPConnection(scope)))
        if self._full(reader):
            return False
        self._open[reader] += 1
        try:
            await app(scope, self._unless_silent(receive, send), send)
        finally:
            self._open[reader] -= 1
            self._open += Counter()  # keeps those above zero
        return True

    def _unless_silent(self, receive: Receive, send: Send) -> Receive:
        """What the page says; its end where it is silent for too long."""

        async def received() -> Message:
            try:
                async with asyncio.timeout(self.limits.idle_seconds):
                    return await receive()
            except TimeoutError:
                await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
                return {"type": "websocket.disconnect", "code": TRY_AGAIN_LATER}

        return received


def _reader(account: str, address: str) -> tuple[str, str]:
    """By which open pages are counted: an account wherever it is, a stranger by address."""
    return (account, "") if account else ("", address)


def client_address(asked: HTTPConnection) -> str:
    return asked.client.host if asked.client else ""
