"""The store's folder: its layout, and atomic writing so that a kill leaves no partial file."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from kpi.errors import StoreUnavailable

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / ".store"


def chosen_folder(option: str | None) -> Path:
    """The folder of ``--store``, else of ``KPI_STORE``, else the project's own, which git ignores."""
    return Path(option or os.environ.get("KPI_STORE") or DEFAULT_FOLDER).expanduser().resolve()


@dataclass(frozen=True, slots=True)
class StoreFolder:
    """The parts of a store folder. Only its owner has access: it holds trade secrets."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "duibiao.duckdb"

    @property
    def socket(self) -> Path:
        return self.root / "serving.sock"

    def exists(self) -> bool:
        return self.database.exists()

    def create(self) -> None:
        """Create what is missing and remove other users' access.

        Raises:
            StoreUnavailable: the folder has other content and is open to others; it might be a home directory.
            OSError: it cannot be created, or belongs to somebody else.
        """
        missing = [folder for folder in (self.root, *self.root.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
        if _open_to_others(self.root) and not self.exists() and any(self.root.iterdir()):
            raise StoreUnavailable("store_folder_shared", path=self.root.name)
        (self.root / "originals").mkdir(mode=0o700, exist_ok=True)
        for folder in (self.root, self.root / "originals"):
            if _open_to_others(folder):
                folder.chmod(0o700)

    def close_to_others(self) -> None:
        """The database creates its files by the umask, and a copy keeps that."""
        for file in (self.database, self.database.with_name(f"{self.database.name}.wal"), self.root / "secret"):
            if file.exists() and _open_to_others(file):
                file.chmod(PRIVATE)

    def original(self, sha256: str) -> Path:
        return self.root / "originals" / sha256

    def keep_original(self, data: bytes) -> str:
        """Store the bytes under their SHA-256 and return it; idempotent."""
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.original(sha256).exists():
            write_whole(self.original(sha256), data)
        return sha256

    def originals(self) -> list[Path]:
        return sorted(path for path in (self.root / "originals").iterdir() if not path.name.startswith("."))

    def keep_head(self, seq: int, mac: str) -> None:
        """Store number and MAC of the last audit entry beside the database."""
        write_whole(self.root / "audit-head", f"{seq} {mac}".encode())

    def head(self) -> tuple[int, str] | None:
        """Number and MAC of the last audit entry as stored, or None."""
        try:
            seq, mac = (self.root / "audit-head").read_text("ascii").split()
            return int(seq), mac
        except (OSError, ValueError):
            return None

    def secret(self) -> bytes:
        """This installation's secret, created once, readable by its owner only."""
        path = self.root / "secret"
        if not path.exists():
            write_whole(path, secrets.token_bytes(32))
        return path.read_bytes()


def _open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


PRIVATE, SHARED = 0o600, 0o666
"""Permissions: of the store's own files, and of files written for a person (subject to the umask)."""


def write_whole(path: Path, data: bytes, permissions: int = PRIVATE) -> None:
    """Write all of ``data`` or nothing: no reader and no power failure ever meets a partial file."""
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with open(part, "xb", opener=lambda name, flags: os.open(name, flags, permissions)) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
