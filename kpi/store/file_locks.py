"""Locks on files and folders that the system lets go of when their process ends, however it ends."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kpi.errors import StoreUnavailable

UNSUPPORTED = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})


@contextmanager
def flocked(path: Path, kind: int, *, wait: bool = False) -> Iterator[bool]:
    """Whether this process got the lock; it is let go on leaving, and by a kill.

    A folder is locked on this machine alone. A file, which is made where there is none, is opened to be written: NFS
    has a lock that excludes other machines for nothing else. ``wait``: until whoever has it lets go of it.

    Raises:
        OSError: it cannot be opened, or there are no locks.
    """
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, kind | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def refuse_without_locks(folder: Path) -> None:
    """Try whether a file there that is locked is refused to the next one.

    Raises:
        StoreUnavailable: it is not, or the storage has no locks.
        OSError: nothing can be written there.
    """
    tried = folder / f".{secrets.token_hex(8)}.part"
    try:
        with flocked(tried, fcntl.LOCK_EX) as first, flocked(tried, fcntl.LOCK_EX) as second:
            works = first and not second
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
        works = False
    finally:
        tried.unlink(missing_ok=True)
    if not works:
        raise StoreUnavailable("files_without_locks", path=folder.name)
