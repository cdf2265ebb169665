"""``/calendar/<secret>.ics``: an account's calendar, for programs that have no session and look every few hours."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kpi.api.open_answer import open_answer
from kpi.errors import UserError
from kpi.model.language import Lang
from kpi.reports.calendar import subscribed_ics
from kpi.services.own_calendar import calendar_at
from pages.server.open_routes import count_asked, too_many
from pages.server.shell.error_page import refusal_page
from pages.session.app_store import app_store
from pages.session.context import CALENDAR
from pages.session.server_limits import server_channels

LONGEST_NAME = 100


async def _calendar(request: Request) -> Response:
    return await run_in_threadpool(_answered, request, request.path_params["asked"])


def _answered(request: Request, asked: str) -> Response:
    """The same for all that answer nothing: unknown, replaced, revoked, or of an account that is let in no more."""
    try:
        count_asked(request)  # before it is looked for: who guesses is no load
    except UserError as error:
        return too_many(request, error)
    good = asked.endswith(".ics") and len(asked) <= LONGEST_NAME
    found = calendar_at(app_store(), asked.removesuffix(".ics")) if good else None
    if found is None:
        return refusal_page("path", 404, request)
    lang = next((item for item in get_args(Lang) if item == request.query_params.get("lang")), found.lang)
    link = server_channels().links_to or str(request.base_url).rstrip("/")
    body = subscribed_ics(replace(found, lang=lang), link)
    return open_answer(request, body, "text/calendar", {"Cache-Control": "private, no-cache"})


CALENDAR_ROUTE = Route(f"{CALENDAR}/{{asked:path}}", _calendar, methods=["GET"])
