"""``/.well-known/jwks.json``: the keys that anybody checks this installation's certificates and anchors with."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kpi.services.signatures import published_keys
from pages.session.app_store import app_store
from pages.session.context import PUBLIC_KEYS


async def _keys(_: Request) -> Response:
    return JSONResponse(await run_in_threadpool(lambda: published_keys(app_store().folder)))


PUBLIC_KEYS_ROUTE = Route(PUBLIC_KEYS, _keys, methods=["GET"])
