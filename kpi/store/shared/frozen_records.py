"""A process's own DuckDB of frozen records, filled from the files that all processes share as they are needed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import psycopg

from kpi.errors import StoreUnavailable
from kpi.store.connecting import STORE_MEMORY
from kpi.store.cursor import Cursor
from kpi.store.shared.frozen_files import empty_records, read_files, refuse_changed, write_files
from kpi.store.shared.spill_folder import SpillFolder
from kpi.store.store_trouble import refused_access, store_trouble

FilesOfBaseline = dict[str, str]
"""The name of each table's file."""


class FrozenRecords:
    """``folder`` is where the files are; ``memory`` as for ``empty_records``."""

    def __init__(self, folder: Path, memory: str | None) -> None:
        self.folder = folder
        self._spilled = SpillFolder()
        self.database = empty_records(folder, self._spilled.path, memory)
        self._guard = Lock()
        self._known: set[str] = set()

    def read_new(self, rows: psycopg.Connection[Any]) -> None:
        """Read what this process or another one has frozen since.

        Raises:
            StoreUnavailable: a file is missing or damaged.
        """
        files = files_by_baseline(rows)
        if files.keys() <= self._known:
            return
        with self._guard:
            for baseline in sorted(files.keys() - self._known):
                with self.database.cursor() as records:
                    read_files(records, files[baseline], self.folder)
                self._known.add(baseline)

    def read_ahead(self, rows: psycopg.Connection[Any]) -> None:
        """The same outside a transaction: nobody waits for a large baseline, and the database cuts off nobody for it.

        What is damaged, or of another release, is said to whoever asks about the records.
        """
        with suppress(StoreUnavailable, duckdb.Error):
            self.read_new(rows)

    def write_ahead(self, baseline: str, write: Callable[[Cursor], None]) -> FilesOfBaseline:
        """Files of a baseline that is not kept yet: nothing names them.

        Raises:
            StoreUnavailable: the disk is full, or the folder cannot be written.
        """
        name = self.folder.parent.name
        try:
            with empty_records(self.folder, self._spilled.path, STORE_MEMORY) as records:
                write(records)
                return write_files(records, baseline, self.folder)
        except OSError as error:
            raise refused_access(error, name) from error
        except duckdb.Error as error:
            if trouble := store_trouble(error, name):
                raise trouble from error
            raise

    def refuse_changed(self, rows: psycopg.Connection[Any]) -> None:
        """Raises ``StoreUnavailable`` where a file is not what its name says."""
        for files in files_by_baseline(rows).values():
            refuse_changed(files, self.folder)

    def close(self) -> None:
        self.database.close()
        self._spilled.remove()


def files_by_baseline(rows: psycopg.Connection[Any]) -> dict[str, FilesOfBaseline]:
    """The files of each baseline, as the database names them."""
    found: dict[str, FilesOfBaseline] = {}
    for baseline, table, sha256 in rows.execute("select baseline, holds, sha256 from frozen_file").fetchall():
        found.setdefault(baseline, {})[table] = sha256
    return found
