"""A body is read only of somebody known, and only as many at once as there is room for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import pytest
from anyio.from_thread import start_blocking_portal
from starlette.types import ASGIApp, Message, Scope

from kpi.api.application import api_application
from kpi.services.operation.settings import Limits
from kpi.store.store import Store
from tests.services.sample_store import CODE_A, file_of

Answer = TypeVar("Answer")

BOUNDARY = "boundary"
FORM = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'.encode()
    + file_of(CODE_A)
    + f"\r\n--{BOUNDARY}--\r\n".encode()
)


class Call:
    """One POST /check whose body comes when ``go_on`` is set; ``asked`` is how often the app wanted more of it."""

    def __init__(self, headers: dict[str, str], body: bytes = FORM, length: int | None = None) -> None:
        said = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
        said |= {name.lower(): value for name, value in headers.items()}
        said["content-length"] = str(len(body) if length is None else length)
        self.scope: Scope = {
            "type": "http",
            "method": "POST",
            "path": "/check",
            "raw_path": b"/check",
            "root_path": "",
            "query_string": b"",
            "http_version": "1.1",
            "scheme": "http",
            "client": ("203.0.113.9", 1),
            "server": ("localhost", 80),
            "headers": [(name.encode(), value.encode()) for name, value in said.items()],
        }
        self.body, self.asked, self.go_on, self.wanted = body, 0, asyncio.Event(), asyncio.Event()
        self.said: list[Message] = []

    async def made(self, app: ASGIApp) -> tuple[int, str]:
        async def receive() -> Message:
            self.asked += 1
            self.wanted.set()
            await self.go_on.wait()
            if self.asked > 1:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": self.body, "more_body": False}

        async def send(message: Message) -> None:
            self.said.append(message)

        await app(self.scope, receive, send)
        answer = json.loads(b"".join(message.get("body", b"") for message in self.said[1:]))
        return int(self.said[0]["status"]), str(answer.get("code", ""))


def in_a_loop(act: Callable[[], Awaitable[Answer]]) -> Answer:
    """In a thread of its own: the thread of a browser's tests has a loop already."""
    with start_blocking_portal() as portal:
        return portal.call(act)


def together(app: ASGIApp, waiting: Sequence[Call], late: Call) -> tuple[list[int], tuple[int, str]]:
    """``late`` is made while the bodies of ``waiting`` are still on their way; then these are let through."""

    async def all_of_them() -> tuple[list[int], tuple[int, str]]:
        begun = [asyncio.create_task(call.made(app)) for call in waiting]
        for call in waiting:
            await call.wanted.wait()
        late.go_on.set()
        answer = await late.made(app)
        for call in waiting:
            call.go_on.set()
        return [status for status, _ in await asyncio.gather(*begun)], answer

    return in_a_loop(all_of_them)


@pytest.mark.parametrize("token", ["", "Bearer duibiao_0123456789abcdef"])
def test_of_a_stranger_no_byte_is_read(store: Store, token: str) -> None:
    call = Call({"Authorization": token} if token else {})
    call.go_on.set()
    assert in_a_loop(lambda: call.made(api_application(lambda: store))) == (401, "api_token_needed")
    assert call.asked == 0


def test_one_account_sends_so_many_at_once(store: Store, a: dict[str, str], b: dict[str, str]) -> None:
    app = api_application(lambda: store, Limits(uploads_per_account=2))
    statuses, late = together(app, [Call(a), Call(a)], Call(a))
    assert (statuses, late) == ([200, 200], (429, "api_files_at_once"))
    assert together(app, [Call(a)], Call(b)) == ([200], (200, ""))


def test_all_accounts_together_have_so_much_room(store: Store, a: dict[str, str], b: dict[str, str]) -> None:
    app = api_application(lambda: store, Limits(upload_megabytes=2))
    large = Call(a, length=1_500_000)
    assert together(app, [large], Call(b, length=600_000))[1] == (429, "api_files_at_once")
    assert together(app, [Call(a)], Call(b, length=600_000))[1][0] != 429
