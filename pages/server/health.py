"""Is the process alive (``/livez``), and can it do its work (``/readyz``)? For monitoring, without signing in.

Alive means that its event loop answers: nothing else is asked, so that a full disk makes nobody restart a process that
serves. Ready means that every check of ``kpi.services.operation.state`` passes, and that it was not asked to end.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from kpi.services.operation.state import readiness
from pages.session.app_store import app_store
from pages.session.context import LIVE, READY

READY_HOLDS_SECONDS = 2.0
"""So long an answer is given again: asking often costs nothing."""
READY_SECONDS = 5.0
"""So long the checks are waited for: a file server that is gone answers nothing, and refuses nothing."""


class Readiness:
    """The last answer, made in a thread of its own: pages and sign-ins may have taken all others."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="readiness")
        self._made, self._last = 0.0, dict[str, bool]()
        self._asked: asyncio.Future[dict[str, bool]] | None = None

    def _ask(self) -> dict[str, bool]:
        if not self._last or time.monotonic() - self._made >= READY_HOLDS_SECONDS:
            self._last, self._made = readiness(app_store()), time.monotonic()
        return self._last

    async def answer(self, _: Request) -> Response:
        """200, or 503 with what failed."""
        if self._asked is None or self._asked.done():
            self._asked = asyncio.get_running_loop().run_in_executor(self._thread, self._ask)
        asked = self._asked
        if not (await asyncio.wait([asked], timeout=READY_SECONDS))[0]:
            return JSONResponse({"storage": "silent"}, status_code=503)
        checks = asked.result()
        words = {name: "ok" if passes else "failed" for name, passes in checks.items()}
        return JSONResponse(words, status_code=200 if all(checks.values()) else 503)


async def _alive(_: Request) -> Response:
    return PlainTextResponse("ok")


HEALTH_ROUTES = [Route(LIVE, _alive), Route(READY, Readiness().answer)]
