"""The routes of whoever has no account yet: whatever is wrong is shown on the form, with all that was typed."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kpi import logs
from kpi.access.passwords import LONGEST
from kpi.errors import UserError
from kpi.model.language import Lang
from kpi.services.account_links import usable_link, use_account_link
from pages.server.account_routes import keep_typed
from pages.server.shell.error_page import requested_language
from pages.server.shell.newcomer_pages import LONGEST_FIELD, Sent, join_page
from pages.session.app_store import app_store
from pages.session.context import COOKIE, JOIN
from pages.session.sign_in_forms import JOINED, USE_LINK, form_token_holds


async def _join(request: Request) -> Response:
    token = request.query_params.get("token", "")[:LONGEST_FIELD]
    link = await run_in_threadpool(usable_link, app_store(), token)
    return join_page(requested_language(request), token, link)


async def _use_link(request: Request) -> Response:
    """To the sign-in, with the account's name; whoever was signed in on this browser is so no longer."""
    form = await request.form()
    lang, token = _language(form), _typed(form, "token")
    name, display = _typed(form, "account"), _typed(form, "display")
    try:
        _refuse_old(request, form)
        await run_in_threadpool(
            use_account_link,
            app_store(),
            token,
            name,
            display,
            str(form.get("secret_word", ""))[: LONGEST + 1],
            str(form.get("repeated", ""))[: LONGEST + 1],
            address=_address(request),
        )
    except UserError as error:
        link = await run_in_threadpool(usable_link, app_store(), token)
        return join_page(lang, token, link, Sent({"account": name, "display": display}, error))
    response = RedirectResponse(f"/?lang={lang}&done={JOINED}", status_code=303)
    response.delete_cookie(COOKIE)
    return keep_typed(request, response, name)


def _refuse_old(request: Request, form: FormData) -> None:
    """Raises ``UserError`` for a form that is not this installation's, or older than an hour."""
    if not form_token_holds(_typed(form, "form_token")):
        logs.event("form_refused", path=request.url.path, address=_address(request))
        raise UserError("form_expired")


def _typed(form: FormData, name: str) -> str:
    return str(form.get(name, ""))[:LONGEST_FIELD]


def _language(form: FormData) -> Lang:
    return "en" if form.get("reader_lang") == "en" else "zh"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


NEWCOMER_ROUTES = [
    Route(JOIN, _join, methods=["GET"]),
    Route(USE_LINK, _use_link, methods=["POST"]),
]
