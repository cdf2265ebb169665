"""What was asked of the server goes into the log, and a bug on the way is answered in words."""

from __future__ import annotations

import time

from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.utils import ClientDisconnected

from kpi import logs
from kpi.errors import StoreUnavailable
from kpi.store.database import FULL_NUMBERS
from pages.server.shell.error_page import refusal_page
from pages.session.context import (
    HEALTH,
    HOST_CONFIG,
    LIVE,
    METRICS,
    READY,
    SHELL,
    STATIC,
    UPLOAD,
    known_area,
)

QUIET = frozenset(
    {
        HEALTH,
        LIVE,
        READY,
        METRICS,
        HOST_CONFIG,
        STATIC,
        SHELL,
        "/favicon.png",
        "/manifest.json",
    }
)
"""Asked for all the time: a line each would hide all else."""


class RequestLog:
    """ASGI middleware: one line a request or connection, with its duration; a bug gets a reference."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or known_area(scope["path"]) in QUIET:
            await self.app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def seen(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self.app(scope, receive, seen)
        except (ClientDisconnect, ClientDisconnected):
            pass  # who hangs up in the middle is no bug
        except Exception as bug:
            path, reference, why = known_area(scope["path"]) or "/other", "", "bug"
            if isinstance(bug, StoreUnavailable):  # its database is started again, say
                logs.event("store_unavailable", path=path, kind=bug.code)
                why = "store"
            elif path == UPLOAD and isinstance(bug, OSError) and bug.errno in FULL_NUMBERS:
                logs.event("refused", path=path, reason="full")
                why = "full"
            else:
                reference = logs.error(bug, path=path)
            if scope["type"] == "http" and not status:
                status = 500 if why == "bug" else 503
                page = refusal_page(why, status, HTTPConnection(scope), reference=reference)
                await page(scope, receive, send)
        finally:
            _record(scope, status, began)


def _record(scope: Scope, status: int, began: float) -> None:
    address = scope["client"][0] if scope["client"] else ""
    path, spent = known_area(scope["path"]) or "/other", round((time.monotonic() - began) * 1000)
    if scope["type"] == "websocket":
        logs.event("connection", address=address, path=path, milliseconds=spent)
    else:
        logs.event("request", address=address, method=scope["method"], path=path, status=status, milliseconds=spent)
