"""What goes wrong, as ``application/problem+json`` (RFC 9457) with the codes and words of the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route

from kpi import i18n, logs
from kpi.api.parameter_faults import WrongParameters, joined
from kpi.errors import InvalidFile, NotFound, StoreUnavailable, UserError
from kpi.model.language import Lang
from kpi.reports.as_json import problem_json
from kpi.store.saved_acts import bug_in_words

MEDIA_TYPE = "application/problem+json"
STATUS: Mapping[str, int] = {
    "api_malformed": 400,
    "api_parameters": 400,
    "api_token_needed": 401,
    "not_your_enterprise": 403,
    "api_method": 405,
    "already_locked": 409,
    "changed_meanwhile": 409,
    "api_key_in_use": 409,
    "api_length_needed": 411,
    "api_too_large": 413,
    "api_files_at_once": 429,
    "api_too_many": 429,
    "unexpected": 500,
    "unexpected_after_saving": 500,
}
"""Of the codes that are not the 422 of content that cannot be used."""


class ProblemDetails(BaseModel):
    """``code`` is the command line's; ``problems`` are those of a file, as ``kpi check --json`` lists them, or of the
    call's parameters, in the same form.
    """

    model_config = ConfigDict(title="Problem")

    type: str
    title: str
    status: int
    detail: str
    code: str
    remedy: str
    problems: list[dict[str, Any]] = []


PROBLEM_MEANINGS: Mapping[int, str] = {
    400: "The call cannot be understood",
    401: "No token, or none that is accepted",
    403: "Another enterprise's",
    404: "Not there, or not the token's account's",
    409: "In conflict with what is there",
    411: "The length of the body is not stated",
    413: "The body is too large",
    422: "The content has problems",
    429: "Too many calls; Retry-After says when to go on",
    503: "The store cannot be used at the moment",
}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Those of a route, for its description."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": PROBLEM_MEANINGS[status], "content": content} for status in statuses}


def lang_of(request: Request) -> Lang:
    """``?lang=en``, else the first language that ``Accept-Language`` names, else Chinese."""
    wanted = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return "en" if wanted.lower().startswith("en") else "zh"


def problem_answer(request: Request, error: UserError, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The answer, with the headers that go with the error and ``headers`` beside them."""
    headers = {**_headers(error), **(headers or {})}
    status, lang = _status(error), lang_of(request)
    message, remedy = i18n.page_error_message(error, lang)
    problems = [problem_json(one, lang) for one in error.problems] if isinstance(error, InvalidFile) else []
    if isinstance(error, WrongParameters):
        problems = error.in_words(lang)
        message = joined((message, *(one["message"] for one in problems)), lang)
        remedy = joined((*(one["remedy"] for one in problems), remedy), lang)
    body = ProblemDetails(
        type=f"urn:duibiao:problem:{error.code}",
        title=i18n.text(f"api.status.{status}", lang),
        status=status,
        detail=message,
        code=error.code,
        remedy=remedy,
        problems=problems,
    )
    return JSONResponse(body.model_dump(), status, {"Cache-Control": "no-store", **headers}, MEDIA_TYPE)


def answer_in_problems(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Every error of the interface, which has these ``routes``, is answered so, the framework's own included."""

    @app.exception_handler(UserError)
    def of_people(request: Request, error: UserError) -> JSONResponse:
        return problem_answer(request, error)

    @app.exception_handler(RequestValidationError)
    def of_parameters(request: Request, error: RequestValidationError) -> JSONResponse:
        return problem_answer(request, WrongParameters(error.errors()))

    @app.exception_handler(HTTPException)
    def of_framework(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 405:
            allow = {"Allow": ", ".join(sorted(_methods(request, [*app.routes, *routes])))}
            return problem_answer(request, UserError("api_method", method=request.method), allow)
        if error.status_code == 404:
            return problem_answer(request, NotFound("page", request.url.path[:80]))
        return problem_answer(request, UserError("api_malformed"), error.headers)

    @app.exception_handler(Exception)
    def of_bugs(request: Request, error: Exception) -> JSONResponse:
        return problem_answer(request, bug_in_words(logs.error(error)))


def _methods(request: Request, routes: Iterable[BaseRoute]) -> set[str]:
    """All that the address takes: the framework knows those of one route, and an address may have several. HEAD goes
    with GET (``HeadOfAnswer``).
    """
    plain = (route for route in routes if isinstance(route, Route))
    at_address = (route for route in plain if route.matches(request.scope)[0] is not Match.NONE)
    found = {method for route in at_address for method in route.methods or ()}
    return found | {"HEAD"} if "GET" in found else found


def _headers(error: UserError) -> dict[str, str]:
    if error.code == "api_token_needed":
        return {"WWW-Authenticate": "Bearer"}
    return {"Retry-After": str(error.params["seconds"])} if "seconds" in error.params and _status(error) == 429 else {}


def _status(error: UserError) -> int:
    if isinstance(error, StoreUnavailable):
        return 503
    if isinstance(error, NotFound):
        return 404
    return STATUS.get(error.code, 422)
