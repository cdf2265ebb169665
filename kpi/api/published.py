"""What is published of an industry: its figures as JSON and CSV, and what each column means.

It needs a token unless policy opens it. Then an address without one is answered the same bytes as everybody, made once.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from kpi.api.open_answer import open_answer
from kpi.api.parameters import InLang, InUse, Reader, Year
from kpi.api.problems import only, problem_responses
from kpi.model.language import Lang
from kpi.model.publication import PublishedTable
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.reports.as_json import published_json
from kpi.reports.content import Taken
from kpi.reports.files import published_csv
from kpi.reports.table_description import published_description
from kpi.services.notices import under_notice_of
from kpi.services.published import open_industry, published_industry
from kpi.store.cache import cached, snapshot
from kpi.store.store import Store

PUBLISHED_ROUTES = APIRouter()
CSV = "text/csv; charset=utf-8"
CSVM = "application/csvm+json"
REFUSALS = problem_responses(400, 401, 404, 422, 429, 503)
NOT_SENT_AGAIN: dict[int | str, dict[str, Any]] = {304: {"description": "As the caller's `If-None-Match` says"}}
OPEN_TO_STRANGERS: dict[str, Any] = {"security": [{}]}
"""In the description, beside the token, which is needed only where policy keeps the figures closed."""

Industry = Annotated[str, Query(max_length=40)]


class CsvAnswer(Response):
    media_type = "text/csv"


class CsvDescription(JSONResponse):
    media_type = CSVM


@PUBLISHED_ROUTES.get(
    "/published/{year}",
    response_model=dict[str, Any],
    responses=REFUSALS | NOT_SENT_AGAIN,
    dependencies=[only("industry")],
    openapi_extra=OPEN_TO_STRANGERS,
)
def show_published(
    request: Request, store: InUse, viewer: Reader, year: Year, industry: Industry, lang: InLang
) -> Response:
    """What is published of an industry for everybody: its lines, the number of enterprises as a band, and what is
    withheld and why.
    """

    def written(table: PublishedTable) -> bytes:
        return bytes(JSONResponse(published_json(table, lang)).body)

    return _answered(request, store, viewer, year, industry, "application/json", (lang,), written)


@PUBLISHED_ROUTES.get(
    "/published/{year}/table.csv",
    response_class=CsvAnswer,
    responses=REFUSALS | NOT_SENT_AGAIN,
    dependencies=[only("industry", "bom")],
    openapi_extra=OPEN_TO_STRANGERS,
)
def take_published(
    request: Request,
    store: InUse,
    viewer: Reader,
    year: Year,
    industry: Industry,
    lang: InLang,
    *,
    bom: Annotated[bool, Query(description="Begin with a byte order mark, by which Excel knows UTF-8")] = True,
) -> Response:
    """The same as a table in CSV, with definitions, baseline and time below the data. Without a token it says no time:
    it is the same for everybody.
    """
    address = _address(request, year, "table.csv", industry=industry, lang=lang)

    def written(table: PublishedTable) -> bytes:
        taken = Taken(now(), str(request.url)) if viewer else Taken(None, address)
        return published_csv(table, lang, taken, bom=bom)

    described = _address(request, year, "table.csv-metadata.json", industry=industry)
    link = {"Link": f'<{described}>; rel="describedby"; type="{CSVM}"'}
    return _answered(request, store, viewer, year, industry, CSV, (lang, address, bom), written, link)


@PUBLISHED_ROUTES.get(
    "/published/{year}/table.csv-metadata.json",
    response_class=CsvDescription,
    response_model=dict[str, Any],
    responses=REFUSALS | NOT_SENT_AGAIN,
    dependencies=[only("industry")],
    openapi_extra=OPEN_TO_STRANGERS,
)
def describe_published(request: Request, store: InUse, viewer: Reader, year: Year, industry: Industry) -> Response:
    """What the columns of the CSV mean, and each KPI with its unit and definition, in both languages (W3C CSV on the
    Web).
    """
    addresses: dict[Lang, str] = {
        lang: _address(request, year, "table.csv", industry=industry, lang=lang) for lang in ("zh", "en")
    }

    def written(table: PublishedTable) -> bytes:
        return json.dumps(published_description(table, addresses), ensure_ascii=False, indent=1).encode()

    return _answered(request, store, viewer, year, industry, CSVM, (addresses["zh"],), written)


def _answered(
    request: Request,
    store: Store,
    viewer: Viewer | None,
    year: int,
    industry: str,
    media_type: str,
    asked: tuple[object, ...],
    written: Callable[[PublishedTable], bytes],
    headers: dict[str, str] | None = None,
) -> Response:
    """Written for whoever has a token; for strangers made once of a table, and kept under all it follows from."""
    with under_notice_of(store, year):
        if viewer:
            body = written(published_industry(store, viewer, industry, year))
            return Response(body, headers=headers, media_type=media_type)
        table = open_industry(store, industry, year)
        with snapshot(store.cache):
            key = ("open", written.__qualname__, year, *asked, pickle.dumps(table))
            return open_answer(request, cached(key, lambda: written(table), len), media_type, headers)


def _address(request: Request, year: int, name: str, **asked: str) -> str:
    """One for each answer, whatever else stands in the caller's."""
    path = request.url.path[: request.url.path.rindex("/published/")]
    return str(request.url.replace(path=f"{path}/published/{year}/{name}", query="").include_query_params(**asked))
