"""Streamlit's files that a browser asks for at its first page, some seventy at once, answered from memory.

Streamlit reads each from the disk in turns of threads, a dozen for a large one, and every turn waits for Python's lock
while a page is worked out. They are named by their content and never change.
"""

from __future__ import annotations

import mimetypes
import re
from functools import cache

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.session.streamlit_internals import own_code, page_template, static_file

IMMUTABLE = "public, immutable, max-age=31536000"


class FirstFiles:
    """ASGI middleware: a plain question for one of these files is answered here, all else by Streamlit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in first_files():
            # An answer of its own each time: its headers are completed on the way out, by the host asked for.
            content, kind = _content(scope["path"])
            await Response(content, headers={"Cache-Control": IMMUTABLE}, media_type=kind)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


@cache
def first_files() -> tuple[str, ...]:
    """Their addresses in the order in which Streamlit's page names them; last, the code that draws pictures."""
    return *re.findall(r'(?:src|href)="\.(/static/(?:js|css)/[^"]+)"', page_template()), own_code("PlotlyChart")


@cache
def _content(address: str) -> tuple[bytes, str | None]:
    return static_file(address), mimetypes.guess_type(address)[0]
