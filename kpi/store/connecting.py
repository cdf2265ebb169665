"""Connecting to a store's own database, with the settings that every DuckDB of the product has."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from kpi.errors import StoreUnavailable
from kpi.store.cursor import Cursor
from kpi.store.store_trouble import store_trouble, unreachable

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
