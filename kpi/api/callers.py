"""Who calls: the account that the bearer token stands for, looked up in the store at each call; and how often."""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kpi.api.problems import problem_answer
from kpi.api.rates import RequestRates
from kpi.errors import UserError
from kpi.files.limits import application_limits
from kpi.model.viewer import Viewer
from kpi.services.operation.authentication import earlier_answer, viewer_of_token
from kpi.services.operation.settings import Limits
from kpi.services.year import is_published_openly
from kpi.store.saved_acts import begin_call
from kpi.store.store import Store
from kpi.tables.api import KeptAnswer

# A write that is sent twice with one key is done once, and answered alike (``Idempotency-Key``).


class OnceByKey:
    """The keys of this process that are being answered; those answered earlier are in the store."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._in_hand: set[tuple[str, str]] = set()

    def answer(
        self, store: Store, viewer: Viewer, key: str, sent: bytes, act: Callable[[str], tuple[KeptAnswer, bool]]
    ) -> tuple[KeptAnswer, bool]:
        """The answer, and whether it is an earlier call's. ``act`` is given the hash of what was sent, and keeps its
        answer with what it does: both or neither. One that raises keeps no answer.

        Raises:
            UserError: the key of another request, or one that is being answered.
        """
        request = hashlib.sha256(sent).hexdigest()
        with self._alone(viewer.account, key):
            earlier = earlier_answer(store, viewer, key)
            answered, repeated = (earlier, True) if earlier else act(request)
        if answered.request != request:
            raise UserError("api_key_reused")
        return answered, repeated

    @contextmanager
    def _alone(self, account: str, key: str) -> Iterator[None]:
        with self._guard:
            if (account, key) in self._in_hand:
                raise UserError("api_key_in_use")
            self._in_hand.add((account, key))
        try:
            yield
        finally:
            with self._guard:
                self._in_hand.discard((account, key))


# Who a token stands for.


BEARER = HTTPBearer(auto_error=False, bearerFormat="duibiao_...", description="Added by `kpi account token add`")
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,200}")


@dataclass(frozen=True, slots=True)
class ServedStore:
    """What the interface of one server works on. ``opened`` is asked at each call: the store is opened at its start."""

    opened: Callable[[], Store]
    rates: RequestRates = field(default_factory=RequestRates)
    once: OnceByKey = field(default_factory=OnceByKey)

    def caller(self, request: Request) -> Viewer:
        """The account of the request's token, whose calls are counted; looked up once a request.

        Raises:
            UserError: no token that is accepted, or too many calls.
        """
        known: Viewer | None = getattr(request.state, "caller", None)
        if known is None:
            known = request.state.caller = self._looked_up(request)
        return known

    def reader(self, request: Request) -> Viewer | None:
        """As ``caller``; or None for whoever sends no token where what is published is open: these calls are counted by
        address.
        """
        if "authorization" in request.headers or not is_published_openly(self.opened()):
            return self.caller(request)
        self.rates.count_stranger(_address(request))
        return None

    def _looked_up(self, request: Request) -> Viewer:
        address = _address(request)
        scheme, token = get_authorization_scheme_param(request.headers.get("authorization"))
        accepted = scheme.lower() == "bearer" and TOKEN.fullmatch(token)
        viewer = viewer_of_token(self.opened(), token, address) if accepted else None
        if viewer is None:
            # Not before: who guesses would shut out whoever has a token at the same address.
            self.rates.refuse_guesser(address)
            if token:
                self.rates.count_guess(address)
            raise UserError("api_token_needed")
        self.rates.count_call(viewer.account)
        return viewer


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def served_store(request: Request) -> ServedStore:
    served: ServedStore = request.app.state.served
    return served


def store_in_use(request: Request) -> Store:
    return served_store(request).opened()


def caller(request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> Viewer:
    """As ``ServedStore.caller``, and named in the description."""
    return served_store(request).caller(request)


def reader(request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> Viewer | None:
    """As ``ServedStore.reader``, and named in the description."""
    return served_store(request).reader(request)


def file_sender(request: Request, viewer: Annotated[Viewer, Depends(caller)]) -> Viewer:
    """As ``caller``, for a call with a file, of which fewer are taken."""
    served_store(request).rates.count_file(viewer.account)
    return viewer


# Bodies before they are read: of somebody known, no longer than the largest file, and not too many at once.


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
