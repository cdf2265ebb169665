"""The store's folder: its files, who may have it open, the room on its disk, and what a kill left there."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kpi.errors import StoreUnavailable
from kpi.model.times import file_time
from kpi.store.database import refused_access

# Locks on files and folders that the system lets go of when their process ends, however it ends.


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


# Room on the disk: a change is begun only where there is some left, and what was begun may use what was kept aside.
#
# DuckDB writes a change when it is committed, and the audit trail's head is written after that. On a disk with a few
# kilobytes left the one may succeed and the other fail; so a file of its own keeps their room.


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


# The store's folder: its layout, and atomic writing so that a kill leaves no partial file.


SECRET_BYTES = 32
PART = ".part"
"""How the name of a file or folder ends that is being written, and gets its own name when it is whole."""
SPILLED = ".spilled-"
"""How the name of a folder begins where a database lays out what its memory does not hold."""
RESTORING = ".restoring-"
"""How the name of the folder begins in which a restoration prepares the store that is to be put in place."""
DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / ".store"


@dataclass(frozen=True, slots=True)
class StoreFolder:
    """The parts of a store folder. Only its owner has access: it holds trade secrets."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "duibiao.duckdb"

    @property
    def write_ahead_log(self) -> Path:
        """What DuckDB has committed and not yet moved into the database."""
        return self.database.with_name(f"{self.database.name}.wal")

    def spilled(self) -> Path:
        """A folder of its own for each who opens the database, where questions lay out what their memory does not hold.

        Two who only read may have it open at once. A kill leaves it behind as a remain. It is named after the process,
        which may rest for as long as it has the database open.
        """
        return self.root / f"{SPILLED}{os.getpid()}-{secrets.token_hex(4)}{PART}"

    def exists(self) -> bool:
        return self.database.exists()

    def traces(self) -> list[str]:
        """What only a store at work leaves beside its database: without the database they say that it is lost."""
        names = ["audit-head"] if (self.root / "audit-head").exists() else []
        names += [path.name for path in self.root.glob("replaced-*")]  # a restoration that was killed on its way
        return names + (["originals"] if self.originals() else [])

    def refuse_lost(self) -> None:
        """Raises ``StoreUnavailable`` where the database is missing from a store that had one."""
        with suppress(OSError):  # a folder that cannot be looked into is reported where it is opened
            if not self.exists() and (self.traces() or (self.root / "secret").exists()):
                raise StoreUnavailable("store_lost", path=self.root.name)

    def create(self) -> None:
        """Create what is missing and remove other users' access.

        Raises:
            StoreUnavailable: the folder holds other things and is open to others. To close it might be to close a home.
                Or it holds what belongs to a database that is missing.
            OSError: it cannot be made, or is somebody else's.
        """
        self.refuse_lost()
        self.make_folders()

    def make_folders(self) -> None:
        """As ``create``, whatever the folder holds of a store."""
        missing = [folder for folder in (self.root, *self.root.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
        at_work = self.exists() or (self.root / "secret").exists()
        if not at_work and _open_to_others(self.root) and any(self.root.iterdir()):
            raise StoreUnavailable("store_folder_shared", path=self.root.name)
        (self.root / "originals").mkdir(mode=0o700, exist_ok=True)
        for folder in (self.root, self.root / "originals"):
            if _open_to_others(folder):
                folder.chmod(0o700)

    def close_to_others(self) -> None:
        """The database makes its files as the umask leaves them, and a copy keeps that."""
        for file in (self.database, self.write_ahead_log, self.root / "secret", self.root / "reserve"):
            if file.exists() and _open_to_others(file):
                file.chmod(PRIVATE)

    @contextmanager
    def held(self, *, alone: bool) -> Iterator[None]:
        """Who replaces the store's parts holds the folder alone, who opens it holds it with others meanwhile.

        The database's own lock says nothing while there is no database. A kill lets go of the folder too.

        Raises:
            StoreUnavailable: somebody else holds it in a way that excludes this one.
            OSError: the folder cannot be opened.
        """
        with flocked(self.root, fcntl.LOCK_EX if alone else fcntl.LOCK_SH) as held:
            if not held:
                raise StoreUnavailable("store_locked")
            yield

    @property
    def originals_lock(self) -> Path:
        """A backup shares it while it is made, a deletion has it alone."""
        return self.root / "originals.lock"

    @property
    def secret_lock(self) -> Path:
        """Who replaces the secret of a store that several processes share has it alone."""
        return self.root / "secret.lock"

    def incoming(self) -> Path:
        """The folder for files on their way. Nothing in it outlives the process that put it there."""
        folder = self.root / "incoming"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def original(self, sha256: str) -> Path:
        return self.root / "originals" / sha256

    def keep_original(self, data: bytes) -> str:
        """Keep the bytes as they came, named by their SHA-256, and return it. Keeping twice is keeping once.

        Raises:
            StoreUnavailable: the disk is full, or the system refuses to write.
        """
        self.keep_again(sha256 := hashlib.sha256(data).hexdigest(), data)
        return sha256

    def keep_again(self, sha256: str, data: bytes) -> None:
        """Within the change that names it: since it was kept, contacts that were due may have been deleted with it.

        Raises ``StoreUnavailable`` as ``keep_original``.
        """
        try:
            if not is_there(self.original(sha256), touch=True):
                write_whole(self.original(sha256), data)
        except OSError as error:
            raise refused_access(error, self.root.name) from error

    def keep_original_file(self, path: Path) -> str:
        """As ``keep_original``, of a file that is too large to be held: it is copied.

        Raises ``StoreUnavailable`` as ``keep_original``, ``OSError`` where the file cannot be read.
        """
        part = self.root / "originals" / f".{secrets.token_hex(8)}{PART}"
        digest = hashlib.sha256()
        with path.open("rb") as source:
            try:
                with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as copy:
                    while data := source.read(1 << 20):
                        digest.update(data)
                        copy.write(data)
                    copy.flush()
                    os.fsync(copy.fileno())
                part.replace(self.original(digest.hexdigest()))
            except OSError as error:
                sha256_of_file(path)  # raises where it is this file that cannot be read
                raise refused_access(error, self.root.name) from error
            finally:
                part.unlink(missing_ok=True)
        sync(self.root / "originals")
        return digest.hexdigest()

    def originals(self) -> list[Path]:
        """None of them where their folder itself is lost: whoever looks for one finds that it is missing."""
        folder = self.root / "originals"
        return sorted(path for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []

    def keep_head(self, seq: int, mac: str) -> None:
        """Store number and MAC of the last audit entry beside the database."""
        write_whole(self.root / "audit-head", f"{seq} {mac}".encode())

    def head(self) -> tuple[int, str] | None:
        """Number and MAC of the last audit entry as stored, or None where they are missing or make no sense.

        Raises:
            StoreUnavailable: the system refuses to read them.
        """
        try:
            seq, mac = (self.root / "audit-head").read_text("ascii").split()
            return int(seq), mac
        except (FileNotFoundError, ValueError):
            return None
        except OSError as error:
            raise refused_access(error, self.root.name) from error

    def keep_snapshot_time(self, at: datetime) -> None:
        """When the store was last copied to a second place: monitoring asks how long that is ago."""
        write_whole(self.root / "last-snapshot", at.isoformat().encode())

    def snapshot_time(self) -> datetime | None:
        """As kept; None where no snapshot was taken, or nobody can read when."""
        try:
            return datetime.fromisoformat((self.root / "last-snapshot").read_text("ascii"))
        except (OSError, ValueError):
            return None

    def make_secret(self) -> None:
        """Make this installation's secret where there is none, readable by its owner only."""
        if not (path := self.root / "secret").exists():
            write_whole(path, secrets.token_bytes(SECRET_BYTES))

    def secret(self) -> bytes:
        """This installation's secret. It is made with the store, and never again by itself.

        Raises:
            StoreUnavailable: it is missing, or cut short.
        """
        return self.secrets()[:SECRET_BYTES]

    def has_secret(self) -> bool:
        """Whether there is a secret, or something in its place."""
        return (self.root / "secret").exists()

    def secrets(self) -> bytes:
        """The secret, then the keys that earlier parts of the audit trail were written with, each as long, in order.

        Raises:
            StoreUnavailable: the file is missing, or cut short, or the system refuses to read it.
        """
        try:
            kept = (self.root / "secret").read_bytes()
        except FileNotFoundError as error:
            raise StoreUnavailable("secret_missing", path=self.root.name) from error
        except OSError as error:
            raise refused_access(error, self.root.name) from error
        if not kept or len(kept) % SECRET_BYTES:
            raise StoreUnavailable("secret_missing", path=self.root.name)
        return kept

    def put_secret_aside(self) -> None:
        """Keep what lies in the secret's place and is not it, under a name that tells what it is."""
        with suppress(FileNotFoundError):
            data = (self.root / "secret").read_bytes()
            write_whole(self.root / f"secret-unfit-{hashlib.sha256(data).hexdigest()[:8]}", data)

    def replace_secret(self, kept: bytes) -> None:
        """Put another file of secrets in the place of the present one, whole or not at all."""
        write_whole(self.root / "secret", kept)


def is_there(path: Path, *, touch: bool = False) -> bool:
    """Whether the file can be opened: storage on a network may go on saying that one exists which a machine deleted.

    ``touch``: it then counts as written just now. Raises ``OSError`` where the system refuses.
    """
    try:
        os.close(os.open(path, os.O_RDONLY))
        if touch:
            os.utime(path)
    except FileNotFoundError:
        return False
    return True


def sha256_of_file(path: Path) -> str:
    """The SHA-256 of a file of any size, in lower-case hexadecimal.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


PRIVATE, SHARED = 0o600, 0o666
"""Permissions: of the store's own files, and of files written for a person (subject to the umask)."""


def write_whole(path: Path, data: bytes, permissions: int = PRIVATE) -> None:
    """Write all of ``data`` or nothing: no reader and no power failure ever meets a partial file."""
    part = path.with_name(f".{secrets.token_hex(8)}{PART}")
    try:
        _write_new(part, data, permissions)
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    sync(path.parent)


def _write_new(path: Path, data: bytes, permissions: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, permissions)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync(path: Path) -> None:
    """Have a file, or what a folder lists, on the disk and not only on its way there."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# What a kill left behind half done in a store's folder. It belongs to nothing, and may hold a secret or a panel.


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
            found.append(KeptOriginal(path.name, file_time(path.stat().st_mtime)))
    return [item for item in found if item.kept_at < before]


def remove_original(folder: StoreFolder, sha256: str, before: datetime) -> None:
    """Remove it unless somebody has kept it since that moment, as others may who have not named it yet.

    Raises:
        OSError: it cannot be removed.
    """
    path = folder.original(sha256)
    aside = path.with_name(f".{secrets.token_hex(8)}{PART}")
    with suppress(FileNotFoundError):
        if file_time(path.stat().st_mtime) >= before:
            return
        # Looked at again under another name: whoever keeps it from here on finds none, and writes it. Killed before it
        # is put back, it is written again by whoever names it (``keep_again``).
        path.replace(aside)
        aside.unlink() if file_time(aside.stat().st_mtime) < before else aside.replace(path)


def remains(root: Path, unchanged_seconds: float = 0.0) -> list[Path]:
    """What has not changed within so many seconds: nought is for who alone has the store open.

    A scratch database counts once it is abandoned, and so does what a question of another process laid out: whoever is
    asked may be at work on one. Of this process, which has the store open, nothing that it laid out counts.
    """
    own = f"{SPILLED}{os.getpid()}-"
    parts = (part for part in _parts(root) if _unchanged_for(part) >= unchanged_seconds)
    others = (item for item in _scratch(root) if not item.name.startswith(own))
    return sorted([*parts, *(other for other in others if _unchanged_for(other) >= ABANDONED_SECONDS)])


def remove_leftovers(root: Path, unchanged_seconds: float = 0.0) -> None:
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
        changed = max(item.stat().st_mtime for item in (path, *path.rglob("*")))
    except FileNotFoundError:
        return 0.0
    return max(time.time() - changed, 0.0)


# What is put into a folder for a store that may be taken back.


@dataclass(frozen=True, slots=True)
class AddedFiles:
    """What is put into a folder, and the folders that are made for it, after a moment."""

    root: Path
    _absent: tuple[Path, ...]
    _before: frozenset[Path]

    @classmethod
    def from_now_on(cls, root: Path) -> AddedFiles:
        absent = tuple(folder for folder in (root, *root.parents) if not folder.exists())
        return cls(root, absent, frozenset(root.iterdir()) if root.is_dir() else frozenset())

    def remove(self) -> None:
        """The database first: a kill on the way leaves what is called a lost store, never a store without its files.

        Raises:
            OSError: something cannot be removed.
        """
        added = set(self.root.iterdir()) - self._before
        for path in sorted(added, key=lambda item: item != StoreFolder(self.root).database):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for folder in self._absent:
            with suppress(OSError):  # somebody has put something there
                folder.rmdir()
