"""The ASGI side of the app: what happens once at the start and the end, and the routes beside the pages."""

from __future__ import annotations

import asyncio
import re
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

import anyio
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from kpi import logs
from kpi.cli import relay
from kpi.cli.call import STORE_UNUSABLE
from kpi.cli.main import run
from kpi.errors import StoreUnavailable, UserError
from kpi.logs import LOG
from kpi.services.administrator.rounds import release_due_rounds
from kpi.services.operation.demonstration import refuse_public
from kpi.services.operation.state import refuse_unsound
from kpi.services.reviewer.readings import write_readings
from kpi.store.database import refused_access
from kpi.store.store import Store
from kpi.store.store_place import chosen_place
from pages.server.account_routes import ACCOUNT_ROUTES
from pages.server.api_mount import API_ROUTES
from pages.server.calendar_route import CALENDAR_ROUTE
from pages.server.connections import HttpConnections
from pages.server.error_handler import silence_streamlit_errors
from pages.server.health import HEALTH_ROUTES
from pages.server.last_words import end_in_words
from pages.server.limits import limits, raise_descriptor_limit
from pages.server.media_urls import use_keyed_urls
from pages.server.metrics import METRICS_ROUTE
from pages.server.newcomer_routes import NEWCOMER_ROUTES
from pages.server.open_routes import OPEN_ROUTES
from pages.server.public_keys import PUBLIC_KEYS_ROUTE
from pages.server.request_guard import RequestGuard
from pages.server.request_log import RequestLog
from pages.server.run_slots import finish_runs
from pages.server.runtime import SHELF, UPLOADS
from pages.server.security_headers import SecurityHeaders
from pages.server.sessions import sweep_for_ever
from pages.server.shell.streamlit_page import SHELL_ROUTES
from pages.server.sockets import Sockets
from pages.server.upkeep import delete_for_ever, look_when_asked, send_for_ever, watch_for_ever
from pages.server.warmup import start_warm_up
from pages.session.app_store import app_store
from pages.session.streamlit_internals import (
    look_up_fields_by_key,
    register_nothing_by_folder,
)

READINGS_EVERY_SECONDS = 2.0
BEGUN_AGAIN_SECONDS = 5.0
FINISH_SECONDS = 10.0
"""At the end: less than a service manager's patience (``TimeoutStopSec`` in deploy/duibiao.service)."""


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    """Open the store and answer; load meanwhile what pages need; let go of it all at the end."""
    opened = await run_in_threadpool(_opened_or_ended)
    silence_streamlit_errors()
    use_keyed_urls()
    look_up_fields_by_key()
    logs.event("start")
    stop = await run_in_threadpool(_listen_or_tell, opened)
    register_nothing_by_folder()
    raise_descriptor_limit()
    # Beside the store, which is private and on a disk: a folder for all may lie in memory.
    tempfile.tempdir = str(opened.folder.incoming())
    connections = HttpConnections(limits())
    connections.install()
    look_when_asked()
    chores = (
        connections.watch,
        partial(sweep_for_ever, SHELF),
        partial(watch_for_ever, opened),
        partial(delete_for_ever, opened),
        partial(send_for_ever, opened),
        partial(_readings, opened),
    )
    start_warm_up()
    try:
        async with doing(chores):
            yield
    finally:
        stop()
        await run_in_threadpool(_finish, opened)
        logs.event("stop")


def _finish(opened: Store) -> None:
    """What was begun is brought to its end, then the store is closed: nobody is there any more to begin another act."""
    if not finish_runs(FINISH_SECONDS):
        logs.event("unfinished")
    _write_readings(opened)
    opened.close_after_writers()  # a command's change, say


@asynccontextmanager
async def doing(chores: Sequence[Callable[[], Awaitable[None]]]) -> AsyncIterator[None]:
    """The chores, in the meantime. What one has begun in a thread is brought to its end: it uses the store."""
    async with anyio.create_task_group() as group:
        for chore in chores:
            group.start_soon(kept_up, chore)
        yield
        group.cancel_scope.cancel()


async def kept_up(chore: Callable[[], Awaitable[None]]) -> None:
    """A chore that breaks is logged and begun again: nobody would notice that it is no longer done."""
    while True:
        try:
            await chore()
        except Exception as trouble:
            _log(trouble)
            await asyncio.sleep(BEGUN_AGAIN_SECONDS)
        else:
            return


async def _readings(opened: Store) -> None:
    """Write down every few seconds who has looked at which candidate; release the rounds whose day is over."""
    while True:
        await asyncio.sleep(READINGS_EVERY_SECONDS)
        await run_in_threadpool(_write_readings, opened)
        await run_in_threadpool(_release_due_rounds, opened)


def _release_due_rounds(opened: Store) -> None:
    try:
        release_due_rounds(opened)
    except Exception as trouble:  # as for readings: they wait for the next time
        _log(trouble)


def _write_readings(opened: Store) -> None:
    try:
        while write_readings(opened):
            pass
    except Exception as trouble:  # a full disk, say: they wait for the next time, and the store is closed at the end
        _log(trouble)


def _log(trouble: Exception) -> None:
    """A store that cannot be used, because its database is started again, say, is no bug."""
    if isinstance(trouble, StoreUnavailable):
        logs.event("store_unavailable", kind=trouble.code)
    else:
        logs.error(trouble)


def _opened_or_ended() -> Store:
    """The store, where it may be served. Streamlit may be started past `kpi serve`, which would have refused it.

    The process ends here otherwise: its server would print a traceback in place of what to do.
    """
    try:
        opened = app_store()
        refuse_unsound(opened)
        refuse_public(opened, st.get_option("server.address"))
        logs.keep(opened.folder.root, _log_name() if opened.shared else LOG, apart=opened.shared)
    except UserError as error:
        end_in_words(error, STORE_UNUSABLE)
    except OSError as error:
        end_in_words(refused_access(error, chosen_place(None).folder.name), STORE_UNUSABLE)
    return opened


def _log_name() -> str:
    """One file a process: two that write to the same one would each move it aside under the other."""
    machine = re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())
    return f"{LOG}-{machine}-{st.get_option('server.port')}"


def _listen_or_tell(opened: Store) -> Callable[[], None]:
    """Answer commands on the store, where it is this process's alone: one that is shared they open themselves."""
    if opened.shared:
        return lambda: None
    try:
        return relay.listen(opened, run)
    except OSError as error:
        end_in_words(refused_access(error, opened.folder.root.name), STORE_UNUSABLE)


ROUTES = [
    *ACCOUNT_ROUTES,
    *NEWCOMER_ROUTES,
    *HEALTH_ROUTES,
    METRICS_ROUTE,
    PUBLIC_KEYS_ROUTE,
    *OPEN_ROUTES,
    CALENDAR_ROUTE,
    *SHELL_ROUTES,
    *API_ROUTES,
]
MIDDLEWARE = [
    Middleware(SecurityHeaders),
    Middleware(RequestGuard, sockets=Sockets(limits()), uploads=UPLOADS),
    Middleware(RequestLog),
]
