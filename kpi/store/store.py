"""An open store: cursors to read with, one writer at a time, and a clean end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import duckdb

from kpi.errors import StoreUnavailable
from kpi.store.cursor import Cursor
from kpi.store.migrations import migrate
from kpi.store.store_folder import StoreFolder

# Nothing here needs the network, a file beside the database, or an extension that is not built in.
SETTINGS: dict[str, Any] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "lock_configuration": "true",
}


class Store:
    """One open store. Close it, or use it as a context manager."""

    def __init__(self, folder: StoreFolder, connection: Cursor) -> None:
        self.folder = folder
        self._connection = connection
        self._writer = threading.RLock()

    @classmethod
    def open(cls, root: Path, wait: float = 0.0) -> Store:
        """Open the store at ``root``, making it where there is none.

        ``wait`` is how many seconds to go on trying while another process holds the database.

        Raises:
            StoreUnusable: locked by another process, damaged, full, unreachable, or of a newer version.
        """
        folder = StoreFolder(root)
        try:
            folder.create()
            connection = _connect(folder.database, wait)
            folder.secret()  # made while this process alone holds the store: two makers would make two
            try:
                migrate(connection)
                folder.close_to_others()
            except BaseException:
                # A refused store must not stay locked by the refusal.
                connection.close()
                raise
        except OSError as error:
            raise StoreUnavailable("store_unreachable", path=root.name) from error
        except duckdb.Error as error:
            raise StoreUnavailable("store_damaged", path=root.name) from error
        return cls(folder, connection)

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """A cursor of one's own for reading, seeing what is committed.

        Raises:
            StoreUnusable: what is asked for cannot be read: DuckDB looks at a block when it needs it, not on opening.
        """
        cursor = self._connection.cursor()
        try:
            yield cursor
        except duckdb.IOException as error:
            raise StoreUnavailable("store_damaged", path=self.folder.root.name) from error
        finally:
            cursor.close()

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        """Nobody else writes meanwhile: for what must happen in the order of the transactions around it."""
        with self._writer:
            yield

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """One transaction, alone: all of it is kept on leaving, or none of it if anything raises.

        Raises:
            StoreUnusable: the disk is full or the database cannot be written.
        """
        with self.write_lock(), self.cursor() as cursor:
            cursor.begin()
            try:
                yield cursor
            except duckdb.IOException as error:
                raise StoreUnavailable("store_full") from error
            except BaseException:
                cursor.rollback()
                raise
            try:
                cursor.commit()
            except duckdb.Error as error:
                # A commit that fails has undone itself; there is nothing left to roll back.
                raise StoreUnavailable("store_full") from error

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _connect(database: Path, wait: float) -> Cursor:
    deadline = time.monotonic() + wait
    while True:
        try:
            return duckdb.connect(str(database), config=SETTINGS)
        except duckdb.IOException as error:
            if "could not set lock on file" not in str(error).lower():
                raise
            if time.monotonic() >= deadline:
                raise StoreUnavailable("store_locked") from error
        time.sleep(0.1)
