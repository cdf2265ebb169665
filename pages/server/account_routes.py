"""The routes that set a cookie: signing in, signing out, and on a demonstration store another role by one click."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote, unquote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kpi import logs
from kpi.access.passwords import LONGEST
from kpi.errors import NotFound, StoreUnavailable
from kpi.reports.messages import EVENT
from kpi.services.operation.authentication import (
    SIGN_IN_LASTS,
    TICKET_LASTS,
    CodeNeeded,
    SignedIn,
    SignInRefused,
    sign_in,
    sign_in_by_code,
    sign_out,
)
from kpi.services.operation.demonstration import take_role
from pages.server.device_label import device_label
from pages.server.shell.error_page import refusal_page
from pages.session.app_store import app_store
from pages.session.context import COOKIE, PAGES
from pages.session.sign_in_forms import (
    CODE,
    ENTER_CODE,
    SIGN_IN,
    SIGN_OUT,
    TAKE_ROLE,
    TICKET,
    TYPED,
    form_token_holds,
    form_token_is_ours,
    page_gone_on_to,
)

DEVICE = "duibiao_device"
DEVICE_KNOWN = timedelta(days=365)
LONGEST_NAME = 100
LONGEST_CODE = 40
TYPED_KEPT = timedelta(minutes=2)


async def _sign_in(request: Request) -> Response:
    form = await request.form()
    try:
        return await _signed_in(request, form)
    except StoreUnavailable as error:
        # The password was not looked at, or nobody is signed in by it: a full disk is not a wrong password.
        response = _back(str(form.get("reader_lang", "")), str(form.get("reader_page", "")), failed=_unavailable(error))
        return keep_typed(request, response, str(form.get("account", "")))


def _unavailable(error: StoreUnavailable) -> str:
    """The sign-in form's word for it; the log gets its kind."""
    logs.event("store_unavailable", kind=error.code)
    return "full" if error.code == "store_full" else "store"


async def _signed_in(request: Request, form: FormData) -> Response:
    name, password, lang = (str(form.get(field, "")) for field in ("account", "secret_word", "reader_lang"))
    page, address = str(form.get("reader_page", "")), request.client.host if request.client else ""
    if not form_token_holds(str(form.get("form_token", ""))):
        logs.event("form_refused", path=SIGN_IN, address=address)
        return keep_typed(request, _back(lang, page, failed="form"), name)
    outcome = await run_in_threadpool(
        sign_in,
        app_store(),
        name[:LONGEST_NAME],
        password[: LONGEST + 1],
        address=address,
        device=device_label(request.headers.get("user-agent", "")),
        mark=request.cookies.get(DEVICE, ""),
    )
    if isinstance(outcome, SignInRefused):
        logs.event("sign_in_failed", typed_name=logs.typed(name, app_store().folder.secret()), address=address)
        return keep_typed(request, _back(lang, page, failed="held" if outcome.until else "wrong"), name)
    if isinstance(outcome, CodeNeeded):
        response = keep_typed(request, _back(lang, page, asked=CODE), name)
        _give(request, response, TICKET, outcome.ticket, TICKET_LASTS)
        return response
    return await _let_in(request, _back(lang, page), outcome)


async def _enter_code(request: Request) -> Response:
    """The second step of signing in, with the ticket of the first."""
    form = await request.form()
    code, lang, page = (str(form.get(field, "")) for field in ("one_time_code", "reader_lang", "reader_page"))
    address, name = request.client.host if request.client else "", unquote(request.cookies.get(TYPED, ""))
    if not form_token_holds(str(form.get("form_token", ""))):
        logs.event("form_refused", path=ENTER_CODE, address=address)
        return keep_typed(request, _back(lang, page, failed="form"), name)
    try:
        outcome = await run_in_threadpool(
            sign_in_by_code,
            app_store(),
            request.cookies.get(TICKET, ""),
            code[:LONGEST_CODE],
            address=address,
            device=device_label(request.headers.get("user-agent", "")),
        )
    except StoreUnavailable as error:
        return keep_typed(request, _back(lang, page, failed=_unavailable(error), asked=CODE), name)
    if isinstance(outcome, SignedIn):
        response = await _let_in(request, _back(lang, page), outcome)
        response.delete_cookie(TICKET)
        return response
    logs.event("sign_in_failed", typed_name=logs.typed(name, app_store().folder.secret()), address=address)
    if outcome.expired:
        response = keep_typed(request, _back(lang, page, failed="code_expired"), name)
        response.delete_cookie(TICKET)
        return response
    return keep_typed(request, _back(lang, page, failed="held" if outcome.until else "wrong", asked=CODE), name)


async def _let_in(request: Request, response: Response, signed_in: SignedIn) -> Response:
    logs.event("sign_in", account=signed_in.account, address=request.client.host if request.client else "")
    if token := request.cookies.get(COOKIE):
        # This browser's cookie is replaced: whoever has a copy of the one before it goes no further.
        await run_in_threadpool(sign_out, app_store(), token)
    _give(request, response, COOKIE, signed_in.token, SIGN_IN_LASTS)
    _give(request, response, DEVICE, signed_in.mark, DEVICE_KNOWN)
    response.delete_cookie(TYPED)
    return response


async def _take_role(request: Request) -> Response:
    """Into a role of the demonstration, out of the one before. Any other store has no such address."""
    form = await request.form()
    lang, role = str(form.get("reader_lang", "")), str(form.get("demonstration_role", ""))
    address = request.client.host if request.client else ""
    if not form_token_is_ours(str(form.get("form_token", ""))):
        logs.event("form_refused", path=TAKE_ROLE, address=address)
        return _back(lang, failed="form")
    try:
        outcome = await run_in_threadpool(
            take_role,
            app_store(),
            role,
            address=address,
            device=device_label(request.headers.get("user-agent", "")),
        )
        if isinstance(outcome, SignedIn) and (token := request.cookies.get(COOKIE)):
            await run_in_threadpool(sign_out, app_store(), token)
    except NotFound:
        return refusal_page("path", 404, request)
    except StoreUnavailable as error:
        return _back(lang, failed=_unavailable(error))
    if isinstance(outcome, SignInRefused):
        return _back(lang, failed="held" if outcome.until else "wrong")
    logs.event("sign_in", account=role, address=address)
    response = _back(lang)
    _give(request, response, COOKIE, outcome.token, SIGN_IN_LASTS)
    return response


def keep_typed(request: Request, response: Response, name: str) -> Response:
    """The name that was typed, for the form that is shown once more; the password is typed again."""
    _give(request, response, TYPED, quote(name[:LONGEST_NAME]), TYPED_KEPT)
    return response


def _give(request: Request, response: Response, name: str, value: str, lasts: timedelta) -> None:
    """A cookie that no script reads, no other site's form carries, and - behind TLS - nobody overhears."""
    response.set_cookie(
        name,
        value,
        max_age=int(lasts.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


async def _sign_out(request: Request) -> Response:
    """The holder of the cookie may end it: that a page of ours asks is what ``RequestGuard`` has checked, and a page
    may have been open for longer than any form's token holds.
    """
    form = await request.form()
    response = _back(str(form.get("reader_lang", "")))
    if token := request.cookies.get(COOKIE):
        try:
            await run_in_threadpool(sign_out, app_store(), token)
        except StoreUnavailable as error:
            # This browser is signed out by losing its cookie; that a copy of it was not ended must not pass for done.
            response = _back(str(form.get("reader_lang", "")), failed=f"{_unavailable(error)}_out")
        logs.event("sign_out", address=request.client.host if request.client else "")
    response.delete_cookie(COOKIE)
    return response


def _back(lang: str, page: str = "", failed: str = "", asked: str = "") -> RedirectResponse:
    """To the page that was asked for, if it is one of ours; nothing else of the form gets into the address."""
    address, event = page_gone_on_to(page, ADDRESSES)
    query = [f"lang={lang}"] if lang in ("zh", "en") else []
    query += [f"{name}={value}" for name, value in ((EVENT, event), ("step", asked), ("failed", failed)) if value]
    return RedirectResponse(f"/{address}" + ("?" + "&".join(query) if query else ""), status_code=303)


ADDRESSES = frozenset(page.address for page in PAGES)
ACCOUNT_ROUTES = [
    Route(SIGN_IN, _sign_in, methods=["POST"]),
    Route(ENTER_CODE, _enter_code, methods=["POST"]),
    Route(TAKE_ROLE, _take_role, methods=["POST"]),
    Route(SIGN_OUT, _sign_out, methods=["POST"]),
]
