"""Streamlit's own HTML page, which a page's address answers with to whom it knows, and the scripts we add to it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from kpi import i18n
from kpi.i18n.texts import load_texts
from kpi.model.language import Lang
from pages.server.shell.plain_page import TAGS
from pages.server.shell.sign_in_page import is_stranger, sign_in_page
from pages.session.context import (
    CONNECTION_SCRIPT,
    GRID_SCRIPT,
    HISTORY_SCRIPT,
    PAGE_ADDRESSES,
    PAGES,
    PICTURES_SCRIPT,
    ROWS_SCRIPT,
    SERVER_SCRIPT,
    SPOKEN_SCRIPT,
    TARGETS_SCRIPT,
    WORDS_SCRIPT,
)
from pages.session.streamlit_internals import (
    identity_provider_configured,
    own_code,
    page_template,
)

START, TITLE, END_OF_HEAD = '<html lang="en">', "<title>Streamlit</title>", "</head>"
OWN_SCRIPT = '<script type="module"'
"""Streamlit's: scripts run in the order in which the page names them."""
WITH_PICTURES = frozenset(f"/{page.address}" for page in PAGES if page.pictures)
FRAMEWORK = "page.framework."
"""The phrases of Streamlit that are replaced: the English text is Streamlit's own, to the letter."""


async def _page(request: Request) -> Response:
    lang: Lang = "en" if request.query_params.get("lang") == "en" else "zh"
    stranger = await run_in_threadpool(is_stranger, request.cookies)
    return sign_in_page(request, lang) if stranger else HTMLResponse(_shell(lang, request.url.path in WITH_PICTURES))


async def _connection(_: Request) -> Response:
    return Response(_connection_script(), media_type="text/javascript")


async def _words(_: Request) -> Response:
    return Response(_words_script(), media_type="text/javascript")


async def _targets(_: Request) -> Response:
    return Response(_own_text("folded_targets.js"), media_type="text/javascript")


async def _spoken_parts(_: Request) -> Response:
    return Response(_own_text("spoken_parts.js"), media_type="text/javascript")


async def _rows(_: Request) -> Response:
    return Response(_rows_script(), media_type="text/javascript")


async def _pictures(_: Request) -> Response:
    return Response(_pictures_script(), media_type="text/javascript")


async def _server(_: Request) -> Response:
    return Response(_server_script(), media_type="text/javascript")


async def _history(_: Request) -> Response:
    return Response(_own_text("page_history.js"), media_type="text/javascript")


async def _grid(_: Request) -> Response:
    return Response(_grid_script(), media_type="text/javascript")


@cache
def _shell(lang: Lang, pictures: bool) -> str:
    """Files of their own and no inline script: the content security policy allows no other."""
    addresses = [CONNECTION_SCRIPT, WORDS_SCRIPT, TARGETS_SCRIPT, SPOKEN_SCRIPT, ROWS_SCRIPT, HISTORY_SCRIPT]
    addresses.append(GRID_SCRIPT)
    ahead = f'<link rel="modulepreload" crossorigin href=".{own_code("PlotlyChart")}">' if pictures else ""
    scripts = "".join(f'<script defer src=".{one}"></script>' for one in addresses + [PICTURES_SCRIPT] * pictures)
    page = page_template().replace(START, f'<html lang="{TAGS[lang]}">', 1)
    page = page.replace(TITLE, f"<title>{i18n.text('page.product', lang)}</title>", 1)
    page = page.replace(OWN_SCRIPT, f'<script defer src=".{SERVER_SCRIPT}"></script>{OWN_SCRIPT}', 1)
    return page.replace(END_OF_HEAD, f"{scripts}{ahead}{END_OF_HEAD}", 1)


@cache
def _connection_script() -> str:
    words = {lang: i18n.text("page.connection.lost", lang) for lang in get_args(Lang)}
    return _script("connection_watch.js", "words", words)


@cache
def _words_script() -> str:
    names = sorted(key.removeprefix(FRAMEWORK) for key in load_texts("en") if key.startswith(FRAMEWORK))
    places = {place: f"{{{place}}}" for place in ("what", "other", "number", "most", "date")}
    phrases = {lang: [i18n.text(f"page.framework.{name}", lang, **places) for name in names] for lang in get_args(Lang)}
    return _script("page_words.js", "phrases", phrases)


@cache
def _rows_script() -> str:
    return _script("picture_rows.js", "labels", {lang: i18n.text("page.strip.rows", lang) for lang in get_args(Lang)})


@cache
def _grid_script() -> str:
    return _script("grid_saving.js", "code", f".{own_code('data-grid-overlay-editor')}")


@cache
def _pictures_script() -> str:
    return _script("pictures_ahead.js", "code", f".{own_code('PlotlyChart')}")


@cache
def _server_script() -> str:
    """With a sign-in elsewhere Streamlit asks first: the answer has the cookie that its connection proves itself by."""
    return _script("server_place.js", "at_once", not identity_provider_configured())


def _own_text(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def _script(name: str, place: str, value: object) -> str:
    script = _own_text(name)
    return script.replace(f'"{{{{{place}}}}}"', json.dumps(value, ensure_ascii=False), 1)


SHELL_ROUTES = [
    *(Route(address, _page, methods=["GET"]) for address in sorted(PAGE_ADDRESSES)),
    Route(CONNECTION_SCRIPT, _connection, methods=["GET"]),
    Route(WORDS_SCRIPT, _words, methods=["GET"]),
    Route(TARGETS_SCRIPT, _targets, methods=["GET"]),
    Route(SPOKEN_SCRIPT, _spoken_parts, methods=["GET"]),
    Route(ROWS_SCRIPT, _rows, methods=["GET"]),
    Route(GRID_SCRIPT, _grid, methods=["GET"]),
    Route(HISTORY_SCRIPT, _history, methods=["GET"]),
    Route(PICTURES_SCRIPT, _pictures, methods=["GET"]),
    Route(SERVER_SCRIPT, _server, methods=["GET"]),
]
