"""What is refused unread: other hosts, other sites' forms, unknown paths, large or slow forms, files of nobody, crowds.

Streamlit itself compares the host of a websocket alone, believes an ``Origin`` of any loopback name, asks a service
abroad for its own address when it meets a strange one, serves a download to whoever has its address, and keeps uploads
of visitors who are not signed in.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kpi import logs
from kpi.logs import RefusalReason
from kpi.services.account_requests import request_limits
from pages.server.caller import account_of
from pages.server.media_urls import made_for
from pages.server.shell.error_page import refusal_page
from pages.server.shell.sign_in_page import is_stranger
from pages.server.sockets import ACCOUNT_KEY, Sockets, client_address
from pages.server.uploads import DiskUploads, UploadGate
from pages.session.context import (
    ACCOUNT,
    HEALTH,
    HOST_CONFIG,
    MEDIA,
    PAGE_ADDRESSES,
    STREAM,
    UPLOAD,
    known_area,
)
from pages.session.sign_in_forms import ASK_FORM, SUPPLY_FORM
from pages.session.streamlit_internals import host_allowed

LARGEST_FORM = 16_384
"""Bytes. Our forms are a name, a password and a token; files go another way, but for a stranger's proof."""
PROOF_FORMS = frozenset({ASK_FORM, SUPPLY_FORM})
PROOFS_AT_ONCE, PROOF_SECONDS = 4, 60.0
"""Forms with a file that are read at one time: whoever sends them is a stranger, and they lie in memory."""
STATUS: Mapping[RefusalReason, int] = {
    "host": 400,
    "origin": 403,
    "not_signed_in": 403,
    "path": 404,
    "slow": 408,
    "size": 413,
    "quota": 429,
    "busy": 503,
    "full": 503,
}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY_VIOLATION = 1008


class RequestGuard:
    """ASGI middleware: answers what is refused itself and logs why; the rest passes."""

    def __init__(self, app: ASGIApp, sockets: Sockets, uploads: DiskUploads) -> None:
        self.app = app
        self.uploads = UploadGate(app, uploads)
        self.sockets = sockets
        self._busy_logged = -1.0
        self._proofs = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        reason = _refused(scope) or await _refused_to_strangers(scope) or await self._crowded(scope)
        if reason is None and scope["type"] == "websocket":
            scope[ACCOUNT_KEY] = await _account(scope)
            if await self.sockets.serve(scope, receive, send, self.app):
                return
            reason = "busy"
        if reason is None and known_area(scope["path"]) == ACCOUNT:
            body, reason = await self._form(scope, receive)
            receive = _again(body, receive)
        if reason is None and known_area(scope["path"]) == UPLOAD and scope["method"] not in SAFE:
            reason = await self.uploads.serve(scope, receive, send, await _account(scope))
            if reason is None:
                return
        elif reason is None:
            await self.app(scope, receive, send)
            return
        if reason != "busy" or self._to_be_logged():
            _log(scope, reason)
        await _refuse(scope, receive, send, reason)

    async def _crowded(self, scope: Scope) -> RefusalReason | None:
        """Where another provider signs in: a stranger's page that could not be filled says so, and is not blank."""
        asked = HTTPConnection(scope)
        if scope["type"] != "http" or known_area(scope["path"]) not in PAGE_ADDRESSES:
            return None
        if not self.sockets.full_for_strangers(client_address(asked)):
            return None
        by_the_server = await run_in_threadpool(is_stranger, asked.cookies)  # the sign-in alone, which needs no room
        return None if by_the_server or await _account(scope) else "busy"

    async def _form(self, scope: Scope, receive: Receive) -> tuple[bytes, RefusalReason | None]:
        if scope["path"] not in PROOF_FORMS:
            return await _form(scope, receive, self.sockets.limits.form_seconds, LARGEST_FORM)
        if self._proofs >= PROOFS_AT_ONCE:
            return b"", "busy"
        self._proofs += 1
        try:
            return await _form(scope, receive, PROOF_SECONDS, LARGEST_FORM + request_limits().proof_bytes)
        finally:
            self._proofs -= 1

    def _to_be_logged(self) -> bool:
        """Once a second: a crowd would push all else out of the log."""
        now = time.monotonic()
        if now - self._busy_logged < 1:
            return False
        self._busy_logged = now
        return True


def _refused(scope: Scope) -> RefusalReason | None:
    headers = Headers(scope=scope)
    if not host_allowed(headers.get("host")):
        return "host"
    if scope["type"] == "websocket":
        return "path" if scope["path"] != STREAM else None if _from_here(headers) else "origin"
    known = known_area(scope["path"])
    if known is None or (known == ACCOUNT and scope["method"] in SAFE):
        return "path"
    return None if scope["method"] in SAFE or _from_here(headers) else "origin"


def _from_here(headers: Headers) -> bool:
    """The browser says that a page of ours asks. What is no browser says nothing, and has no cookie to be misused."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    same = origin is None or urlsplit(origin).netloc == headers.get("host")
    return same and site in (None, "same-origin", "none")


async def _refused_to_strangers(scope: Scope) -> RefusalReason | None:
    """Pages that draw themselves, and files in either direction, are for those who are signed in; it is looked up each
    time, as on every page.
    """
    if scope["type"] == "websocket":
        return "not_signed_in" if await run_in_threadpool(is_stranger, HTTPConnection(scope).cookies) else None
    if known_area(scope["path"]) not in (MEDIA, UPLOAD) or scope.get("method") == "OPTIONS":
        return None
    account = await _account(scope)
    if not account:
        return "not_signed_in"
    # Another's download is answered as one that is not there.
    return "path" if known_area(scope["path"]) == MEDIA and not made_for(scope["path"], account) else None


async def _account(scope: Scope) -> str:
    cookies = HTTPConnection(scope).cookies
    return await run_in_threadpool(account_of, cookies) if cookies else ""


async def _form(scope: Scope, receive: Receive, seconds: float, most: int) -> tuple[bytes, RefusalReason | None]:
    """The whole form, or that it is too large (known by its length before reading, or found while reading) or slow."""
    length = Headers(scope=scope).get("content-length", "0")
    if not length.isdecimal() or int(length) > most:
        return b"", "size"
    body = b""
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                body += message.get("body", b"")
                if len(body) > most:
                    return b"", "size"
                if not message.get("more_body", False):
                    return body, None
    except TimeoutError:
        return b"", "slow"


def _again(body: bytes, receive: Receive) -> Receive:
    """The form, read already, for the route; then whatever comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def _log(scope: Scope, reason: RefusalReason) -> None:
    """Streamlit's page looks for its server below its own address first: that is no news for the log."""
    where = HTTPConnection(scope)
    if not scope["path"].endswith((HEALTH, HOST_CONFIG)):
        logs.event(
            "refused",
            reason=reason,
            address=client_address(where),
            path=known_area(scope["path"]) or "/other",
            host=where.headers.get("host", "") if reason == "host" else "",
        )


async def _refuse(scope: Scope, receive: Receive, send: Send, reason: RefusalReason) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return
    answer: Response = refusal_page(reason, STATUS[reason], HTTPConnection(scope))
    if reason == "slow":
        answer.headers["Connection"] = "close"  # the rest is not waited for
    if reason == "busy":
        answer.headers["Retry-After"] = "60"
    await answer(scope, receive, send)
