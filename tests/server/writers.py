"""Enterprises at work on a served app: each sends its file over the HTTP interface, and locks it on the page."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from benchmarks.common.lock_driver import lock_on_page
from kpi import tables
from kpi.access.roles import Scope
from kpi.model.times import now
from kpi.model.viewer import SYSTEM, Viewer
from kpi.services.administrator.accounts import add_token
from kpi.services.operation.authentication import SIGN_IN_LASTS, token_sha256
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.benchmark.panels import credit_code
from tests.server.http_client import ask
from tests.services.sample_store import ADMINISTRATOR, file_of


@dataclass(frozen=True, slots=True)
class Writer:
    """An enterprise account with one factory, its cookie and its token of the HTTP interface."""

    name: str
    code: str
    cookie: str
    token: str


def enlist(store: Store, many: int, first: int = 5_000_000) -> list[Writer]:
    """Accounts that are signed in as after a sign-in by another provider: passwords would take longer than all else."""
    made = []
    for number in range(many):
        name, code = f"w{first + number}", credit_code(first + number)
        cookie = enter(store, Viewer(name, "演示企业（虚构）", "enterprise", (code,)))
        made.append(Writer(name, code, cookie, add_token(store, ADMINISTRATOR, name, 1).token))
    return made


def enter(store: Store, viewer: Viewer) -> str:
    """A new account that is signed in; its cookie."""
    cookie, at = secrets.token_hex(16), now()
    with unit_of_work(store, SYSTEM) as change:
        tables.accounts.insert_account(
            change.cursor, viewer.account, viewer.name, viewer.role, viewer.scope, None, False, at
        )
        tables.accounts.start_sign_in(
            change.cursor, token_sha256(cookie), viewer.account, at, at + SIGN_IN_LASTS, "127.0.0.1", ""
        )
        change.audit("account_added", viewer.account)
    return cookie


def send(url: str, writer: Writer, efficiency: str, year: int = 2025) -> int:
    """The status of the answer: 201 is a draft that is acknowledged, 0 no answer at all."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    headers = {
        "Authorization": f"Bearer {writer.token}",
        "Idempotency-Key": secrets.token_hex(8),
        "Content-Type": "multipart/form-data; boundary=x",
    }
    body = head + file_of(writer.code, efficiency, year) + b"\r\n--x--\r\n"
    try:
        return ask(url, "/api/v1/submissions", "POST", headers, body).status
    except (OSError, HTTPException):
        return 0


def send_at_once(url: str, writers: Sequence[Writer], efficiency: str) -> list[Writer]:
    """Those whose draft was acknowledged."""
    with ThreadPoolExecutor(len(writers)) as crowd:
        answers = list(crowd.map(lambda writer: send(url, writer, efficiency), writers))
    return [writer for writer, status in zip(writers, answers, strict=True) if status == 201]


def lock_at_once(port: int, writers: Sequence[Writer], year: int | None = None) -> list[Writer]:
    """All click at the same moment; those who then saw their receipt. ``year``: where they have drafts of several."""
    with ThreadPoolExecutor(1) as apart:  # the tests of a browser leave a loop running in this thread
        return apart.submit(asyncio.run, _locks(port, writers, year)).result()


async def _locks(port: int, writers: Sequence[Writer], year: int | None) -> list[Writer]:
    together = asyncio.Barrier(len(writers))
    ends = await asyncio.gather(*(_lock(port, writer, together, year) for writer in writers), return_exceptions=True)
    return [writer for writer, end in zip(writers, ends, strict=True) if not isinstance(end, BaseException)]


async def _lock(port: int, writer: Writer, together: asyncio.Barrier, year: int | None) -> None:
    try:
        await lock_on_page(port, writer.cookie, together, f"application={writer.code}%20{year}" if year else "")
    except BaseException:
        await together.abort()  # who waits for this one would wait for ever
        raise


@dataclass(frozen=True, slots=True)
class Kept:
    """``efficiency``: the K08 of each code's latest draft or lock; ``locked``: the codes that are locked."""

    efficiency: dict[str, float | None]
    locked: set[str]


def what_is_kept(root: Path, writers: Sequence[Writer]) -> Kept:
    """As a restart finds it. The server has ended."""
    with Store.open(root) as store, store.cursor() as cursor:
        reach = Scope(own=tuple(writer.code for writer in writers))
        drafts = [draft.application for draft in tables.applications.drafts(cursor, reach)]
        locked = [application.application for application in tables.applications.locked_applications(cursor, reach)]
    efficiency = {draft.credit_code: draft.values["K08"].value for draft in [*locked, *drafts]}
    return Kept(efficiency, {item.credit_code for item in locked})
