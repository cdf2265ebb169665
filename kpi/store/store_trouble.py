"""What DuckDB's errors mean for the store: damaged, full, held by another process, out of memory - or a bug of ours."""

from __future__ import annotations

import errno

import duckdb

from kpi.errors import StoreUnavailable
from kpi.store.cursor import Cursor

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
