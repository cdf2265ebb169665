"""A process's own DuckDB of frozen records, filled from the files that all processes share as they are asked about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from threading import Lock

import duckdb

from kpi.store.cursor import Cursor
from kpi.store.shared.frozen_files import empty_records, read_files, refuse_changed, write_files
from kpi.store.shared.locks import Rows, while_it_works
from kpi.store.shared.needed_records import NeededRecords
from kpi.store.shared.spill_folder import SpillFolder
from kpi.store.store_trouble import refused_access, store_trouble

FilesOfBaseline = dict[str, str]
"""The name of each table's file."""


class FrozenRecords:
    """``folder`` is where the files are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._spilled = SpillFolder()
        self.database = empty_records(folder, self._spilled.path)
        self._guard = Lock()
        self._known: set[tuple[str, str]] = set()
        """Baselines and tables that have been read."""

    def read_needed(self, rows: Rows, needed: NeededRecords) -> None:
        """Read what this process has not read yet of what a statement needs, whoever froze it.

        Raises:
            StoreUnavailable: a file is missing or damaged.
        """
        if needed.baseline and self._has(needed.baseline, needed.tables):
            return
        files = files_by_baseline(rows)
        asked = sorted(files) if needed.baseline is None else [needed.baseline] if needed.baseline in files else []
        missing = {name: files[name] for name in asked if not self._has(name, needed.tables)}
        if missing:
            while_it_works(rows, lambda: self._read(missing, needed.tables))

    def _has(self, baseline: str, tables: Collection[str]) -> bool:
        return all((baseline, table) in self._known for table in tables)

    def _read(self, files: Mapping[str, FilesOfBaseline], tables: Collection[str]) -> None:
        for baseline, own in files.items():
            with self._guard:
                left = {table: own[table] for table in tables if (baseline, table) not in self._known}
                with self.database.cursor() as records:
                    read_files(records, left, self.folder)
                self._known |= {(baseline, table) for table in left}

    def write_ahead(self, baseline: str, write: Callable[[Cursor], None]) -> Iterator[tuple[str, str]]:
        """Files of a baseline that is not kept yet, each by its table and name: nothing names them.

        Raises:
            StoreUnavailable: the disk is full, or the folder cannot be written.
        """
        name = self.folder.parent.name
        try:
            with empty_records(self.folder, self._spilled.path) as records:
                write(records)
                yield from write_files(records, baseline, self.folder)
        except OSError as error:
            raise refused_access(error, name) from error
        except duckdb.Error as error:
            if trouble := store_trouble(error, name):
                raise trouble from error
            raise

    def refuse_changed(self, rows: Rows) -> None:
        """Raises ``StoreUnavailable`` where a file is not what its name says."""
        for files in files_by_baseline(rows).values():
            refuse_changed(files, self.folder)

    def close(self) -> None:
        self.database.close()
        self._spilled.remove()


def files_by_baseline(rows: Rows) -> dict[str, FilesOfBaseline]:
    """The files of each baseline, as the database names them."""
    found: dict[str, FilesOfBaseline] = {}
    for baseline, table, sha256 in rows.execute("select baseline, holds, sha256 from frozen_file").fetchall():
        found.setdefault(baseline, {})[table] = sha256
    return found
