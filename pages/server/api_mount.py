"""The HTTP interface in the served app. Its framework takes a second to load: the first call waits for it, no start."""

from __future__ import annotations

import threading
from functools import cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.server.limits import limits
from pages.session.app_store import app_store
from pages.session.context import API

_LOADING = threading.Lock()


def loaded_interface() -> ASGIApp:
    """The one interface of this process: two would each count its callers' rates by themselves."""
    with _LOADING:
        return _interface()


# Kept for everybody: it asks who calls, and of which notice, at each call
@cache
def _interface() -> ASGIApp:
    from kpi.api.application import api_application

    return api_application(app_store, limits())


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    await (await run_in_threadpool(loaded_interface))(scope, receive, send)


def _to_description(request: Request) -> RedirectResponse:
    """With what it is asked, which is refused there."""
    return RedirectResponse(f"{API}/openapi.json{f'?{asked}' if (asked := request.url.query) else ''}")


API_ROUTES = [*(Route(path, _to_description) for path in (API, f"{API}/")), Mount(API, _answer)]
"""Its bare address, which a person types, leads to its description; the app's pages would answer there otherwise."""
