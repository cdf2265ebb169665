"""Room on the disk: a change is begun only where there is some left, and what was begun may use what was kept aside.

DuckDB writes a change when it is committed, and the audit trail's head is written after that. On a disk with a few
kilobytes left the one may succeed and the other fail; so a file of its own keeps their room.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from kpi.errors import StoreUnavailable
from kpi.store.store_trouble import refused_access

RESERVE = "reserve"
RESERVE_BYTES = 1_048_576
"""What a change and the trail's head may need while they are written: a lock takes about a tenth of it."""
LEAST_FREE_BYTES = 1_048_576
"""With less than this left beside the reserve nothing is begun."""


def make_room(root: Path) -> None:
    """Before a change: what the last one used of the reserve is kept aside again.

    Raises:
        StoreUnavailable: the disk is full, or the system refuses to write; nothing was begun.
    """
    try:
        if not _reserved(root):
            _reserve(root)
        free = free_bytes(root)
    except OSError as error:
        raise refused_access(error, root.name) from error
    if free < LEAST_FREE_BYTES:
        raise StoreUnavailable("store_full")


def use_reserve(root: Path) -> None:
    """A change that was begun is about to be written, and somebody else has filled the disk meanwhile."""
    if free_bytes(root) < LEAST_FREE_BYTES:
        (root / RESERVE).unlink(missing_ok=True)


def free_bytes(root: Path) -> int:
    """What is left for this user on the disk the folder is on."""
    disk = os.statvfs(root)
    return disk.f_bavail * disk.f_frsize


def _reserved(root: Path) -> bool:
    try:
        return (root / RESERVE).stat().st_size >= RESERVE_BYTES
    except FileNotFoundError:
        return False


def _reserve(root: Path) -> None:
    path = root / RESERVE
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        # Written and not only sized: a file with holes takes no room.
        os.write(descriptor, bytes(RESERVE_BYTES))
        os.fsync(descriptor)
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise
    finally:
        os.close(descriptor)
    if path.stat().st_size < RESERVE_BYTES:
        path.unlink()
        raise StoreUnavailable("store_full")
