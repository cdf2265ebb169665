"""A copy of the database while it is open: consistent, because nobody writes while it is made.

DuckDB writes to the database and to its log within a commit alone, and commits take turns at the store's write lock. So
both files, copied under that lock, are the store as of the last commit; opening the copy replays the log. Its own
``COPY FROM DATABASE`` would ask for access to other files, which the store denies itself, and would build tables again
where a copy keeps every block as it is.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from kpi.errors import StoreUnavailable
from kpi.store.store import Store


def copy_database(store: Store, target: Path) -> None:
    """Copy the database and its log into the folder ``target``. The caller holds the write lock.

    A process of its own does it: to close the files in this one would give up the lock that DuckDB holds on them.

    Raises:
        StoreUnavailable: the disk is full.
    """
    files = [file for file in (store.folder.database, store.folder.write_ahead_log) if file.exists()]
    command = ["cp", "--", *map(str, files), str(target)]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own words, no shell
    if done.returncode:
        raise StoreUnavailable("store_full")
    for file in files:
        sync(target / file.name)
        (target / file.name).chmod(0o600)


def sync(path: Path) -> None:
    """Have a file, or what a folder lists, on the disk and not only on its way there."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
