"""How many pages may be open, and for how long one that says nothing stays so.

Streamlit takes any number of websockets, each with a session of four file descriptors and some memory, before anybody
has signed in. Here they are counted by address for strangers, by account for those who are signed in, and in all.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send

from kpi.services.operation.state import Limits

TRY_AGAIN_LATER = 1013
MOST_LEAVING = 10
"""So many pages may be on their way out: beyond the limits for a moment, and within the descriptors set aside."""
ACCOUNT_KEY = "duibiao.account"
"""Where a websocket's scope keeps the account that opened it, "" for a stranger."""


@dataclass(slots=True, eq=False)
class _Socket:
    address: str
    account: str
    dropped: asyncio.Event = field(default_factory=asyncio.Event)


class Sockets:
    """The pages that are open now. All of it happens in the event loop's thread."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._open: dict[_Socket, None] = {}  # the oldest first

    def full_for(self, address: str) -> bool:
        """Whether a stranger at this address would be refused."""
        return self._strangers()[address] >= self.limits.strangers_per_address

    async def serve(self, scope: Scope, receive: Receive, send: Send, app: Callable[..., Awaitable[None]]) -> bool:
        """Have ``app`` talk to this page until it leaves, falls silent for too long or has to make room.

        False: there is no room for it, and nothing was said.
        """
        address = scope["client"][0] if scope["client"] else ""
        socket = _Socket(address, scope[ACCOUNT_KEY])
        if not self._admit(socket):
            return False
        try:
            await app(scope, self._received(socket, receive, send), send)
        finally:
            del self._open[socket]
        return True

    def _admit(self, socket: _Socket) -> bool:
        if socket.account:
            own = sum(other.account == socket.account for other in self._open)
            free = own < self.limits.sockets_per_account
        else:
            strangers = self._strangers()
            free = strangers[socket.address] < self.limits.strangers_per_address
            if free and strangers.total() >= self.limits.strangers:
                free = self._make_room(strangers, but_not=socket.address)
        if free and len(self._open) >= self.limits.sockets:
            free = self._make_room(self._strangers(), but_not="" if socket.account else socket.address)
        if free:
            self._open[socket] = None
        return free

    def _make_room(self, strangers: Counter[str], but_not: str) -> bool:
        """Drop the oldest stranger of the address that has most: a crowd from one place shuts nobody else out.

        False where nobody can be dropped, and while many who were dropped have not left yet: a page that takes nothing
        leaves slowly, and until then it has its session and its descriptors.
        """
        leaving = sum(one.dropped.is_set() for one in self._open)
        if not strangers or leaving >= MOST_LEAVING:
            return False
        crowded, _ = strangers.most_common(1)[0]
        if crowded == but_not:
            return False
        oldest = next(
            one for one in self._open if not one.account and one.address == crowded and not one.dropped.is_set()
        )
        oldest.dropped.set()
        return True

    def _strangers(self) -> Counter[str]:
        return Counter(one.address for one in self._open if not one.account and not one.dropped.is_set())

    def _received(self, socket: _Socket, receive: Receive, send: Send) -> Receive:
        """What the page says; its end, where it is silent for too long or was dropped."""
        received = 0

        async def waiting() -> Message:
            nonlocal received
            message = asyncio.ensure_future(receive())
            dropped = asyncio.ensure_future(socket.dropped.wait())
            try:
                await asyncio.wait(
                    {message, dropped}, timeout=self._patience(socket, received), return_when=asyncio.FIRST_COMPLETED
                )
            finally:
                dropped.cancel()
            if message.done():
                received += 1
                return message.result()
            message.cancel()
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
            return {"type": "websocket.disconnect", "code": TRY_AGAIN_LATER}

        return waiting

    def _patience(self, socket: _Socket, received: int) -> float:
        """The first message is that it connects; a browser then asks for its page at once."""
        if received < 2:
            return self.limits.first_message_seconds
        return self.limits.signed_in_idle_seconds if socket.account else self.limits.stranger_idle_seconds


def client_address(asked: HTTPConnection) -> str:
    return asked.client.host if asked.client else ""
