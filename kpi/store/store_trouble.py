"""What DuckDB's errors mean for the store: damaged, full, held by another process - or a bug of ours."""

from __future__ import annotations

import errno

import duckdb

from kpi.errors import StoreUnavailable

FULL = ("no space left", "disk quota exceeded", "out of disk space", "file too large")
DAMAGED = ("checksum", "corrupt", "not a valid duckdb database")
KEPT = "commit succeeded and is durable"
"""DuckDB's word for a change that is kept although the housekeeping after it failed."""
INVALIDATED = "database has been invalidated"
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
    if "could not set lock on file" in said:
        return StoreUnavailable("store_locked")
    if any(words in said for words in FULL):
        return StoreUnavailable("store_full")
    reading = (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException, duckdb.FatalException)
    if isinstance(error, reading) or any(words in said for words in DAMAGED):
        return StoreUnavailable("store_damaged", path=name)
    return None
