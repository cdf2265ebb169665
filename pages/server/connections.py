"""Every connection sends at once. One that sends or takes too slowly, or not at all, is dropped, and one too many.

Uvicorn waits without end for the head of a request, and for the rest of a body whose answer has long been given. And
Streamlit's socket is made so that asyncio leaves Nagle's algorithm on: of an answer in several pieces all but the first
would wait, up to 40 ms, until the reader's machine has acknowledged that one.
"""

from __future__ import annotations

import asyncio
import socket
from weakref import WeakSet

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from kpi.services.operation.settings import Limits

LOOKED_AT_EVERY_SECONDS = 1.0
TAKING_SECONDS = 60
"""How long a reader may take nothing of an answer that waits for him."""


class HttpConnections:
    """Looks at every HTTP connection once a second. A websocket is none any more: its own pings end it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._watched: WeakSet[H11Protocol] = WeakSet()
        self._waiting: dict[H11Protocol, tuple[object, float]] = {}

    def install(self) -> None:
        """Every connection made from now on sends at once, and is watched."""
        made = H11Protocol.connection_made

        def connection_made(protocol: H11Protocol, transport: asyncio.Transport) -> None:
            made(protocol, transport)
            _send_at_once(transport)
            if len(protocol.connections) > self.limits.connections:
                transport.abort()
            else:
                self._watched.add(protocol)

        H11Protocol.connection_made = connection_made  # type: ignore[method-assign, assignment] # no hook

    async def watch(self) -> None:
        """Until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(LOOKED_AT_EVERY_SECONDS)
            self._look(clock())

    def _look(self, now: float) -> None:
        before, self._waiting = self._waiting, {}
        for protocol in list(self._watched):
            if protocol.transport.is_closing() or protocol.transport.get_protocol() is not protocol:
                self._watched.discard(protocol)
                continue
            wait = self._waits_for(protocol)
            if wait is None:
                continue
            sign, seconds = wait
            # The same wait as a second ago goes on; another one begins.
            since = before[protocol][1] if protocol in before and before[protocol][0] == sign else now
            if now - since >= seconds:
                protocol.transport.abort()
            else:
                self._waiting[protocol] = (sign, since)

    def _waits_for(self, protocol: H11Protocol) -> tuple[object, int] | None:
        """What this connection is waited for, and how long it may be; None while the server is at work."""
        if unsent := protocol.transport.get_write_buffer_size():
            return ("taking", id(protocol.cycle), unsent), TAKING_SECONDS
        answered = protocol.cycle is None or protocol.cycle.response_complete
        if answered and protocol.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            return ("sending", id(protocol.cycle)), self.limits.request_seconds
        return None


def _send_at_once(transport: asyncio.Transport) -> None:
    connection = transport.get_extra_info("socket")
    if connection.family in (socket.AF_INET, socket.AF_INET6):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
