"""Connections to the database of a shared store, kept for whoever needs one next."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore, Lock
from typing import Any, TypeAlias

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from kpi.errors import StoreUnavailable
from kpi.store.store_place import StorePlace

# What PostgreSQL's errors mean for the store - or a bug of ours.


BUSY = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)
CUT_OFF = (errors.IdleInTransactionSessionTimeout, errors.TransactionTimeout)
SHORT_OF: dict[type[psycopg.Error], str] = {
    errors.OutOfMemory: "database_memory",
    errors.DiskFull: "database_full",
    errors.TooManyConnections: "database_connections",
}
NO_MORE_CONNECTIONS = ("too many clients", "too many connections", "connection slots")
"""The server's words for it to who is refused at the door, whom psycopg tells no number; in another language they are
not known."""
REFUSED = (errors.ReadOnlySqlTransaction, errors.InsufficientPrivilege)


def database_name(address: str) -> str:
    """The database as people know it: its name and its machine, never who signs in there or how."""
    try:
        known = psycopg.conninfo.conninfo_to_dict(address)
    except psycopg.Error:
        return "?"
    host = str(known.get("host") or known.get("hostaddr") or "")
    return f"{known.get('dbname') or '?'}{f' @ {host}' if host and not host.startswith('/') else ''}"


def database_trouble(error: psycopg.Error, place: StorePlace) -> StoreUnavailable | None:
    """The error for people, or None where it is no trouble of the store's."""
    name = database_name(place.address or "")
    if isinstance(error, BUSY):
        return StoreUnavailable("store_busy")
    if code := SHORT_OF.get(type(error)):
        return StoreUnavailable(code, name=name)
    if isinstance(error, CUT_OFF):
        return StoreUnavailable("change_cut_off")
    if isinstance(error, errors.DependentObjectsStillExist):
        return StoreUnavailable(
            "database_dependants", name=name, what=" ".join((error.diag.message_detail or "?").split())
        )
    if isinstance(error, REFUSED):
        return StoreUnavailable("database_refuses", name=name, reason=error.sqlstate or "?")
    if error.sqlstate is None and any(words in str(error) for words in NO_MORE_CONNECTIONS):
        return StoreUnavailable("database_connections", name=name)
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return StoreUnavailable("database_unreachable", name=name)
    if isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None:
        # What psycopg says of an address that it cannot read.
        return StoreUnavailable("database_unreachable", name=name)
    return None


MOST = 32
"""Connections of one process; PostgreSQL takes 100 as it is installed."""
PATIENCE_SECONDS = 20.0
SETTINGS = {
    "default_transaction_isolation": "read committed",
    "lock_timeout": "20s",
    # A holder of the lock that was stopped is cut off before those who wait for it give up.
    "idle_in_transaction_session_timeout": "8s",
    # What is acknowledged is on the database's disk: else the trail's head, which is written after it, would be ahead.
    "synchronous_commit": "on",
    "timezone": "UTC",
    "client_encoding": "UTF8",
}
"""Settings of each connection; what the address says in its ``options`` comes after them and holds."""


class Connections:
    """Closed by ``close``. ``to_read``: nothing can be changed on any of them."""

    def __init__(self, place: StorePlace, to_read: bool) -> None:
        self._place, self._to_read = place, to_read
        self.name = database_name(place.address or "")
        """What people know the database by."""
        self._idle: list[psycopg.Connection[Any]] = []
        self._guard = Lock()
        self._room = BoundedSemaphore(MOST)

    @contextmanager
    def one(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection of its own: kept for the next one unless something went wrong on it.

        Raises:
            StoreUnavailable: the database cannot be reached, refuses, is full or busy.
        """
        if not self._room.acquire(timeout=PATIENCE_SECONDS):
            raise StoreUnavailable("store_busy")
        try:
            with self.in_words():
                with self._guard:
                    found = self._idle.pop() if self._idle else None
                connection = found if found is not None and not found.closed else self.new()
                try:
                    yield connection
                finally:
                    self._give_back(connection)
        finally:
            self._room.release()

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """Errors of the database as ``StoreUnavailable``; others are bugs, and stay what they are."""
        try:
            yield
        except psycopg.Error as error:
            if isinstance(error, psycopg.OperationalError):
                self.close()  # a server that was started again knows none of them
            if trouble := database_trouble(error, self._place):
                raise trouble from error
            raise

    def new(self) -> psycopg.Connection[Any]:
        """One that is not kept.

        Raises:
            psycopg.Error: the database cannot be reached.
        """
        settings = SETTINGS | ({"default_transaction_read_only": "on"} if self._to_read else {})
        said = psycopg.conninfo.conninfo_to_dict(self._place.address or "")
        own = [f"-c {name}={value.replace(' ', chr(92) + ' ')}" for name, value in settings.items()]
        options = " ".join([*own, str(said.pop("options", ""))])
        named = {"connect_timeout": 10, "application_name": "duibiao"} | said | {"options": options}
        known = {name: str(value) for name, value in named.items()}
        return psycopg.connect(psycopg.conninfo.make_conninfo("", **known), autocommit=True)

    def _give_back(self, connection: psycopg.Connection[Any]) -> None:
        """What was only read in a transaction is let go of; what was left in the middle of anything is closed."""
        with suppress(psycopg.Error):
            if connection.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
                connection.execute("rollback")
            if connection.info.transaction_status == TransactionStatus.IDLE:
                with self._guard:
                    self._idle.append(connection)
                return
        connection.close()

    def processes(self) -> list[int]:
        """The server's processes for those that nobody uses."""
        with self._guard:
            return [connection.info.backend_pid for connection in self._idle]

    def close(self) -> None:
        """Close those that nobody uses."""
        with self._guard:
            idle, self._idle = self._idle, []
        for connection in idle:
            with suppress(psycopg.Error):
                connection.close()


# Locks that the database keeps for all processes, and what became of a change whose connection broke.


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
