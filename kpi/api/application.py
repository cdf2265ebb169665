"""The interface put together: routes, errors, limits, and its own description."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from kpi.api.body_gate import BodyGate
from kpi.api.callers import ServedStore
from kpi.api.head_of_answer import HeadOfAnswer
from kpi.api.problems import ProblemDetails, answer_in_problems
from kpi.api.query_parameters import only
from kpi.api.routes import ROUTES
from kpi.services.operation.server_settings import DEFAULT_LIMITS, Limits
from kpi.store.store import Store

VERSION = "1"
INVALID = "HTTPValidationError"
"""The framework's name for its own form of an error."""
DESCRIPTION = (
    "Check an application, compare it with the published table, submit it as a draft and read its result. "
    "The JSON is the command line's (`kpi check --json`, `kpi benchmark --view enterprise --json`). "
    "A draft is locked by a person on the page, never by this interface."
)


def api_application(store: Callable[[], Store], limits: Limits = DEFAULT_LIMITS) -> FastAPI:
    """An ASGI app to be mounted. Its description, ``/openapi.json``, needs no token; everything else does."""
    # The framework's own address of the description would ignore what it is asked.
    app = FastAPI(title="Duibiao 对标", version=VERSION, description=DESCRIPTION, openapi_url=None, debug=False)
    app.state.served = served = ServedStore(store)
    app.include_router(ROUTES)
    answer_in_problems(app, ROUTES.routes)
    app.add_middleware(BodyGate, served=served, limits=limits)
    app.add_middleware(HeadOfAnswer)
    _describe_problems(app)
    _offer_description(app)
    return app


def _offer_description(app: FastAPI) -> None:
    @app.get("/openapi.json", include_in_schema=False, dependencies=[only()])
    async def description(request: Request) -> JSONResponse:
        """With the address that the interface is mounted at."""
        mounted_at = request.scope.get("root_path", "").rstrip("/")
        servers = {"servers": [{"url": mounted_at}]} if mounted_at else {}
        return JSONResponse(app.openapi() | servers)


def _describe_problems(app: FastAPI) -> None:
    """The framework describes errors of its own kind; ours are of one form, whatever the route."""
    made: Callable[[], dict[str, Any]] = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = made()
            parts = schema["components"]["schemas"]
            parts["Problem"] = ProblemDetails.model_json_schema()
            for unused in (INVALID, "ValidationError"):
                parts.pop(unused, None)
            for operation in (one for path in schema["paths"].values() for one in path.values()):
                if INVALID in str(operation["responses"].get("422")):
                    del operation["responses"]["422"]
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign] # the framework's documented way
