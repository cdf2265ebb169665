"""An open store: cursors for reading, one writer at a time, a clean close."""

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
        """Open the store at ``root``, creating it if there is none.

        ``wait``: seconds to keep trying while another process holds the database.

        Raises:
            StoreUnavailable: locked by another process, damaged, full, unreachable, or of a newer version.
        """
        folder = StoreFolder(root)
        try:
            folder.create()
            connection = _connect(folder.database, wait)
            folder.secret()  # created while this process alone holds the store, so that there is only one
            try:
                migrate(connection)
                folder.close_to_others()
            except BaseException:
                # A refused store must not stay locked.
                connection.close()
                raise
        except OSError as error:
            raise StoreUnavailable("store_unreachable", path=root.name) from error
        except duckdb.Error as error:
            raise StoreUnavailable("store_damaged", path=root.name) from error
        return cls(folder, connection)

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """A separate cursor for reading committed data.

        Raises:
            StoreUnavailable: the data cannot be read: DuckDB reads blocks when needed, not on opening.
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
        """Excludes other writers: for actions that must follow the order of the transactions around them."""
        with self._writer:
            yield

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """One exclusive transaction: committed on leaving, rolled back if anything raises.

        Raises:
            StoreUnavailable: the disk is full or the database cannot be written.
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
                # A failed commit has already been rolled back.
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
