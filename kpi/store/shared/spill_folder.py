"""Where a process puts what its DuckDB cannot hold in memory: frozen records, none of which may outlive it."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

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
