"""The ASGI side of the app: what happens once at the start and the end, and the two routes that set a cookie."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kpi.cli import relay
from kpi.cli.main import run
from kpi.services.accounts import SIGN_IN_LASTS, sign_in, sign_out
from pages.parts.forms import SIGN_IN, SIGN_OUT, form_token_holds
from pages.parts.office import store
from pages.parts.page import COOKIE
from pages.parts.registry import PAGES
from pages.parts.warming import register_nothing_by_folder, warm


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    """Open the store and load what every page needs before the first visitor comes; let go of it all at the end."""
    opened = await run_in_threadpool(store)
    stop = relay.listen(opened, run)
    register_nothing_by_folder()
    await run_in_threadpool(warm)
    # Streamlit collects garbage after each run; what is loaded now will never be garbage (100 ms a run saved).
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        stop()
        opened.close()


async def _sign_in(request: Request) -> Response:
    form = await request.form()
    name, password, lang = (str(form.get(field, "")) for field in ("account", "secret_word", "reader_lang"))
    page = str(form.get("reader_page", ""))
    if not _own_form(request, str(form.get("form_token", ""))):
        return _back(lang, page, failed=True)
    token = await run_in_threadpool(sign_in, store(), name[:100], password[:200])
    if token is None:
        return _back(lang, page, failed=True)
    response = _back(lang, page)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SIGN_IN_LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


async def _sign_out(request: Request) -> Response:
    form = await request.form()
    response = _back(str(form.get("reader_lang", "")))
    token = request.cookies.get(COOKIE)
    if token and _own_form(request, str(form.get("form_token", ""))):
        await run_in_threadpool(sign_out, store(), token)
        response.delete_cookie(COOKIE)
    return response


def _own_form(request: Request, token: str) -> bool:
    """The form is ours, and the browser says that it was sent from a page of ours."""
    origin = request.headers.get("origin")
    same = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    return same and form_token_holds(token)


def _back(lang: str, page: str = "", failed: bool = False) -> RedirectResponse:
    """To the page that was asked for, if it is one of ours; nothing else of the form gets into the address."""
    address = page if page in ADDRESSES else ""
    asked = [f"lang={lang}"] if lang in ("zh", "en") else []
    asked += ["failed=1"] if failed else []
    return RedirectResponse(f"/{address}" + ("?" + "&".join(asked) if asked else ""), status_code=303)


ADDRESSES = frozenset(page.address for page in PAGES)
ROUTES = [Route(SIGN_IN, _sign_in, methods=["POST"]), Route(SIGN_OUT, _sign_out, methods=["POST"])]
