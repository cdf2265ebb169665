"""Locks that the database keeps for all processes, and what became of a change whose connection broke."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Any, TypeAlias

import psycopg
from psycopg.pq import TransactionStatus

from kpi.errors import StoreUnavailable
from kpi.store.shared.connections import Connections

WRITERS, TRIES = 0x4475_6962_6961_6F21, 0x4475_6962_6961_6F22
"""Numbers of advisory locks: of whoever changes the store, and of whoever counts a try to sign in."""
FIND_OUT_SECONDS = 20.0
"""So long a change is looked for whose connection broke while it was committed."""
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


def begun(rows: Rows) -> bool:
    return bool(rows.info.transaction_status != TransactionStatus.IDLE)


def while_it_works(rows: Rows, work: Callable[[], None]) -> None:
    """Do what may take long. The database cuts off who says nothing within a transaction: it hears something meanwhile.

    A process that is stopped says nothing, and is cut off; who works for too long is as well.
    """
    if not begun(rows):
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
    if not rows.closed and begun(rows):
        with suppress(psycopg.Error):
            rows.execute("rollback")


def refuse_unless_kept(connections: Connections, mark: str, lock: int, error: Exception) -> None:
    """The connection broke while a change was committed. Whoever has the lock after it knows what became of it.

    ``mark`` is what the change would have left.

    Raises:
        StoreUnavailable: it was not kept, or nobody can say yet.
    """
    deadline = time.monotonic() + FIND_OUT_SECONDS
    while True:
        try:
            with connections.new() as asking:
                begin(asking, lock)
                kept = asking.execute("select 1 from change_mark where mark = %s", [mark]).fetchall()
                asking.execute("rollback")
            break
        except psycopg.Error:
            if time.monotonic() >= deadline:
                raise StoreUnavailable("shared_change_uncertain", name=connections.name) from error
        time.sleep(0.2)
    if not kept:
        raise StoreUnavailable("database_unreachable", name=connections.name) from error
