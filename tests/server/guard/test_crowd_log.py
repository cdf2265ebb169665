"""A crowd is reported in the log once a second, and keeps nobody from the sign-in that needs no open page."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.utils import ClientDisconnected

from kpi import i18n
from kpi.errors import StoreUnavailable
from kpi.services.operation.settings import Limits
from pages.server import request_guard, request_log
from pages.server.request_guard import RequestGuard
from pages.server.request_log import RequestLog
from pages.server.shell import sign_in_page
from pages.server.sockets import Sockets
from pages.server.uploads import DiskUploads


def test_a_crowd_is_logged_once_a_second_as_long_as_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    guard = RequestGuard(Starlette(), Sockets(Limits()), DiskUploads("/up", Limits()))
    moments = iter([1000 + tenth / 10 for tenth in range(35)])
    monkeypatch.setattr(request_guard.time, "monotonic", lambda: next(moments))
    assert [tenth for tenth in range(35) if guard._to_be_logged()] == [0, 10, 20, 30]


@pytest.mark.parametrize(("elsewhere", "answered"), [(False, None), (True, "busy")])
def test_a_crowd_keeps_nobody_from_the_sign_in_that_the_server_draws_alone(
    monkeypatch: pytest.MonkeyPatch, elsewhere: bool, answered: str | None
) -> None:
    """It needs no open page. Another provider's button is on one, which could not be filled."""
    monkeypatch.setattr(sign_in_page, "identity_provider_configured", lambda: elsewhere)
    monkeypatch.setattr(sign_in_page, "app_store", SimpleNamespace)
    monkeypatch.setattr(sign_in_page, "viewer_of", lambda *_: None)
    sockets = Sockets(Limits())
    monkeypatch.setattr(sockets, "full_for_strangers", lambda address: address == "203.0.113.9")
    guard = RequestGuard(Starlette(), sockets, DiskUploads("/up", Limits()))
    scope: Scope = {"type": "http", "path": "/coverage", "headers": [], "client": ("203.0.113.9", 1)}
    with ThreadPoolExecutor(1) as apart:  # where a browser has run, this thread has a loop already
        assert apart.submit(asyncio.run, guard._crowded(scope)).result() == answered


def test_a_page_that_could_not_be_filled_says_so_and_when_to_try_again() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    scope: Scope = {"type": "http", "path": "/", "headers": [], "query_string": b"lang=en"}
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, request_guard._refuse(scope, receive, send, "busy")).result()
    assert (sent[0]["status"], dict(sent[0]["headers"])[b"retry-after"]) == (503, b"60")
    assert i18n.text("page.refused.busy", "en").encode() in sent[1]["body"]


@pytest.mark.parametrize(("raised", "bugs"), [(ClientDisconnect, 0), (ClientDisconnected, 0), (OSError, 1)])
def test_who_leaves_before_a_page_is_connected_is_no_bug(
    monkeypatch: pytest.MonkeyPatch, raised: type[Exception], bugs: int
) -> None:
    """A browser that is closed, or a page that is loaded again, while its websocket is being accepted."""
    logged: list[BaseException] = []
    monkeypatch.setattr(request_log.logs, "error", lambda bug, **_: logged.append(bug) or "")

    async def leaving(scope: Scope, receive: Receive, send: Send) -> None:
        raise raised

    async def nothing(*_: Message) -> Message:
        return {}

    scope: Scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [], "client": ("203.0.113.9", 1)}
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, RequestLog(leaving)(scope, nothing, nothing)).result()
    assert len(logged) == bugs


def test_a_store_that_cannot_be_used_is_no_bug_and_answered_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    bugs, said, sent = list[BaseException](), list[tuple[str, str]](), list[Message]()
    monkeypatch.setattr(request_log.logs, "error", lambda bug, **_: bugs.append(bug) or "")
    monkeypatch.setattr(request_log.logs, "event", lambda name, **fields: said.append((name, fields.get("kind", ""))))

    async def refused(*_: object) -> None:
        raise StoreUnavailable("database_unreachable", name="x")

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [],
        "query_string": b"lang=en",
        "client": None,
    }
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, RequestLog(refused)(scope, receive, send)).result()
    assert (bugs, said) == ([], [("store_unavailable", "database_unreachable"), ("request", "")])
    assert sent[0]["status"] == 503
    assert i18n.text("page.refused.store", "en").encode() in sent[1]["body"]
