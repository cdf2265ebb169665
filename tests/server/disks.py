"""A disk of its own, which root alone may make, and how it becomes full."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

AT_ONCE = 16_000_000


@contextmanager
def disk_of(place: Path, size: int) -> Iterator[bool]:
    """So many bytes at ``place``; False where none can be made, and it is a folder like any other."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    made = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield made
    finally:
        if made:
            subprocess.run(["umount", "-l", str(place)], check=True)


def leave_free(disk: Path, kilobytes: int) -> None:
    """What was filled before is given back first. Whoever is at work there may leave less."""
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while (room := _free(disk) - kilobytes * 1024) > 0:
            file.write(bytes(min(room, AT_ONCE)))


def _free(disk: Path) -> int:
    state = os.statvfs(disk)
    return state.f_bavail * state.f_frsize
