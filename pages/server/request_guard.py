"""What is refused unread: other hosts, other sites' forms, unknown paths, large forms, files of nobody.

Streamlit itself compares the host of a websocket alone, believes an ``Origin`` of any loopback name, asks a service
abroad for its own address when it meets a strange one, serves a download to whoever has its address, and keeps uploads
of visitors who are not signed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from kpi import logs
from kpi.errors import UserError
from kpi.logs import RefusalReason
from kpi.services.operation.authentication import viewer_of
from pages.server.error_page import refusal_page
from pages.session.addresses import ACCOUNT, HEALTH, HOST_CONFIG, MEDIA, STREAM, UPLOAD, known_area
from pages.session.app_store import app_store
from pages.session.oidc import provider_viewer_of_request
from pages.session.page_context import COOKIE

LARGEST_FORM = 16_384
"""Bytes. Our forms are a name, a password and a token; files go another way."""
STATUS: Mapping[RefusalReason, int] = {"host": 400, "origin": 403, "not_signed_in": 403, "size": 413, "path": 404}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY_VIOLATION = 1008


class RequestGuard:
    """ASGI middleware: answers what is refused itself and logs why; the rest passes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        reason = _refused(scope) or await _refused_to_strangers(scope)
        body = b""
        if reason is None and scope["type"] == "http" and known_area(scope["path"]) == ACCOUNT:
            body, reason = await _form(scope, receive)
            receive = _again(body, receive)
        if reason is None:
            await self.app(scope, receive, send)
            return
        await _refuse(scope, receive, send, reason)


def _refused(scope: Scope) -> RefusalReason | None:
    headers = Headers(scope=scope)
    if not is_host_allowed(headers.get("host")):
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
    """Files, in either direction, are for those who are signed in; it is looked up each time, as on every page."""
    if known_area(scope["path"]) not in (MEDIA, UPLOAD) or scope.get("method") == "OPTIONS":
        return None
    return None if await run_in_threadpool(_signed_in, HTTPConnection(scope).cookies) else "not_signed_in"


def _signed_in(cookies: Mapping[str, str]) -> bool:
    try:
        return bool(viewer_of(app_store(), cookies.get(COOKIE)) or provider_viewer_of_request(app_store(), cookies))
    except UserError:
        return False


async def _form(scope: Scope, receive: Receive) -> tuple[bytes, RefusalReason | None]:
    """The whole form, or that it is too large: told by its length before reading, or found while reading."""
    told = Headers(scope=scope).get("content-length", "0")
    if not told.isdecimal() or int(told) > LARGEST_FORM:
        return b"", "size"
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LARGEST_FORM:
            return b"", "size"
        if not message.get("more_body", False):
            return body, None


def _again(body: bytes, receive: Receive) -> Receive:
    """The form, read already, for the route; then whatever comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


async def _refuse(scope: Scope, receive: Receive, send: Send, reason: RefusalReason) -> None:
    """Streamlit's page looks for its server below its own address first: that is no news for the log."""
    where = HTTPConnection(scope)
    if not scope["path"].endswith((HEALTH, HOST_CONFIG)):
        logs.event(
            "refused",
            reason=reason,
            address=where.client.host if where.client else "",
            path=known_area(scope["path"]) or "/other",
            host=where.headers.get("host", "") if reason == "host" else "",
        )
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return
    answer: Response = refusal_page(reason, STATUS[reason], where)
    await answer(scope, receive, send)
