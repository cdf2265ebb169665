"""The connection to the database: its cursors, how it is opened, and its errors in words."""

from __future__ import annotations

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from kpi.errors import StoreUnavailable

# A cursor of the one connection to the database, and what it would answer.


Cursor = duckdb.DuckDBPyConnection
Relation = duckdb.DuckDBPyRelation


# What DuckDB's errors mean for the store: damaged, full, held by another process, out of memory - or a bug of ours.


FULL = ("no space left", "disk quota exceeded", "out of disk space", "file too large")
DAMAGED = ("checksum", "corrupt", "not a valid duckdb database")
KEPT = "commit succeeded and is durable"
"""DuckDB's word for a change that is kept although the housekeeping after it failed."""
INVALIDATED = "database has been invalidated"
REFUSED = {
    "permission denied": errno.EACCES,
    "operation not permitted": errno.EPERM,
    "read-only file system": errno.EROFS,
    "input/output error": errno.EIO,
    "too many open files": errno.EMFILE,
}
"""The system's own words, as DuckDB repeats them, for what neither damage nor a full disk explains."""
FULL_NUMBERS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def store_trouble(error: Exception, name: str) -> StoreUnavailable | None:
    """The error for people, or None where it is no trouble of the store's. ``name`` is the folder's.

    DuckDB reports a checksum that does not fit as a plain ``duckdb.Error``, and looks at a block when it needs it.
    """
    if isinstance(error, OSError):
        return StoreUnavailable("store_full") if error.errno in FULL_NUMBERS else None
    if not isinstance(error, duckdb.Error):
        return None
    said = str(error).lower()
    if INVALIDATED in said:
        return StoreUnavailable("store_to_reopen")
    if isinstance(error, duckdb.OutOfMemoryException):
        return StoreUnavailable("store_memory")
    if "could not set lock on file" in said:
        # While the database is open nobody else holds its log: DuckDB says so too where the system has no locks left.
        if isinstance(error, duckdb.TransactionException):
            return StoreUnavailable("store_access", path=name, reason=errno.errorcode[errno.ENOLCK])
        return StoreUnavailable("store_locked")
    if any(words in said for words in FULL):
        return StoreUnavailable("store_full")
    for words, number in REFUSED.items():
        if words in said:
            return StoreUnavailable("store_access", path=name, reason=errno.errorcode[number])
    reading = (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException, duckdb.FatalException)
    if isinstance(error, reading) or any(words in said for words in DAMAGED):
        return StoreUnavailable("store_damaged", path=name)
    return None


def refused_access(error: OSError, name: str) -> StoreUnavailable:
    """The error for people where a file of the store could not be read or written: full, or refused by the system."""
    reason = errno.errorcode.get(error.errno or 0, "?")
    return store_trouble(error, name) or StoreUnavailable("store_access", path=name, reason=reason)


def unreachable(error: OSError, name: str) -> StoreUnavailable:
    """The error for people where a store can be neither opened nor made, by the system's own reason."""
    reason = errno.errorcode.get(error.errno or 0, "?")
    return store_trouble(error, name) or StoreUnavailable("store_unreachable", path=name, reason=reason)


def has_stopped(cursor: Cursor) -> bool:
    """Whether the database answers nobody any more: only the log on the disk says what it has kept."""
    try:
        cursor.execute("select 1").fetchall()
    except duckdb.FatalException:
        return True
    return False


# Connecting to a store's own database, with the settings that every DuckDB of the product has.


# Nothing here needs the network, a file beside the database, or an extension that is not built in.
Settings = dict[str, Any]
SETTINGS: Settings = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "lock_configuration": "true",
    # After a commit DuckDB would move what its log holds into the database, and give up altogether where the disk is
    # full by then. It is done here, where there is room for it.
    "checkpoint_threshold": "1TB",
}


STORE_MEMORY = "2GB"
"""What DuckDB may take of a store that is open, in each process. Freezing or reading a baseline of millions lays the
rest out."""


@contextmanager
def in_words(root: Path) -> Iterator[None]:
    """Errors of the database and of the system as ``StoreUnavailable``, about the store at ``root``."""
    try:
        yield
    except OSError as error:
        raise unreachable(error, root.name) from error
    except duckdb.Error as error:
        raise store_trouble(error, root.name) or StoreUnavailable("store_damaged", path=root.name) from error


def within_memory(memory: str, spilled: Path) -> Settings:
    """The settings by which questions take no more than ``memory``, as "3GB", and leave what is beyond it in
    ``spilled``: by itself DuckDB would share one folder with everybody, and leave it there after a kill.
    """
    return {"temp_directory": str(spilled), "memory_limit": memory}


def within_store_memory(spilled: Path) -> Settings:
    """Those of an open store."""
    return within_memory(STORE_MEMORY, spilled)


def connect(database: Path, wait: float, read_only: bool, within: Settings | None = None) -> Cursor:
    """``wait`` is how many seconds to go on trying while another process holds the database.

    Raises:
        StoreUnavailable: another process holds it.
        duckdb.Error: it cannot be opened.
    """
    deadline = time.monotonic() + wait
    while True:
        try:
            return duckdb.connect(str(database), config=SETTINGS | (within or {}), read_only=read_only)
        except duckdb.IOException as error:
            trouble = store_trouble(error, database.parent.name)
            if trouble is None or trouble.code != "store_locked":
                raise
            if time.monotonic() >= deadline:
                raise trouble from error
        time.sleep(0.1)
