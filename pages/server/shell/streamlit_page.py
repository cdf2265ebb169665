"""Streamlit's own HTML page, which a page's address answers with to whom it knows, and the scripts we add to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import get_args

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from kpi import i18n
from kpi.i18n import texts
from kpi.model.language import Lang
from pages.server.shell.plain_page import TAGS
from pages.server.shell.sign_in_page import is_stranger, sign_in_page
from pages.session.context import PAGE_ADDRESSES, SHELL
from pages.session.streamlit_internals import identity_provider_configured, own_code, page_template

START, TITLE, END_OF_HEAD = '<html lang="en">', "<title>Streamlit</title>", "</head>"
OWN_SCRIPT = '<script type="module"'
"""Streamlit's: scripts run in the order in which the page names them."""
FRAMEWORK = "page.framework."
"""The phrases of Streamlit that are replaced: the English text is Streamlit's own, to the letter."""
BEFORE_STREAMLIT = "server_place"
OPEN_SCRIPT = "open_page"
"""Of the page of what is published, which is not Streamlit's."""
DEFERRED = (
    "connection_watch",
    "page_words",
    "spoken_parts",
    "picture_rows",
    "page_history",
    "left_field",
    "grid_saving",
)


async def _page(request: Request) -> Response:
    lang: Lang = "en" if request.query_params.get("lang") == "en" else "zh"
    stranger = await run_in_threadpool(is_stranger, request.cookies)
    return sign_in_page(request, lang) if stranger else HTMLResponse(_shell(lang))


async def _script(request: Request) -> Response:
    if (name := request.path_params["name"]) not in (BEFORE_STREAMLIT, *DEFERRED, OPEN_SCRIPT):
        raise HTTPException(404)
    return Response(_text_of(name), media_type="text/javascript")


@cache
def _shell(lang: Lang) -> str:
    """Files of their own and no inline script: the content security policy allows no other."""
    scripts = "".join(map(_tag, DEFERRED))
    page = page_template().replace(START, f'<html lang="{TAGS[lang]}">', 1)
    page = page.replace(TITLE, f"<title>{i18n.text('page.product', lang)}</title>", 1)
    page = page.replace(OWN_SCRIPT, f"{_tag(BEFORE_STREAMLIT)}{OWN_SCRIPT}", 1)
    return page.replace(END_OF_HEAD, f"{scripts}{END_OF_HEAD}", 1)


def _tag(script: str) -> str:
    return f'<script defer src=".{SHELL}/{script}.js"></script>'


@cache
def _text_of(script: str) -> str:
    """The script, with what the server knows in its places."""
    text = Path(__file__).with_name(f"{script}.js").read_text("utf-8")
    for place, value in _known_to(script).items():
        text = text.replace(f'"{{{{{place}}}}}"', json.dumps(value, ensure_ascii=False), 1)
    return text


def _known_to(script: str) -> Mapping[str, object]:
    match script:
        case "connection_watch":
            return {"words": {lang: i18n.text("page.connection.lost", lang) for lang in get_args(Lang)}}
        case "page_words":
            return {"phrases": {lang: _framework_phrases(lang) for lang in get_args(Lang)}}
        case "picture_rows":
            return {"labels": {lang: i18n.text("page.strip.rows", lang) for lang in get_args(Lang)}}
        case "grid_saving":
            return {"code": f"..{own_code('data-grid-overlay-editor')}"}
        case "server_place":
            # With a sign-in elsewhere Streamlit asks first: the answer has the cookie that its connection proves
            # itself by.
            return {"at_once": not identity_provider_configured()}
    return {}


def _framework_phrases(lang: Lang) -> list[str]:
    names = sorted(key.removeprefix(FRAMEWORK) for key in texts.load_texts("en") if key.startswith(FRAMEWORK))
    places = {place: f"{{{place}}}" for place in ("what", "other", "number", "most", "date")}
    return [i18n.text(f"{FRAMEWORK}{name}", lang, **places) for name in names]


SHELL_ROUTES = [
    *(Route(address, _page, methods=["GET"]) for address in sorted(PAGE_ADDRESSES)),
    Route(f"{SHELL}/{{name}}.js", _script, methods=["GET"]),
]
