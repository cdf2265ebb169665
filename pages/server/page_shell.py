"""Streamlit's own HTML page, which every address of ours answers with, and the one script that we add to it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import get_args

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from kpi import i18n
from kpi.model.language import Lang
from pages.session.addresses import CONNECTION_SCRIPT, PAGE_ADDRESSES
from pages.session.streamlit_internals import page_template

END_OF_HEAD = "</head>"


async def _page(_: Request) -> Response:
    return HTMLResponse(_shell())


async def _script(_: Request) -> Response:
    return Response(_connection_script(), media_type="text/javascript")


@cache
def _shell() -> str:
    """A file of its own and no inline script: the content security policy allows no other."""
    return page_template().replace(END_OF_HEAD, f'<script defer src=".{CONNECTION_SCRIPT}"></script>{END_OF_HEAD}', 1)


@cache
def _connection_script() -> str:
    words = {lang: i18n.text("page.connection.lost", lang) for lang in get_args(Lang)}
    script = Path(__file__).with_name("connection_watch.js").read_text("utf-8")
    return script.replace('"{{words}}"', json.dumps(words, ensure_ascii=False), 1)


SHELL_ROUTES = [
    *(Route(address, _page, methods=["GET"]) for address in sorted(PAGE_ADDRESSES)),
    Route(CONNECTION_SCRIPT, _script, methods=["GET"]),
]
