"""What is published, for whoever has no account, where policy opens it: a page to read, and a picture of each KPI.

Both are the same for everybody: made once of a table, and kept. Closed, they are answered as addresses that are not
there. What draws them is loaded once somebody asks.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kpi.api.open_answer import open_answer
from kpi.catalogue.catalogue import catalogue, notice_in_hand
from kpi.charts.theme import Theme
from kpi.errors import NotFound, UserError
from kpi.store.cache import cached, snapshot
from pages.server.shell.error_page import refusal_page, requested_language
from pages.session.app_store import app_store
from pages.session.context import PUBLISHED

if TYPE_CHECKING:
    from kpi.api.rates import RequestRates

Item = TypeVar("Item")
Form = Literal["text/html", "image/svg+xml"]


async def _page(request: Request) -> Response:
    asked = request.query_params
    names = asked.get("year", ""), asked.get("industry", ""), asked.get("kpi", "")
    return await run_in_threadpool(_answered, request, *names, "text/html")


async def _picture(request: Request) -> Response:
    asked = request.path_params
    names = asked["year"], asked["industry"], asked["kpi"]
    return await run_in_threadpool(_answered, request, *names, "image/svg+xml")


def _answered(request: Request, year: str, industry: str, kpi: str, form: Form) -> Response:
    try:
        return open_answer(request, _made(request, year, industry, kpi, form), form)
    except NotFound:
        return refusal_page("path", 404, request)
    except UserError as error:
        if error.code != "api_too_many":
            return refusal_page("path", 404, request)  # no year has a table yet
        return too_many(request, error)


def too_many(request: Request, error: UserError) -> Response:
    """The refusal of ``count_asked``."""
    answer = refusal_page("open", 429, request)
    answer.headers["Retry-After"] = str(error.params["seconds"])
    return answer


def count_asked(request: Request) -> None:
    """Note that somebody without a session asks.

    Raises:
        UserError: too often in this minute.
    """
    _rates().count_stranger(request.client.host if request.client else "")


def _made(request: Request, year: str, industry: str, kpi: str, form: Form) -> bytes:
    """Of the names that are left out the first that there is.

    Raises:
        NotFound: it is not open, or there is nothing of that name.
        UserError: too many were asked for.
    """
    from kpi.services.published import open_tables, open_years

    store = app_store()
    years = open_years(store)
    # Counted before it loads what draws: a crowd holds no threads.
    count_asked(request)
    from pages.server.shell.open_page import OpenChoice, first_shown, open_page, open_picture

    shown = _named(years, lambda item: str(item.year), year, "year")
    with notice_in_hand(shown.notice):
        of_industry = _named(catalogue().industries, lambda item: item.code, industry, "industry")
        tables = open_tables(store, of_industry.name.zh)
        table = next((item for item in tables if item.baseline.year == shown.year), None)
        if table is None:
            raise NotFound("year", year[:40])
        code = _named(table.cells, lambda item: item.kpi, kpi, "kpi").kpi if kpi else first_shown(table)
        theme = _named(get_args(Theme), str, request.query_params.get("theme", ""), "theme")
        choice = OpenChoice(
            shown.year,
            of_industry.code,
            code,
            requested_language(request),
            theme,
            narrow=request.query_params.get("size") == "narrow",
            base=str(request.base_url).rstrip("/"),
        )
        with snapshot(store.cache):
            drawn = open_page if form == "text/html" else open_picture
            asked = pickle.dumps((tables, [(item.year, item.notice.sha256, item.alpha) for item in years]))
            return cached(("open", form, choice, asked), lambda: drawn(years, tables, choice).encode(), len)


def _named(items: Sequence[Item], name_of: Callable[[Item], str], name: str, what: str) -> Item:
    found = next((item for item in items if name in ("", name_of(item))), None)
    if found is None:
        raise NotFound(what, name[:40])
    return found


@cache
def _rates() -> RequestRates:
    """Of the pages and pictures of this process; its library is loaded once somebody asks."""
    from kpi.api.rates import RequestRates

    return RequestRates()


OPEN_ROUTES = [
    Route(PUBLISHED, _page, methods=["GET"]),
    Route(f"{PUBLISHED}/{{year}}/{{industry}}/{{kpi}}.svg", _picture, methods=["GET"]),
]
