"""No body is longer than the largest file, and says so before it is sent."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kpi.api.problems import problem_answer
from kpi.errors import UserError
from kpi.files.limits import application_limits

FORM_BYTES = 16_384
"""Beside the file: the parts' headers, and fields that nobody asked for."""
BODY_SECONDS = 60.0


class BodyLimit:
    """ASGI middleware: refuses by the stated length, and ends a body that goes beyond it or takes too long."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if error := _refused(Headers(scope=scope)):
            answer = problem_answer(Request(scope), error, {"Connection": "close"})
            await answer(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        until, left, ended = loop.time() + BODY_SECONDS, largest_body(), False

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

        await self.app(scope, bounded, send)


def largest_body() -> int:
    """Bytes."""
    return application_limits().file_bytes + FORM_BYTES


def _refused(headers: Headers) -> UserError | None:
    if "transfer-encoding" in headers:
        return UserError("api_length_needed")
    length = headers.get("content-length", "0")
    if not length.isdecimal():
        return UserError("api_malformed")
    if int(length) > largest_body():
        return UserError("api_too_large", megabytes=application_limits().file_megabytes)
    return None
