"""Files of frozen records that nothing names: of a freeze that failed, was killed, or is on its way.

Whether a file is named is asked under the lock of whoever changes the store, and it is removed under that lock; who
keeps a baseline sees under the same lock that its files are there. So nothing that is kept ever misses one.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from kpi.errors import StoreUnavailable
from kpi.store.cursor import Cursor
from kpi.store.shared.connections import Connections
from kpi.store.shared.locks import WRITERS, Rows, undo
from kpi.store.store_folder import is_there, sync

UNNAMED_SECONDS = 86_400.0
"""Longer than any freeze takes from its first file to its commit, and than a backup reads what an upgrade replaced."""
NAME = re.compile("[0-9a-f]{64}")


@dataclass
class WrittenAhead:
    """Files that were written for a baseline, by table, and how each of them is known from another's of that name."""

    folder: Path
    files: dict[str, str] = field(default_factory=dict)
    _marks: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, table: str, sha256: str) -> None:
        """Note what was just written."""
        self.files[table] = sha256
        self._marks[sha256] = _mark(self.folder / sha256)

    def keep(self, baseline: str, cursor: Cursor) -> None:
        """Name them within the change whose transaction ``cursor`` is.

        Raises:
            StoreUnavailable: one was removed as left over meanwhile.
        """
        if not all(is_there(self.folder / sha256) for sha256 in self.files.values()):
            raise StoreUnavailable("freeze_took_too_long")
        rows = [[baseline, table, sha256] for table, sha256 in self.files.items()]
        cursor.executemany("insert into frozen_file values ($1, $2, $3)", rows)

    def remove_unnamed(self, rows: Rows) -> None:
        """Remove what nothing names, and nobody has written again since. The caller has the lock."""
        for path in unnamed_files(rows, self.folder):
            with suppress(FileNotFoundError):
                if self._marks.get(path.name) == _mark(path):
                    path.unlink()


@contextmanager
def removed_unless_named(connections: Connections, folder: Path) -> Iterator[WrittenAhead]:
    """What is noted as written meanwhile is gone afterwards unless it is named by then.

    Where somebody else has the lock, or the database cannot be asked, it is left to be removed as left over.
    """
    ahead = WrittenAhead(folder)
    try:
        yield ahead
    finally:
        with suppress(OSError, StoreUnavailable, psycopg.Error), connections.one() as rows:
            try:
                rows.execute("begin")
                ((free,),) = rows.execute(f"select pg_try_advisory_xact_lock({WRITERS})".encode()).fetchall()
                if free:
                    ahead.remove_unnamed(rows)
            finally:
                undo(rows)


def unnamed_files(rows: Rows, folder: Path, unchanged_seconds: float = 0.0) -> list[Path]:
    """Those that have not changed within so many seconds."""
    named = {sha256 for (sha256,) in rows.execute("select sha256 from frozen_file").fetchall()}
    before = time.time() - unchanged_seconds
    return [path for path in _files(folder) if path.name not in named and _changed(path) <= before]


def remove_unnamed_files(rows: Rows, folder: Path) -> None:
    """Remove those that nobody can be about to name. The caller has the lock, and knows that the folder goes with this
    database: with another one, all its files are ones that nothing names.

    Raises:
        OSError: one cannot be removed.
    """
    for path in unnamed_files(rows, folder, UNNAMED_SECONDS):
        path.unlink(missing_ok=True)


def keep_for_readers(rows: Rows, folder: Path, after: Mapping[str, Mapping[str, str]]) -> None:
    """Have files that are named no more after this outlast who reads by their names: as if written just now."""
    named = {sha256 for files in after.values() for sha256 in files.values()}
    for (sha256,) in rows.execute("select sha256 from frozen_file").fetchall():
        if sha256 in named:
            continue
        with suppress(FileNotFoundError):
            (folder / sha256).touch(exist_ok=True)
    sync(folder)


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))
    except FileNotFoundError:
        return []


def _changed(path: Path) -> float:
    """When; as just now where it goes meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _mark(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns
