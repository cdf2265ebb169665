"""A backup takes the place of a store: checked first, put there whole, and noted with what is lost by it."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kpi import tables
from kpi.errors import StoreUnavailable, UserError
from kpi.model.times import now, shanghai_stamp
from kpi.model.viewer import Actor
from kpi.services.audit_trail import acts_by_number, broken_entries
from kpi.services.operation.backup import (
    BackupManifest,
    files_of_backup,
    manifest_of,
    passing_folder,
    remove_unfinished,
)
from kpi.services.operation.snapshot import newest_snapshot
from kpi.services.operation.verification import verify_store
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import in_words, unreachable
from kpi.store.folder import RESTORING, SECRET_BYTES, StoreFolder, remove_leftovers, sha256_of_file, sync, write_whole
from kpi.store.open_store import move_to_shared, open_store_to_read, refuse_taken
from kpi.store.saved_acts import saved_once_in_place
from kpi.store.schema import refuse_without_upgrade
from kpi.store.store import Store
from kpi.store.store_parts import DATABASE, replace_parts
from kpi.store.store_place import StorePlace
from kpi.tables.audit import AuditHead


@dataclass(frozen=True, slots=True)
class StoreRestored:
    """``replaced`` is the folder in the store that holds what was there before, None where nothing was.

    ``lost`` names the acts that store had beyond the backup, None where its head named none.
    """

    made_at: str
    seq: int
    lost: str | None
    replaced: str | None


def restore_store(
    root: Path,
    source: Path,
    actor: Actor,
    reason: str = "",
    secret: Path | None = None,
    at: datetime | None = None,
    went_to: AuditHead | None = None,
) -> StoreRestored:
    """Put the backup in ``source``, or the newest snapshot there, at ``root``.

    What was there is moved into a folder of its own, never deleted. ``went_to`` is how far that store went, where an
    anchor or a log that was kept elsewhere says so: of a lost disk nothing else does.

    ``secret`` is the file of secrets for a backup made without; else the present store's is tried.

    Raises:
        UserError: ``source`` is no backup, is not whole, or its secret is missing or no secret.
        StoreUnavailable: another process holds the store, the backup is of a version that nothing here brings forward,
            or the disk is full.
    """
    source = newest_snapshot(source)
    made = _manifest(source)
    with _held_alone(root):
        kept = None if made.secret else _kept_elsewhere(source, secret, root / "secret")
        known = ((went_to.seq, went_to.mac) if went_to else None) or _known_head(root)
        return _put_in_place(root, source, made, known, kept, actor, reason, at or now())


def restore_shared_store(
    place: StorePlace,
    source: Path,
    actor: Actor,
    reason: str = "",
    secret: Path | None = None,
    at: datetime | None = None,
    instead_of: Path | None = None,
    went_to: AuditHead | None = None,
) -> StoreRestored:
    """As ``restore_store``, into an empty database and a new or empty folder, for several processes; then verified.

    Either kind of store has the same backups. Nothing that is there is replaced: the present store, if there still is
    one, has another database. ``instead_of`` is its folder: the head in it tells how far that store went.

    Raises:
        UserError: as for ``restore_store``, or ``instead_of`` has no head.
        StoreUnavailable: the database or the folder is not empty or cannot be used, the backup is of a version that
            nothing here brings forward, the disk is full, or what was restored is not sound.
    """
    source = newest_snapshot(source)
    made = _manifest(source)
    known = ((went_to.seq, went_to.mac) if went_to else None) or (_head_of(instead_of) if instead_of else None)
    lost = _lost(made, known)
    made_for_it = place.folder.is_dir()
    with in_words(place.folder):
        if made_for_it:
            remove_unfinished(place.folder)
        _refuse_taken(place)
        kept = None if made.secret else _kept_elsewhere(source, secret, place.folder / "secret")
        if made_for_it:
            place.folder.chmod(0o700)
        # Within a folder that was made for it: its owner may be allowed to write nowhere else.
        with passing_folder(place.folder / "restore" if made_for_it else place.folder) as part:
            _copy(source, part, made, kept)
            with Store.open(part, any_version=True) as store, saved_once_in_place():
                store.refuse_damage()
                _note(store, made, known, lost, source, actor, reason, at or now())
                move_to_shared(store, place)
    with open_store_to_read(place) as restored:
        if not verify_store(restored).sound:
            raise StoreUnavailable("restored_unsound")
    return StoreRestored(made.made_at, made.seq, lost, None)


def _refuse_taken(place: StorePlace) -> None:
    """Raises ``StoreUnavailable`` where something is there already, before anything is copied."""
    try:
        refuse_taken(place)
    except StoreUnavailable as error:
        if error.code in ("database_occupied", "files_not_empty"):
            what = error.params.get("name") or error.params.get("path") or "?"
            raise StoreUnavailable("restore_taken", what=what) from error
        raise


def _put_in_place(
    root: Path,
    source: Path,
    made: BackupManifest,
    known: tuple[int, str] | None,
    kept: bytes | None,
    actor: Actor,
    reason: str,
    at: datetime,
) -> StoreRestored:
    lost = _lost(made, known)
    remove_leftovers(root)
    part = root / f"{RESTORING}{secrets.token_hex(4)}"
    try:
        _copy(source, part, made, kept)
        with saved_once_in_place():
            with Store.open(part, any_version=True) as store:
                store.refuse_damage()
                _note(store, made, known, lost, source, actor, reason, at)
            replaced = replace_parts(root, part, f"replaced-{shanghai_stamp(at)}")
    except BaseException as error:
        shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, OSError):
            raise unreachable(error, root.name) from error
        raise
    return StoreRestored(made.made_at, made.seq, lost, replaced)


def _note(
    store: Store,
    made: BackupManifest,
    known: tuple[int, str] | None,
    lost: str | None,
    source: Path,
    actor: Actor,
    reason: str,
    at: datetime,
) -> None:
    """The restoration's act, in what is to be restored: its trail, read from end to end before, goes on with it."""
    try:
        with unit_of_work(store, actor, at, upgrade=True) as change:
            if broken_entries(store, tables.audit.audit_entries(change.cursor)):
                raise UserError("backup_damaged", name=source.name, file="audit-head")
            change.audit(
                "store_restored",
                lost or "0",
                before={"head": {"seq": known[0], "mac": known[1]} if known else None},
                after={"made_at": made.made_at, "seq": made.seq, "reason": " ".join(reason.split())[:500]},
            )
    except StoreUnavailable as error:
        if error.code in ("acts_lost", "head_missing", "secret_other"):
            file = "secret" if error.code == "secret_other" else "audit-head"
            raise UserError("backup_damaged", name=source.name, file=file) from error
        raise


def _known_head(root: Path) -> tuple[int, str] | None:
    """How far the store went that is there, or that an earlier restoration had moved aside when it was killed.

    That one may have put the backup's own head in its place already: the one that tells of more counts.
    """
    aside = [] if (root / DATABASE).exists() else sorted(path.parent for path in root.glob(f"replaced-*/{DATABASE}"))
    heads = [StoreFolder(folder).head() for folder in (root, *aside[-1:])]
    return max((head for head in heads if head), key=lambda head: head[0], default=None)


def _head_of(folder: Path) -> tuple[int, str]:
    """How far the store went that the folder belonged to; its database need not be there any more."""
    if (head := StoreFolder(folder).head()) is None:
        raise UserError("no_head_there", name=folder.name)
    return head


def _lost(made: BackupManifest, known: tuple[int, str] | None) -> str | None:
    """The acts beyond the backup, by number, as far as is known."""
    return acts_by_number(made.seq + 1, known[0]) if known and known[0] > made.seq else None


def _manifest(source: Path) -> BackupManifest:
    """What the backup says of itself, every file of it being as it says.

    Raises:
        UserError: it is none, or not whole.
        StoreUnavailable: it is of a version that nothing here brings forward.
    """
    made = manifest_of(source)
    refuse_without_upgrade(made.version)
    present = files_of_backup(source)
    for name, sha256 in made.files.items():
        if name not in present or not _holds(present[name], sha256):
            raise UserError("backup_damaged", name=source.name, file=name)
    return made


def _holds(path: Path, sha256: str) -> bool:
    """Whether a file is what it was; one that the system cannot read, of a disk that fails say, is not."""
    try:
        return sha256_of_file(path) == sha256
    except OSError:
        return False


@contextmanager
def _held_alone(root: Path) -> Iterator[None]:
    """Nobody else opens the store at ``root`` meanwhile. What else is wrong with it is no matter.

    Raises:
        StoreUnavailable: another process has it open.
    """
    with ExitStack() as held:
        try:
            held.enter_context(Store.open_to_read(root, any_version=True))
        except StoreUnavailable as error:
            if error.code == "store_locked":
                raise
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            held.enter_context(StoreFolder(root).held(alone=True))
        except OSError as error:
            raise unreachable(error, root.name) from error
        yield


def _kept_elsewhere(source: Path, named: Path | None, present: Path) -> bytes:
    """The secrets for a backup that was made without."""
    if named is None and not present.exists():
        raise UserError("backup_without_secret", name=source.name)
    secret = named or present
    try:
        kept = secret.read_bytes()
    except OSError as error:
        raise UserError("secret_file_invalid", name=secret.name) from error
    if not kept or len(kept) % SECRET_BYTES:
        raise UserError("secret_file_invalid", name=secret.name)
    return kept


def _copy_file(source: Path, name: str, part: Path) -> None:
    """Raises ``UserError`` where the system refuses the backup's own file, ``OSError`` where it refuses the copy."""
    try:
        shutil.copyfile(source / name, part / name)
    except OSError:
        try:
            sha256_of_file(source / name)
        except OSError as error:
            raise UserError("backup_damaged", name=source.name, file=name) from error
        raise


def _copy(source: Path, part: Path, made: BackupManifest, secret: bytes | None) -> None:
    try:
        (part / "originals").mkdir(mode=0o700, parents=True, exist_ok=True)
        part.chmod(0o700)
        for name in made.files:
            _copy_file(source, name, part)
            (part / name).chmod(0o600)
            sync(part / name)
        sync(part / "originals")
        if secret is not None:
            write_whole(part / "secret", secret)
    except OSError as error:
        raise unreachable(error, part.parent.name) from error
