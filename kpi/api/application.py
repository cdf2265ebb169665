"""The interface put together: routes, errors, limits, and its own description."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, File, Header, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kpi.api.callers import BodyGate, ServedStore, served_store
from kpi.api.parameters import Caller, CreditCode, InLang, InUse, Sender, Year
from kpi.api.problems import (
    KEY,
    ProblemDetails,
    answer_in_problems,
    one_file,
    one_key,
    only,
    problem_responses,
)
from kpi.api.published import PUBLISHED_ROUTES
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound
from kpi.model.language import Lang
from kpi.model.viewer import Viewer
from kpi.reports.as_json import check_json, enterprise_json, problem_json
from kpi.services.enterprise.interface import check_file, evaluate_file, submit_file
from kpi.services.enterprise.lock import OwnResult, own_results
from kpi.services.enterprise.reports import report_for_baseline
from kpi.services.enterprise.sheets import OwnAnswerSheet, own_sheet, own_sheets
from kpi.services.enterprise.uploads import latest_year
from kpi.services.notices import under_notice_of
from kpi.services.operation.settings import DEFAULT_LIMITS, Limits
from kpi.store.store import Store
from kpi.tables.api import KeptAnswer

# The questions that can be asked, each one service. Each takes ``?lang=zh|en`` for the words in its answer.


LONGEST_NAME = 200
ROUTES = APIRouter()
FOR_A_FILE = [only(), Depends(one_file)]


class Submission(BaseModel):
    """An application as its enterprise has it. ``problems`` are its answer sheet's, as `kpi check` lists them."""

    credit_code: str
    year: int
    state: str
    version: int
    changed_at: datetime
    problems: list[dict[str, Any]]


class Result(BaseModel):
    """``locked_at`` is null for a draft; ``result`` is what `kpi benchmark --view enterprise --json` prints."""

    locked_at: datetime | None
    result: dict[str, Any]


ApplicationFile = Annotated[UploadFile, File(description="An application: xlsx, xls, ods or csv")]


@ROUTES.post("/check", responses=problem_responses(400, 401, 404, 411, 413, 429, 503), dependencies=FOR_A_FILE)
def check_application(store: InUse, viewer: Sender, file: ApplicationFile, lang: InLang) -> dict[str, Any]:
    """Every problem of the file, each with its cell and its remedy. Nothing is kept."""
    reading = check_file(store, viewer, *_read(file))
    with under_notice_of(store, latest_year(reading) or catalogue().notice.year):
        return check_json([reading], lang)


@ROUTES.post(
    "/benchmark", responses=problem_responses(400, 401, 403, 404, 411, 413, 422, 429, 503), dependencies=FOR_A_FILE
)
def benchmark_application(store: InUse, viewer: Sender, file: ApplicationFile, lang: InLang) -> dict[str, Any]:
    """The enterprise's view of the file's factory, from what is published. The file is not kept."""
    answer = evaluate_file(store, viewer, *_read(file))
    with under_notice_of(store, answer.application.year):
        return enterprise_json(answer, lang)


@ROUTES.post(
    "/submissions",
    status_code=201,
    response_model=Submission,
    responses=problem_responses(400, 401, 403, 404, 409, 411, 413, 422, 429, 503),
    dependencies=[*FOR_A_FILE, Depends(one_key)],
)
def submit_application(
    store: InUse,
    served: Annotated[ServedStore, Depends(served_store)],
    viewer: Sender,
    file: ApplicationFile,
    lang: InLang,
    key: Annotated[str, Header(alias=KEY, min_length=8, max_length=100, pattern="^[!-~]+$")],
) -> Response:
    """Keep the file and make a draft of it, which replaces the draft of that factory and year: both, or nothing.

    A file that is refused is kept alone, and answered with its problems. Sent again with the same key within seven
    days, the same request is answered as it was.
    """
    name, data = _read(file)

    def answer(sheet: OwnAnswerSheet) -> tuple[int, str]:
        return 201, _submission(store, sheet, locked=False, lang=lang).model_dump_json()

    def act(request: str) -> tuple[KeptAnswer, bool]:
        return submit_file(store, viewer, name, data, key, request, answer)

    answered, repeated = served.once.answer(store, viewer, key, f"{name}\n{lang}\n".encode() + data, act)
    headers = {"Cache-Control": "no-store"} | ({"Idempotency-Replayed": "true"} if repeated else {})
    return Response(answered.body, answered.status, headers, "application/json")


@ROUTES.get("/submissions", responses=problem_responses(400, 401, 404, 429, 503), dependencies=[only()])
def list_submissions(store: InUse, viewer: Caller, lang: InLang) -> list[Submission]:
    """The account's answer sheets, locked or not, the latest year first."""
    locked = {_named(own_result) for own_result in own_results(store, viewer) if own_result.locked_at}
    sheets = own_sheets(store, viewer)
    return [_submission(store, sheet, (sheet.credit_code, sheet.year) in locked, lang) for sheet in sheets]


@ROUTES.get(
    "/submissions/{credit_code}/{year}", responses=problem_responses(400, 401, 404, 429, 503), dependencies=[only()]
)
def show_submission(store: InUse, viewer: Caller, credit_code: CreditCode, year: Year, lang: InLang) -> Submission:
    """One application: its state, and the problems that its answer sheet still has."""
    sheet = own_sheet(store, viewer, credit_code, year)
    found = _own_result(store, viewer, credit_code, year)
    return _submission(store, sheet, found is not None and found.locked_at is not None, lang)


@ROUTES.post(
    "/reports/{credit_code}/{year}",
    status_code=204,
    response_class=Response,
    responses=problem_responses(400, 401, 403, 404, 422, 429, 503),
    dependencies=[only()],
)
def report_submission(store: InUse, viewer: Caller, credit_code: CreditCode, year: Year) -> Response:
    """Report the draft as it stands for the year's baseline, to which the enterprise was invited. It stays a draft;
    reported again, the later report holds.
    """
    report_for_baseline(store, viewer, credit_code, year)
    return Response(status_code=204)


@ROUTES.get(
    "/results/{credit_code}/{year}", responses=problem_responses(400, 401, 404, 429, 503), dependencies=[only()]
)
def show_result(store: InUse, viewer: Caller, credit_code: CreditCode, year: Year, lang: InLang) -> Result:
    """The result of a locked application, or the estimate of a draft without errors."""
    found = _own_result(store, viewer, credit_code, year)
    if found is None:
        raise NotFound("application", f"{credit_code} {year}")
    with under_notice_of(store, year):
        return Result(locked_at=found.locked_at, result=enterprise_json(found.answer, lang))


def _read(file: UploadFile) -> tuple[str, bytes]:
    return (file.filename or "")[:LONGEST_NAME], file.file.read()


def _named(found: OwnResult) -> tuple[str, int]:
    return found.answer.application.credit_code, found.answer.application.year


def _own_result(store: Store, viewer: Viewer, credit_code: str, year: int) -> OwnResult | None:
    return next(
        (own_result for own_result in own_results(store, viewer) if _named(own_result) == (credit_code, year)), None
    )


def _submission(store: Store, sheet: OwnAnswerSheet, locked: bool, lang: Lang) -> Submission:
    with under_notice_of(store, sheet.year):
        reading = sheet.reading
        problems = [problem_json(problem, lang) for problem in reading.problems]
    unlocked = "has_errors" if reading.blocked or not reading.applications else "draft"
    return Submission(
        credit_code=sheet.credit_code,
        year=sheet.year,
        state="locked" if locked else unlocked,
        version=sheet.version,
        changed_at=sheet.changed_at,
        problems=problems,
    )


# HEAD: what GET would answer, without the body (RFC 9110, 9.3.2).


class HeadOfAnswer:
    """ASGI middleware: a route that takes GET takes HEAD. The framework adds it to plain routes alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET"}, receive, send_head)


VERSION = "1"
INVALID = "HTTPValidationError"
"""The framework's name for its own form of an error."""
DESCRIPTION = (
    "Check an application, compare it with the published table, submit it as a draft and read its result. "
    "The JSON is the command line's (`kpi check --json`, `kpi benchmark --view enterprise --json`). "
    "A draft is locked by a person on the page, never by this interface."
)


def api_application(store: Callable[[], Store], limits: Limits = DEFAULT_LIMITS) -> FastAPI:
    """An ASGI app to be mounted. Its description, ``/openapi.json``, needs no token, nor does what policy opens;
    everything else does.
    """
    # The framework's own address of the description would ignore what it is asked.
    app = FastAPI(title="Duibiao 对标", version=VERSION, description=DESCRIPTION, openapi_url=None, debug=False)
    app.state.served = served = ServedStore(store)
    app.include_router(ROUTES)
    app.include_router(PUBLISHED_ROUTES)
    answer_in_problems(app, [*ROUTES.routes, *PUBLISHED_ROUTES.routes])
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
            for operation in (item for path in schema["paths"].values() for item in path.values()):
                if INVALID in str(operation["responses"].get("422")):
                    del operation["responses"]["422"]
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign] # the framework's documented way
