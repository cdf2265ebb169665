"""Locks that the database keeps for all processes, and what became of a change whose connection broke."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from kpi.errors import StoreUnavailable
from kpi.store.shared.connections import Connections

WRITERS, TRIES = 0x4475_6962_6961_6F21, 0x4475_6962_6961_6F22
"""Numbers of advisory locks: of whoever changes the store, and of whoever counts a try to sign in."""
FIND_OUT_SECONDS = 20.0
"""So long a change is looked for whose connection broke while it was committed."""
UNCERTAIN = "shared_change_uncertain"
"""The error of a change of which nobody can say yet whether it is kept."""
HEARD_EVERY_SECONDS, LONGEST_SECONDS = 1.0, 120.0
"""How often the database hears of who works within a transaction, and for how long."""

Rows: TypeAlias = psycopg.Connection[Any]


def begin(rows: Rows, lock: int) -> None:
    """A transaction that begins with having the lock.

    Raises:
        psycopg.Error: somebody else has it for too long, or the database cannot be reached.
    """
    rows.execute("begin")
    rows.execute(f"select pg_advisory_xact_lock({lock})".encode())


@contextmanager
def having_lock(connections: Connections, lock: int) -> Iterator[Rows]:
    """A connection in a transaction that has the lock, undone where the caller does not commit it.

    Raises:
        StoreUnavailable: the database cannot be reached, refuses, is full or busy.
    """
    with connections.one() as rows:
        begin(rows, lock)
        try:
            yield rows
        finally:
            undo(rows)


def in_transaction(rows: Rows) -> bool:
    return bool(rows.info.transaction_status != TransactionStatus.IDLE)


def while_it_works(rows: Rows, work: Callable[[], None]) -> None:
    """Do what may take long. The database cuts off who says nothing within a transaction: it hears something meanwhile.

    A process that is stopped says nothing, and is cut off; who works for too long is as well.
    """
    if not in_transaction(rows):
        work()
        return
    with ThreadPoolExecutor(1) as beside:
        working = beside.submit(work)
        deadline = time.monotonic() + LONGEST_SECONDS
        while wait([working], HEARD_EVERY_SECONDS).not_done and time.monotonic() < deadline:
            rows.execute("select 1")
        working.result()


def undo(rows: Rows) -> None:
    """End what was begun; a connection that broke has undone it by itself."""
    if not rows.closed and in_transaction(rows):
        with suppress(psycopg.Error):
            rows.execute("rollback")


def commit(connections: Connections, rows: Rows, lock: int) -> None:
    """Commit what ``rows`` has done under ``lock``, with a mark by which it is found again where the connection breaks
    meanwhile: whoever has the lock after it knows what became of it.

    Raises:
        StoreUnavailable: the connection broke, and nobody can say yet (``UNCERTAIN``).
        psycopg.Error: it was refused, or the connection broke, and it was not kept.
    """
    mark = secrets.token_hex(16)
    rows.execute("insert into change_mark values (%s)", [mark])
    try:
        rows.execute("commit")
    except psycopg.OperationalError as error:
        if not _found_out(connections, mark, lock, error):
            raise


def _found_out(connections: Connections, mark: str, lock: int, error: Exception) -> bool:
    deadline = time.monotonic() + FIND_OUT_SECONDS
    while True:
        try:
            return _was_kept(connections, mark, lock)
        except psycopg.Error:
            if time.monotonic() >= deadline:
                raise StoreUnavailable(UNCERTAIN, name=connections.name) from error
        time.sleep(0.2)


def _was_kept(connections: Connections, mark: str, lock: int) -> bool:
    with connections.new() as asking:
        begin(asking, lock)
        try:
            return bool(asking.execute("select 1 from change_mark where mark = %s", [mark]).fetchall())
        except errors.UndefinedTable:  # it would have made the table itself
            return False
        finally:
            undo(asking)
