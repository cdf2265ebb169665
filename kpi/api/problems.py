"""What goes wrong, as ``application/problem+json`` (RFC 9457) with the codes and words of the command line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends as Dependency
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, create_model
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route

from kpi import i18n, logs
from kpi.errors import InvalidFile, NotFound, StoreUnavailable, UserError
from kpi.model.language import Lang
from kpi.reports.as_json import error_json, problem_json
from kpi.store.database import FULL_NUMBERS
from kpi.store.saved_acts import bug_in_words

# What is wrong with a call's parameters, each in the reader's words: which one, what is wrong, what to do.


KINDS: Mapping[str, str] = {
    "missing": "missing",
    "int_parsing": "not_whole",
    "int_parsing_size": "not_whole",
    "int_from_float": "not_whole",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "string_pattern_mismatch": "other_characters",
    "bool_parsing": "not_yes_or_no",
    "literal_error": "not_one_of",
    "extra_forbidden": "unknown",
    "too_long": "repeated",
    "repeated": "repeated",
}
"""By the framework's name of a fault; a repeated parameter is a list too long, and a repeated field has no name there.
What is not here is said to be not valid.
"""
LIMITS = ("ge", "le", "min_length", "max_length")
NO_FILE = "not_a_file"
REPEATED = "repeated"
LONGEST_SHOWN = 40
MOST = 20


class WrongParameters(UserError):
    """``faults`` are the framework's: where each is, of which kind, and by which limit."""

    def __init__(self, faults: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("api_parameters")
        self.faults = tuple(faults[:MOST])

    def in_words(self, lang: Lang) -> list[dict[str, Any]]:
        """Each in the form of a file's problem."""
        return [_in_words(fault, lang) for fault in self.faults]


def joined(words: Iterable[str], lang: Lang) -> str:
    """Sentences one after the other, each once."""
    return i18n.text("api.between_sentences", lang).join(dict.fromkeys(words))


def _in_words(fault: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    place, *names = (str(part) for part in fault["loc"])
    where = i18n.text(f"api.place.{place}", lang, name=".".join(names) or place)
    kind, limits = _kind(fault, place), fault.get("ctx") or {}
    said: dict[str, str | float] = {
        "where": where,
        "value": _shown(fault.get("input")),
        "limit": next((limits[name] for name in LIMITS if name in limits), ""),
        "allowed": i18n.text("number.list", lang).join(re.findall("'([^']*)'", str(limits.get("expected", "")))),
    }
    key = f"api.parameter.{kind}"
    found = error_json(
        f"parameter_{kind}", i18n.text(f"{key}.message", lang, **said), i18n.text(f"{key}.remedy", lang, **said)
    )
    return found | {"value": None if kind in ("missing", NO_FILE) or "input" not in fault else said["value"]}


def _kind(fault: Mapping[str, Any], place: str) -> str:
    kind = KINDS.get(fault["type"], "not_valid")
    return NO_FILE if place == "body" and kind == "not_valid" else kind


def _shown(value: object) -> str:
    said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return said[:LONGEST_SHOWN]


MEDIA_TYPE = "application/problem+json"
STATUS: Mapping[str, int] = {
    "api_malformed": 400,
    "api_parameters": 400,
    "api_token_needed": 401,
    "not_your_enterprise": 403,
    "duty_needed_fill": 403,
    "duty_needed_confirm": 403,
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
    problems = [problem_json(problem, lang) for problem in error.problems] if isinstance(error, InvalidFile) else []
    if isinstance(error, WrongParameters):
        problems = error.in_words(lang)
        message = joined((message, *(problem["message"] for problem in problems)), lang)
        remedy = joined((*(problem["remedy"] for problem in problems), remedy), lang)
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
        if isinstance(cause := error.__cause__, OSError) and cause.errno in FULL_NUMBERS:
            return problem_answer(request, StoreUnavailable("store_full"))  # a form is laid out on the disk
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


# What an address does not take is refused: an answer to a misspelt question, or to half a form, looks like one.


LANGUAGE = "lang"
"""Every address takes it."""
FILE = "file"
KEY = "Idempotency-Key"


def only(*names: str) -> Dependency:
    """The dependency of an address that takes these query parameters beside the language, each once, and no other.

    What is wrong with any other parameter is named together with it.
    """
    # As lists: of a single value the framework would take the last, and leave the others out without a word.
    once = Query([], max_length=1, include_in_schema=False)
    known: dict[str, Any] = dict.fromkeys((LANGUAGE, *names), (list[str], once))
    asked: type[BaseModel] = create_model("Asked", __config__=ConfigDict(extra="forbid"), **known)

    def refuse_others(asked: Any) -> None:
        """What it asks for is refused before it is called."""

    refuse_others.__annotations__["asked"] = Annotated[asked, Query()]
    found: Dependency = Depends(refuse_others)
    return found


def one_key(request: Request) -> None:
    """The dependency of an address whose calls have a key: of two headers, one would be left out.

    Raises:
        WrongParameters: there is a second one. None at all is refused elsewhere.
    """
    if len(request.headers.getlist(KEY)) > 1:
        raise WrongParameters([{"loc": ("header", KEY), "type": REPEATED}])


async def one_file(request: Request) -> None:
    """The dependency of an address that takes a form with one file: of two, one would be left out without a word.

    Raises:
        WrongParameters: there is a second file, or a further field. A form without the file is refused elsewhere.
    """
    fields = [name for name, _ in (await request.form()).multi_items()]
    if FILE not in fields:
        return
    kinds = {name: REPEATED if name == FILE else "extra_forbidden" for name in fields}
    if len(fields) > 1:
        wrong = [name for name in kinds if name != FILE or fields.count(name) > 1]
        raise WrongParameters([{"loc": ("body", name), "type": kinds[name]} for name in wrong])
