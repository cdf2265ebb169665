"""The ASGI side of the app: what happens once at the start and the end, and the two routes that set a cookie."""

from __future__ import annotations

import asyncio
import gc
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from urllib.parse import quote

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from kpi import logs
from kpi.access.passwords import LONGEST
from kpi.api.application import api_application
from kpi.cli import relay
from kpi.cli.main import run
from kpi.cli.session import STORE_UNUSABLE
from kpi.errors import StoreUnavailable, UserError
from kpi.services.operation.authentication import SIGN_IN_LASTS, SignInRefused, sign_in, sign_out
from kpi.services.operation.demonstration import refuse_public
from kpi.services.operation.store_verification import refuse_unsound
from kpi.services.reviewer.readings import write_readings
from kpi.store.store import Store
from kpi.store.store_folder import chosen_folder
from kpi.store.store_trouble import refused_access
from pages.server.backup_watch import look_when_asked, watch_for_ever
from pages.server.device_label import device_label
from pages.server.error_handler import silence_streamlit_errors
from pages.server.health import HEALTH_ROUTES
from pages.server.last_words import end_in_words
from pages.server.limits import limits, raise_descriptor_limit
from pages.server.media_urls import use_keyed_urls
from pages.server.page_shell import SHELL_ROUTES
from pages.server.request_guard import RequestGuard
from pages.server.request_log import RequestLog
from pages.server.run_slots import finish_runs
from pages.server.runtime import SHELF, UPLOADS
from pages.server.security_headers import SecurityHeaders
from pages.server.sessions import sweep_for_ever
from pages.server.slow_connections import SlowConnections
from pages.server.sockets import Sockets
from pages.server.warmup import warm_up
from pages.session.addresses import API
from pages.session.app_store import app_store
from pages.session.page_context import COOKIE
from pages.session.page_registry import PAGES
from pages.session.sign_in_forms import SIGN_IN, SIGN_OUT, TYPED, form_token_holds
from pages.session.streamlit_internals import register_nothing_by_folder

DEVICE = "duibiao_device"
DEVICE_KNOWN = timedelta(days=365)
LONGEST_NAME = 100
READINGS_EVERY_SECONDS = 2.0
BEGUN_AGAIN_SECONDS = 5.0
TYPED_KEPT = timedelta(minutes=2)
FINISH_SECONDS = 10.0
"""At the end: less than a service manager's patience (``TimeoutStopSec`` in deploy/duibiao.service)."""


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    """Open the store and load what every page needs before the first visitor comes; let go of it all at the end."""
    opened = await run_in_threadpool(_opened_or_ended)
    silence_streamlit_errors()
    use_keyed_urls()
    logs.event("start")
    stop = await run_in_threadpool(_listen_or_tell, opened)
    register_nothing_by_folder()
    await run_in_threadpool(warm_up)
    # Streamlit collects garbage after each run; what is loaded now will never be garbage (100 ms a run saved).
    gc.collect()
    gc.freeze()
    raise_descriptor_limit()
    # Beside the store, which is private and on a disk: a folder for all may lie in memory.
    tempfile.tempdir = str(opened.folder.incoming())
    connections = SlowConnections(limits())
    connections.install()
    look_when_asked()
    chores = [
        asyncio.create_task(kept_up(chore))
        for chore in (
            connections.watch,
            partial(sweep_for_ever, SHELF),
            partial(watch_for_ever, opened),
            partial(_readings, opened),
        )
    ]
    try:
        yield
    finally:
        for chore in chores:
            chore.cancel()
        stop()
        await run_in_threadpool(_finish, opened)
        logs.event("stop")


def _finish(opened: Store) -> None:
    """What was begun is brought to its end, then the store is closed: nobody is there any more to begin another act."""
    if not finish_runs(FINISH_SECONDS):
        logs.event("unfinished")
    _write_readings(opened)
    with opened.write_lock():  # a command's change, say
        opened.close()


async def kept_up(chore: Callable[[], Awaitable[None]]) -> None:
    """A chore that breaks is logged and begun again: nobody would notice that it is no longer done."""
    while True:
        try:
            await chore()
        except Exception as bug:
            logs.error(bug)
            await asyncio.sleep(BEGUN_AGAIN_SECONDS)
        else:
            return


async def _readings(opened: Store) -> None:
    """Write down every few seconds who has looked at which candidate."""
    while True:
        await asyncio.sleep(READINGS_EVERY_SECONDS)
        await run_in_threadpool(_write_readings, opened)


def _write_readings(opened: Store) -> None:
    try:
        while write_readings(opened):
            pass
    except Exception as error:  # a full disk, say: they wait for the next time, and the store is closed at the end
        logs.error(error)


def _opened_or_ended() -> Store:
    """The store, where it may be served. Streamlit may be started past `kpi serve`, which would have refused it.

    The process ends here otherwise: its server would print a traceback in place of what to do.
    """
    try:
        opened = app_store()
        refuse_unsound(opened)
        refuse_public(opened, st.get_option("server.address"))
        logs.keep(opened.folder.root)
    except UserError as error:
        end_in_words(error, STORE_UNUSABLE)
    except OSError as error:
        end_in_words(refused_access(error, chosen_folder(None).name), STORE_UNUSABLE)
    return opened


def _listen_or_tell(opened: Store) -> Callable[[], None]:
    try:
        return relay.listen(opened, run)
    except OSError as error:
        end_in_words(refused_access(error, opened.folder.root.name), STORE_UNUSABLE)


async def _sign_in(request: Request) -> Response:
    form = await request.form()
    try:
        return await _signed_in(request, form)
    except StoreUnavailable as error:
        # The password was not looked at, or nobody is signed in by it: a full disk is not a wrong password.
        response = _back(str(form.get("reader_lang", "")), str(form.get("reader_page", "")), failed=_unavailable(error))
        return _keep_typed(request, response, str(form.get("account", "")))


def _unavailable(error: StoreUnavailable) -> str:
    """The sign-in form's word for it; the log gets its kind."""
    logs.event("store_unavailable", kind=error.code)
    return "full" if error.code == "store_full" else "store"


async def _signed_in(request: Request, form: FormData) -> Response:
    name, password, lang = (str(form.get(field, "")) for field in ("account", "secret_word", "reader_lang"))
    page, address = str(form.get("reader_page", "")), request.client.host if request.client else ""
    if not form_token_holds(str(form.get("form_token", ""))):
        logs.event("form_refused", path=SIGN_IN, address=address)
        return _keep_typed(request, _back(lang, page, failed="form"), name)
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
        return _keep_typed(request, _back(lang, page, failed="held" if outcome.until else "wrong"), name)
    logs.event("sign_in", account=name, address=address)
    response = _back(lang, page)
    _give(request, response, COOKIE, outcome.token, SIGN_IN_LASTS)
    _give(request, response, DEVICE, outcome.mark, DEVICE_KNOWN)
    response.delete_cookie(TYPED)
    return response


def _keep_typed(request: Request, response: Response, name: str) -> Response:
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


def _back(lang: str, page: str = "", failed: str = "") -> RedirectResponse:
    """To the page that was asked for, if it is one of ours; nothing else of the form gets into the address."""
    address = page if page in ADDRESSES else ""
    query = [f"lang={lang}"] if lang in ("zh", "en") else []
    query += [f"failed={failed}"] if failed else []
    return RedirectResponse(f"/{address}" + ("?" + "&".join(query) if query else ""), status_code=303)


ADDRESSES = frozenset(page.address for page in PAGES)
ROUTES = [
    Route(SIGN_IN, _sign_in, methods=["POST"]),
    Route(SIGN_OUT, _sign_out, methods=["POST"]),
    *HEALTH_ROUTES,
    *SHELL_ROUTES,
    Mount(API, api_application(app_store)),
]
MIDDLEWARE = [
    Middleware(SecurityHeaders),
    Middleware(RequestGuard, sockets=Sockets(limits()), uploads=UPLOADS),
    Middleware(RequestLog),
]
