"""A copy of the database while it is open: consistent, because nobody writes while it is made.

DuckDB writes to the database and to its log within a commit alone, and commits take turns at the store's write lock. So
both files, copied under that lock, are the store as of the last commit; opening the copy replays the log. Its own
``COPY FROM DATABASE`` would ask for access to other files, which the store denies itself, and would build tables again
where a copy keeps every block as it is.
"""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

from kpi.store.store_folder import StoreFolder, sync
from kpi.store.store_trouble import FULL


def copy_database(folder: StoreFolder, target: Path) -> None:
    """Copy the database and its log into the folder ``target``. The caller holds the write lock.

    A process of its own does it: to close the files in this one would give up the lock that DuckDB holds on them.

    Raises:
        OSError: the disk is full, or the copy cannot be read or written.
    """
    files = [file for file in (folder.database, folder.write_ahead_log) if file.exists()]
    command = ["cp", "--", *map(str, files), str(target)]
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        command, capture_output=True, check=False, env=os.environ | {"LC_ALL": "C"}
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").lower()
        full = any(words in said for words in FULL)
        raise OSError(errno.ENOSPC if full else errno.EIO, "the database could not be copied")
    for file in files:
        sync(target / file.name)
        (target / file.name).chmod(0o600)
