"""Bodies before they are read: of somebody known, no longer than the largest file, and not too many at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kpi.api.callers import ServedStore
from kpi.api.problems import problem_answer
from kpi.errors import UserError
from kpi.files.limits import application_limits
from kpi.services.operation.server_settings import Limits
from kpi.store.saved_acts import begin_call

FORM_BYTES = 16_384
"""Beside the file: the parts' headers, and fields that nobody asked for."""
BODY_SECONDS = 60.0
WAIT_SECONDS = 5
"""What a caller is asked to wait where there is no room: most files are answered in less."""
MEGABYTE = 1_000_000


class BodyGate:
    """ASGI middleware: refuses by token, stated length and room, and ends a body that goes beyond or takes too long.

    The framework would read a body to its end before it asks who sends it.
    """

    def __init__(self, app: ASGIApp, served: ServedStore, limits: Limits) -> None:
        self.app = app
        self.served = served
        self.room = _Room(limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begin_call()
        request = Request(scope)
        try:
            length = _stated_length(request.headers)
            if not length:
                await self.app(scope, receive, send)
                return
            caller = await run_in_threadpool(self.served.caller, request)
            with self.room.taken(caller.account, length):
                await self.app(scope, _bounded(receive), send)
        except UserError as error:
            # What goes wrong in a route is answered there: here nothing was read yet.
            await problem_answer(request, error, {"Connection": "close"})(scope, receive, send)


class _Room:
    """The bytes of files that are on their way or being worked on. For one event loop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._files: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    @contextmanager
    def taken(self, account: str, length: int) -> Iterator[None]:
        """Room for one body.

        Raises:
            UserError: the account, or all of them together, have too much on their way.
        """
        free = (
            self._files[account] < self._limits.uploads_per_account
            and self._bytes[account] + length <= self._limits.upload_megabytes_per_account * MEGABYTE
            and self._bytes.total() + length <= self._limits.upload_megabytes * MEGABYTE
        )
        if not free:
            raise UserError("api_files_at_once", seconds=WAIT_SECONDS)
        self._files[account] += 1
        self._bytes[account] += length
        try:
            yield
        finally:
            self._files[account] -= 1
            self._bytes[account] -= length


def largest_body() -> int:
    """Bytes."""
    return application_limits().file_bytes + FORM_BYTES


def _stated_length(headers: Headers) -> int:
    """Bytes of the body that is to come.

    Raises:
        UserError: it is not stated, or too large.
    """
    if "transfer-encoding" in headers:
        raise UserError("api_length_needed")
    length = headers.get("content-length", "0")
    if not length.isdecimal():
        raise UserError("api_malformed")
    if int(length) > largest_body():
        raise UserError("api_too_large", megabytes=application_limits().file_megabytes)
    return int(length)


def _bounded(receive: Receive) -> Receive:
    """The body's parts, as long as they come in time and are together no longer than the largest body."""
    until, left, ended = asyncio.get_running_loop().time() + BODY_SECONDS, largest_body(), False

    async def bounded() -> Message:
        nonlocal left, ended
        if ended:
            return await receive()
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        left -= len(message.get("body", b""))
        ended = not message.get("more_body", False)
        return message if left >= 0 else {"type": "http.disconnect"}

    return bounded
