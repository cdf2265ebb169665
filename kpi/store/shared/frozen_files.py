"""Frozen records as files on storage that all processes share: one a baseline and table, named by its content's hash.

Each process reads them all into a DuckDB of its own when it is first asked about any; nothing of them ever changes.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock

import duckdb
import psycopg

from kpi.errors import StoreUnavailable
from kpi.store.database import SETTINGS, Cursor, Settings, refused_access, store_trouble, within_store_memory
from kpi.store.folder import PART, is_there, sha256_of_file, sync
from kpi.store.schema import FROZEN, making_of_frozen_tables
from kpi.store.shared.connections import WRITERS, Connections, Rows, undo, while_it_works

# Where a process puts what its DuckDB cannot hold in memory: frozen records, none of which may outlive it.


PREFIX = "kpi-records-"


class SpillFolder:
    """A folder of this process's own, locked while it lives: what a killed process left, the next one removes."""

    def __init__(self) -> None:
        _remove_abandoned()
        self.path, self._lock = _made_and_locked()

    def remove(self) -> None:
        """Also after it was removed already."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _made_and_locked() -> tuple[Path, int | None]:
    """Made again where somebody else took it for abandoned, before it was locked."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            lock = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists():
            return path, lock
        os.close(lock)


def _remove_abandoned() -> None:
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:  # another user's, or no folder
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # its process lives
            pass
        else:
            shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(lock)


def empty_records(files: Path, spilled: Path) -> Cursor:
    """A DuckDB in memory with the tables of frozen records, which reads and writes nothing but the two folders.

    What does not fit into the memory that it may take, records among it, is laid out in ``spilled``.
    """
    connection = records_database(":memory:", files, within_store_memory(spilled))
    connection.execute(making_of_frozen_tables())
    return connection


def records_database(database: str, files: Path, within: Settings) -> Cursor:
    """A DuckDB without tables that reads and writes files in the one folder. ``database`` is a path, or ":memory:"."""
    later = ("enable_external_access", "lock_configuration")
    at_once = {name: value for name, value in SETTINGS.items() if name not in later}
    connection = duckdb.connect(database, config=at_once | within)
    # In this order: with the access closed nothing is allowed any more.
    connection.execute("set allowed_directories = $1", [[str(files)]])
    for name in later:
        connection.execute(f"set {name} = {SETTINGS[name]}")
    return connection


def write_files(records: Cursor, baseline: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Each table's rows of a baseline as Parquet: the table, and its file's name as soon as it has that. At the end of
    them all are whole and on the disk.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    for table in sorted(FROZEN):
        yield table, _write(records, table, baseline, folder)
    sync(folder)


def read_files(records: Cursor, files: Mapping[str, str], folder: Path) -> None:
    """The rows of one baseline, in one transaction, after each file was found to be what its name says.

    Raises:
        StoreUnavailable: a file is missing or damaged.
    """
    refuse_changed(files, folder)
    records.begin()
    try:
        for table, sha256 in sorted(files.items()):
            records.execute(f"insert into {table} select * from read_parquet($1)", [str(folder / sha256)])  # noqa: S608
        records.commit()
    except BaseException:
        records.rollback()
        raise


def refuse_changed(files: Mapping[str, str], folder: Path) -> None:
    """Raises ``StoreUnavailable`` where a file is missing or not what its name says."""
    for sha256 in files.values():
        path = folder / sha256
        if not is_there(path) or sha256_of_file(path) != sha256:
            raise StoreUnavailable("frozen_file_damaged", path=folder.parent.name, file=f"frozen/{sha256}")


def _write(records: Cursor, table: str, baseline: str, folder: Path) -> str:
    part = folder / f".{secrets.token_hex(8)}{PART}"
    try:
        # As it is: the words of COPY take no values.
        records.execute(f"create temp table leaving as select * from {table} where baseline = $1", [baseline])  # noqa: S608
        quoted = str(part).replace("'", "''")
        records.execute(f"copy (from leaving order by all) to '{quoted}' (format parquet)")
        records.execute("drop table leaving")
        part.chmod(0o600)
        sha256 = sha256_of_file(part)
        sync(part)
        part.replace(folder / sha256)
    finally:
        part.unlink(missing_ok=True)
    return sha256


# Which frozen records a statement needs: of which tables, and of which baseline.


ONE_BASELINE = "baseline = $baseline"
"""How every question that is given a baseline says that it asks about no other."""


@dataclass(frozen=True, slots=True)
class NeededRecords:
    """``baseline`` is None where they may be of any."""

    tables: frozenset[str]
    baseline: str | None


def needed_records(statement: str, values: object) -> NeededRecords:
    """What must have been read before the statement is asked. Any word of it that is a table's name counts as one."""
    text = _without_comments(statement)
    named = _named(text)
    baseline = str(values["baseline"]) if isinstance(values, Mapping) and ONE_BASELINE in text else None
    return NeededRecords(named, baseline)


@cache
def _without_comments(statement: str) -> str:
    return re.sub(r"--.*", "", statement)


@cache
def _named(text: str) -> frozenset[str]:
    return FROZEN & set(re.findall(r"\w+", text))


# Files of frozen records that nothing names: of a freeze that failed, was killed, or is on its way.
#
# Whether a file is named is asked under the lock of whoever changes the store, and it is removed under that lock; who
# keeps a baseline sees under the same lock that its files are there. So nothing that is kept ever misses one.


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


# A process's own DuckDB of frozen records, filled from the files that all processes share as they are asked about.


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
