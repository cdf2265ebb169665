"""Connections to the database of a shared store, kept for whoever needs one next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore, Lock
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from kpi.errors import StoreUnavailable
from kpi.store.shared.database_trouble import database_name, database_trouble
from kpi.store.store_place import StorePlace

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
