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
from collections.abc import Sequence
from pathlib import Path

from kpi.store.database import FULL, REFUSED, refused_access
from kpi.store.folder import StoreFolder, sync


def copy_database(folder: StoreFolder, target: Path) -> None:
    """Copy the database and its log into the folder ``target``. The caller holds the write lock.

    A process of its own does it: to close the files in this one would give up the lock that DuckDB holds on them.

    Raises:
        OSError: the disk is full, or the copy cannot be written.
        StoreUnavailable: the database cannot be read.
    """
    files = [file for file in (folder.database, folder.write_ahead_log) if file.exists()]
    if said := _refused(files, target):
        full = any(words in said for words in FULL)
        if not full:
            _refuse_unreadable(folder, files)
        raise OSError(errno.ENOSPC if full else errno.EIO, "the database could not be copied")
    for file in files:
        sync(target / file.name)
        (target / file.name).chmod(0o600)


def _refuse_unreadable(folder: StoreFolder, files: Sequence[Path]) -> None:
    """Raises ``StoreUnavailable`` where the store's own file is refused, and not the copy: of some errors in between
    the words do not say which.
    """
    for file in files:
        if said := _refused([file], Path(os.devnull)):
            number = next((number for words, number in REFUSED.items() if words in said), errno.EIO)
            raise refused_access(OSError(number, "the database could not be read"), folder.root.name)


def _refused(files: Sequence[Path], target: Path) -> str:
    """What the copying process complained of, in lower case; "" where it copied them."""
    command = ["cp", "--", *map(str, files), str(target)]
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        command, capture_output=True, check=False, env=os.environ | {"LC_ALL": "C"}
    )
    return done.stderr.decode("utf-8", "replace").lower() or "?" if done.returncode else ""
