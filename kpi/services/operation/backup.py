"""A backup: the store in a folder of its own, checked before it is called one; and a store moved, or begun anew."""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from kpi import tables
from kpi.errors import StoreUnavailable, UserError
from kpi.model.audit import AuditEntry
from kpi.model.times import now
from kpi.model.viewer import Actor
from kpi.services.audit_trail import BEGINNING, broken_entries, refuse_lost_acts
from kpi.services.operation.contacts import deleted_contacts
from kpi.services.signatures import SALT_BYTES, sign_copy
from kpi.services.unit_of_work import unit_of_work
from kpi.store import schema
from kpi.store.database import FULL_NUMBERS, Cursor, refused_access
from kpi.store.folder import PART, StoreFolder, flocked, sha256_of_file, sync, write_whole
from kpi.store.store import Store
from kpi.store.store_parts import DATABASE

# A backup: the store as it stands, in a folder of its own, checked before it is called one. Nobody need stop working.
#
# It holds the database, the originals, the trail's head, the secret unless expressly left out, and ``backup.json``,
# which says of every file what it must hash to.


MANIFEST = "backup.json"
UNFINISHED = re.compile(rf"\..+\.[0-9a-f]{{8}}{re.escape(PART)}")
"""The name of a folder in which a backup is being made, or a store that comes of one."""
FORMAT = 1
BackupPart = Literal["database", "originals", "check"]
"""What a backup is at, in this order. Texts: ``page.operation.part.<part>``."""
ReportProgress = Callable[[BackupPart, float], None]
"""Hears what is being done, and which share of it is done, 0..1."""


def unreported(_: BackupPart, __: float) -> None:
    """For whoever waits without looking."""


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """``files`` maps each path in the backup to its SHA-256; ``seq`` and ``mac`` are the audit trail's last act.

    ``missing`` are the hashes of originals that the store should have had and did not: no restoration brings them back.
    """

    format: int
    made_at: str
    version: int
    seq: int
    mac: str
    secret: bool
    files: dict[str, str]
    missing: tuple[str, ...] = ()
    signed: str | None = None
    """The trail and the rows of the copy, signed (``signatures.py``), for who checks it without the secret. None in a
    copy of an older version, and in one without an act."""


def back_up(
    store: Store,
    destination: Path,
    actor: Actor,
    with_secret: bool = True,
    at: datetime | None = None,
    report: ReportProgress = unreported,
) -> BackupManifest:
    """Make a backup of an open store in the folder ``destination``, check it, and note it in the trail.

    The act that notes it comes after what the backup holds. An error that ``report`` raises leaves nothing behind, nor
    does an act that is refused.

    Raises:
        UserError: something lies at ``destination`` already, or it cannot be written.
        StoreUnavailable: the store is damaged or cannot be read, acts are missing from its trail, or the disk is full.
    """
    moment = at or now()
    made = copy_store(store, destination, moment, with_secret, report=report)
    try:
        with unit_of_work(store, actor, moment) as change:
            change.audit("backup_made", destination.name[:100], after={"seq": made.seq, "secret": made.secret})
    except StoreUnavailable as error:
        if not error.uncertain:
            shutil.rmtree(destination, ignore_errors=True)
        raise
    return made


def copy_store(
    store: Store,
    destination: Path,
    at: datetime,
    with_secret: bool,
    link_from: Path | None = None,
    report: ReportProgress = unreported,
) -> BackupManifest:
    """The backup without its act: also of a store of an older version, before it is brought forward.

    ``link_from`` is a store or an earlier backup on the disk of ``destination``: originals, which never change, are not
    copied but named a second time, and of an earlier backup not read again either; so is a database that is the same.
    """
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise UserError("backup_exists", name=destination.name)
    part = destination.with_name(f".{destination.name}.{secrets.token_hex(4)}{PART}")
    try:
        destination.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        remove_unfinished(destination.parent)
        part.mkdir(mode=0o700)
        # Held while it is being made, and let go of by a kill.
        with flocked(part, fcntl.LOCK_EX):
            (part / "originals").mkdir(mode=0o700)
            made = _fill(store, part, at, with_secret, link_from, report)
            if destination.exists():
                destination.rmdir()
            part.rename(destination)
            sync(destination.parent)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        if error.errno in FULL_NUMBERS:
            raise StoreUnavailable("store_full") from error
        raise UserError("cannot_write", name=destination.name) from error
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return made


@contextmanager
def passing_folder(beside: Path) -> Iterator[Path]:
    """A folder for a store on its way to ``beside``. It is removed at the end; after a kill, by the next one there.

    Raises:
        OSError: it cannot be made.
    """
    beside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_unfinished(beside.parent)
    part = beside.with_name(f".{beside.name}.{secrets.token_hex(4)}{PART}")
    try:
        part.mkdir(mode=0o700)
        # With whoever opens the store in it, and not with who would remove it.
        with flocked(part, fcntl.LOCK_SH):
            (part / "originals").mkdir(mode=0o700)
            yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def remove_unfinished(parent: Path) -> None:
    """Remove what was killed on its way to ``parent``: it holds the store's secret, and nobody uses it.

    Raises:
        OSError: it cannot be removed.
    """
    for path in parent.glob(f".*{PART}"):
        if UNFINISHED.fullmatch(path.name) and (path / "originals").is_dir():
            with flocked(path, fcntl.LOCK_EX) as left:
                if left:
                    shutil.rmtree(path)


def _fill(
    store: Store, part: Path, at: datetime, with_secret: bool, link_from: Path | None, report: ReportProgress
) -> BackupManifest:
    report("database", 0.0)
    earlier = manifest_of(link_from).files if link_from and (link_from / MANIFEST).exists() else {}
    copy = StoreFolder(part)
    with ExitStack() as copying:
        # The rows of this moment name them: a deletion at work is waited for, and none begins meanwhile.
        with _own_files(store.folder):
            copying.enter_context(flocked(store.folder.originals_lock, fcntl.LOCK_SH, wait=True))
        with store.write_lock():
            present = store.schema()
            with store.cursor() as cursor:
                refuse_lost_acts(store, cursor)
                head = tables.audit.audit_head(cursor) or BEGINNING
            finish = copying.enter_context(store.copying(part))
            kept = store.folder.secrets()
        finish()
        copy.keep_head(head.seq, head.mac)
        # They are added before the rows that name them: what is there now is enough for the copy.
        with _own_files(store.folder):
            originals = store.folder.originals()
        for done, original in enumerate(originals):
            report("originals", done / len(originals))
            _copy_original(store.folder, original, copy.original(original.name), link_from)
    sync(part / "originals")
    write_whole(part / "secret", kept)
    report("check", 0.0)
    known = {name for name in earlier if name.startswith("originals/")}
    missing, signed = _check(copy, at, known)
    if not with_secret:
        (part / "secret").unlink()
    files = {
        name: earlier[name] if name in known else sha256_of_file(path) for name, path in files_of_backup(part).items()
    }
    if link_from and earlier.get(DATABASE) == files[DATABASE]:
        _name_again(link_from / DATABASE, part / DATABASE)
    made = BackupManifest(FORMAT, at.isoformat(), present, head.seq, head.mac, with_secret, files, missing, signed)
    write_whole(part / MANIFEST, json.dumps(asdict(made), indent=1).encode())
    return made


def _name_again(file: Path, copy: Path) -> None:
    """The same file in the place of its copy; where that disk knows no second names, the copy stays."""
    beside = copy.with_name(f".{copy.name}{PART}")
    with suppress(OSError):
        os.link(file, beside)
        beside.replace(copy)


def _copy_original(folder: StoreFolder, original: Path, target: Path, link_from: Path | None) -> None:
    if link_from:
        with suppress(OSError):
            os.link(link_from / "originals" / original.name, target)
            return
    try:
        shutil.copyfile(original, target)
    except OSError:
        with _own_files(folder):
            sha256_of_file(original)
        raise
    target.chmod(0o600)
    sync(target)


@contextmanager
def _own_files(folder: StoreFolder) -> Iterator[None]:
    """Raises ``StoreUnavailable`` where the system refuses what is the store's own, and not the copy."""
    try:
        yield
    except OSError as error:
        raise refused_access(error, folder.root.name) from error


def _check(copy: StoreFolder, at: datetime, known: Collection[str]) -> tuple[tuple[str, ...], str | None]:
    """What was copied is read once more, from what was written, but for files that are ``known`` from an earlier one.

    Returns the originals that are named and not there, and what was read, signed.
    """
    missing, signed = tuple[str, ...](), None
    with Store.open_to_read(copy.root, any_version=True) as read:
        read.refuse_damage()
        with read.cursor() as cursor:
            refuse_lost_acts(read, cursor)
            acts = tables.audit.audit_entries(cursor)
            if schema.version(cursor) == schema.LATEST:  # the questions may not fit another one
                missing = _missing(copy, cursor, acts)
                if acts:
                    signed = sign_copy(copy, cursor, acts, at, secrets.token_hex(SALT_BYTES))
        if broken_entries(read, acts):
            raise StoreUnavailable("trail_broken", path=copy.root.name)
    new = (original for original in copy.originals() if f"originals/{original.name}" not in known)
    if any(sha256_of_file(original) != original.name for original in new):
        raise StoreUnavailable("store_damaged", path=copy.root.name)
    return missing, signed


def _missing(copy: StoreFolder, cursor: Cursor, acts: Sequence[AuditEntry]) -> tuple[str, ...]:
    named = set(tables.freezing.store_files(cursor)) - deleted_contacts(acts).files
    return tuple(sorted(sha256 for sha256 in named if not copy.original(sha256).exists()))


def manifest_of(source: Path) -> BackupManifest:
    """What a backup says of itself.

    Raises:
        UserError: ``source`` is none.
    """
    try:
        return TypeAdapter(BackupManifest).validate_json((source / MANIFEST).read_bytes(), strict=True)
    except (OSError, ValueError, ValidationError) as error:
        raise UserError("no_backup", name=source.name) from error


def files_of_backup(folder: Path) -> dict[str, Path]:
    """Every file below ``folder`` but the manifest, by its path there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): path for path in files}
