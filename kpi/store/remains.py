"""What a kill left behind half done in a store's folder. It belongs to nothing, and may hold a secret or a panel."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kpi.store.store_folder import PART, RESTORING, SPILLED, StoreFolder

SCRATCH = ".scratch-"
ABANDONED_SECONDS = 3600.0
"""What somebody may be at work on is a remainder once nothing of it has changed for so long."""

WRITTEN_SECONDS = 60.0
"""A file that is being written changes all the time: one that has not for so long is left over, whoever is at work."""


@dataclass(frozen=True, slots=True)
class KeptOriginal:
    """A file among the originals, and when somebody last kept it."""

    sha256: str
    kept_at: datetime


def kept_originals(folder: StoreFolder, before: datetime) -> list[KeptOriginal]:
    """The files among the originals that nobody has kept since that moment, by name."""
    found = []
    kept = folder.root / "originals"
    for path in sorted(kept.iterdir()) if kept.is_dir() else ():
        with suppress(FileNotFoundError):  # it goes meanwhile
            found.append(KeptOriginal(path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)))
    return [one for one in found if one.kept_at < before]


def remove_original(folder: StoreFolder, sha256: str, before: datetime) -> None:
    """Remove it unless somebody has kept it since that moment, as others may who have not named it yet.

    Raises:
        OSError: it cannot be removed.
    """
    path = folder.original(sha256)
    aside = path.with_name(f".{secrets.token_hex(8)}{PART}")
    with suppress(FileNotFoundError):
        if path.stat().st_mtime >= before.timestamp():
            return
        # Looked at again under another name: whoever keeps it from here on finds none, and writes it. Killed before it
        # is put back, it is written again by whoever names it (``keep_again``).
        path.replace(aside)
        aside.unlink() if aside.stat().st_mtime < before.timestamp() else aside.replace(path)


def remains(root: Path, unchanged_seconds: float = 0.0) -> list[Path]:
    """What has not changed within so many seconds: nought is for who alone has the store open.

    A scratch database counts once it is abandoned, and so does what a question of another process laid out: whoever is
    asked may be at work on one. Of this process, which has the store open, nothing that it laid out counts.
    """
    own = f"{SPILLED}{os.getpid()}-"
    parts = (one for one in _parts(root) if _unchanged_for(one) >= unchanged_seconds)
    others = (one for one in _scratch(root) if not one.name.startswith(own))
    return sorted([*parts, *(one for one in others if _unchanged_for(one) >= ABANDONED_SECONDS)])


def remove_remains(root: Path, unchanged_seconds: float = 0.0) -> None:
    """Remove what a kill left behind, and nothing that changed within so many seconds.

    Nought is for a caller who alone works on the store.

    Raises:
        OSError: it cannot be removed.
    """
    for path in [*_parts(root), *_scratch(root)]:
        if _unchanged_for(path) >= unchanged_seconds:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _parts(root: Path) -> list[Path]:
    folders = (root, root / "originals", root / "frozen")
    parts = (path for folder in folders for path in folder.glob(f".*{PART}") if not path.name.startswith(SPILLED))
    return [*root.glob(f"{RESTORING}*"), *parts]


def _scratch(root: Path) -> list[Path]:
    return [*(root / "incoming").glob(f"{SCRATCH}*"), *root.glob(f"{SPILLED}*")]


def _unchanged_for(path: Path) -> float:
    """Seconds since a file, or whatever is in a folder, last changed; 0 where any of it goes meanwhile."""
    try:
        changed = max(one.stat().st_mtime for one in (path, *path.rglob("*")))
    except FileNotFoundError:
        return 0.0
    return max(time.time() - changed, 0.0)
