"""The routes of whoever has no account yet: whatever is wrong is shown on the form, with all that was typed."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kpi import logs
from kpi.access.passwords import LONGEST
from kpi.errors import UserError
from kpi.model.language import Lang
from kpi.services.account_links import usable_link, use_account_link
from kpi.services.account_requests import NewAccountRequest, ask_for_account, own_request, supply_answer
from pages.server.account_routes import keep_typed
from pages.server.shell.error_page import requested_language
from pages.server.shell.newcomer_pages import LONGEST_FIELD, Sent, ask_page, join_page, request_page
from pages.session.app_store import app_store
from pages.session.context import ASK, COOKIE, JOIN
from pages.session.sign_in_forms import ASK_FORM, JOINED, SUPPLY_FORM, USE_LINK, form_token_holds

ASKED = ("credit_code", "enterprise", "industry", "district", "contact")


async def _join(request: Request) -> Response:
    token = request.query_params.get("token", "")[:LONGEST_FIELD]
    return await run_in_threadpool(_what_became, requested_language(request), token)


def _what_became(lang: Lang, token: str, sent: Sent | None = None) -> Response:
    """A link that is good makes an account; else the request with that token says how it stands, until it is granted:
    then its link was used, or is over.
    """
    link, request = usable_link(app_store(), token), own_request(app_store(), token)
    if link is None and request and request.state != "granted":
        return request_page(lang, token, request, sent)
    return join_page(lang, token, link, sent)


async def _use_link(request: Request) -> Response:
    """To the sign-in, with the account's name; whoever was signed in on this browser is so no longer."""
    form = await _form(request)
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
        return await run_in_threadpool(_what_became, lang, token, Sent({"account": name, "display": display}, error))
    response = RedirectResponse(f"/?lang={lang}&done={JOINED}", status_code=303)
    response.delete_cookie(COOKIE)
    return keep_typed(request, response, name)


async def _ask(request: Request) -> Response:
    return ask_page(requested_language(request))


async def _take_request(request: Request) -> Response:
    """To the address at which the asker, who alone has it, reads what becomes of the request."""
    form = await _form(request)
    typed = {name: _typed(form, name) for name in ASKED}
    try:
        _refuse_old(request, form)
        new = NewAccountRequest(**typed, proof=await _file(form))
        token = await run_in_threadpool(ask_for_account, app_store(), new, address=_address(request))
    except UserError as error:
        return ask_page(_language(form), Sent(typed, error))
    return _to_request(form, token)


async def _supply(request: Request) -> Response:
    form = await _form(request)
    token, words = _typed(form, "token"), _typed(form, "words")
    try:
        _refuse_old(request, form)
        proof = await _file(form)
        await run_in_threadpool(supply_answer, app_store(), token, words, proof, address=_address(request))
    except UserError as error:
        return await run_in_threadpool(_what_became, _language(form), token, Sent({"words": words}, error))
    return _to_request(form, token)


def _to_request(form: FormData, token: str) -> Response:
    return RedirectResponse(f"{JOIN}?token={token}&lang={_language(form)}", status_code=303)


async def _form(request: Request) -> FormData:
    return await request.form(max_files=1, max_fields=20)


async def _file(form: FormData) -> bytes:
    sent = form.get("proof")
    return await sent.read() if isinstance(sent, UploadFile) else b""


def _refuse_old(request: Request, form: FormData) -> None:
    """Raises ``UserError`` for a form that is not this installation's, or older than an hour."""
    if not form_token_holds(_typed(form, "form_token")):
        logs.event("form_refused", path=request.url.path, address=_address(request))
        raise UserError("form_expired")


def _typed(form: FormData, name: str) -> str:
    typed = form.get(name, "")
    return typed[:LONGEST_FIELD] if isinstance(typed, str) else ""


def _language(form: FormData) -> Lang:
    return "en" if form.get("reader_lang") == "en" else "zh"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


NEWCOMER_ROUTES = [
    Route(JOIN, _join, methods=["GET"]),
    Route(ASK, _ask, methods=["GET"]),
    Route(USE_LINK, _use_link, methods=["POST"]),
    Route(ASK_FORM, _take_request, methods=["POST"]),
    Route(SUPPLY_FORM, _supply, methods=["POST"]),
]
