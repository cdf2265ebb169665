"""Proofs of whoever asks for an account: apart from the originals, in no backup, and erased once it is decided."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from kpi.model.times import file_time
from kpi.store.database import refused_access
from kpi.store.folder import StoreFolder, write_whole


def keep_proof(folder: StoreFolder, request: str, data: bytes) -> None:
    """In the place of what was kept for the same request before.

    Raises:
        StoreUnavailable: the disk is full, or the system refuses to write.
    """
    try:
        _folder(folder).mkdir(mode=0o700, exist_ok=True)
        write_whole(_folder(folder) / request, data)
    except OSError as error:
        raise refused_access(error, folder.root.name) from error


def kept_proof(folder: StoreFolder, request: str) -> Path | None:
    """None where it is not there: erased, or not brought back with a backup."""
    path = _folder(folder) / request
    return path if path.exists() else None


def erase_proof(folder: StoreFolder, request: str) -> None:
    """What the system does not let go of now is erased with what a kill left behind."""
    with suppress(OSError):
        (_folder(folder) / request).unlink(missing_ok=True)


def proofs_before(folder: StoreFolder, moment: datetime) -> list[str]:
    """The requests, or what a kill left behind, whose file was written before that moment."""
    found = []
    for path in _folder(folder).iterdir() if _folder(folder).is_dir() else ():
        with suppress(FileNotFoundError):  # it goes meanwhile
            if file_time(path.stat().st_mtime) < moment:
                found.append(path.name)
    return found


def _folder(folder: StoreFolder) -> Path:
    return folder.root / "proofs"
