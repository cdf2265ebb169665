"""A snapshot a minute: a backup into a second place that holds only what is new, and lets the oldest go.

Originals never change, and a database that no checkpoint wrote since is the same file: both are named a second time in
the next snapshot (hard links), so that a minute costs the log of what was done. Each snapshot is a whole backup.
"""

from __future__ import annotations

import fcntl
import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kpi import tables
from kpi.errors import UserError
from kpi.model.times import now
from kpi.model.viewer import Actor
from kpi.services.operation.backup import MANIFEST, copy_store, manifest_of, remove_unfinished
from kpi.services.unit_of_work import unit_of_work
from kpi.store.folder import PART, flocked
from kpi.store.store import Store

NAME, NAMED = re.compile(r"\d{8}T\d{6}Z"), "%Y%m%dT%H%M%SZ"
ACT_EVERY = timedelta(hours=20)
"""So often the trail notes that the store is copied: an act a minute would be half a million a year."""
KEPT = (
    (timedelta(hours=1), timedelta(0)),
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=35), timedelta(days=1)),
)
"""Until which age one is kept of each span: all of the last hour, one an hour of a day, one a day of five weeks."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``name`` is None where nothing was done since ``latest``. ``new_bytes`` are what its disk holds for it alone."""

    latest: str
    name: str | None
    seq: int
    new_bytes: int
    removed: int


def take_snapshot(
    store: Store, place: Path, actor: Actor, with_secret: bool = True, at: datetime | None = None
) -> Snapshot:
    """Copy what is new of a store in a folder into the folder ``place``, and remove what is not kept any longer.

    Raises:
        UserError: the store is shared by several processes, another snapshot is being made, or ``place`` cannot be
            written or lies in the store's own folder.
        StoreUnavailable: as for a backup.
    """
    if store.shared:
        raise UserError("snapshot_of_shared")
    moment = at or now()
    if place.resolve().is_relative_to(store.folder.root.resolve()):
        raise UserError("snapshot_in_store", name=place.name)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with flocked(place, fcntl.LOCK_EX) as alone:
            if not alone:
                raise UserError("snapshot_running", name=place.name)
            taken = _take(store, place, actor, with_secret, moment)
        store.folder.keep_snapshot_time(moment)
        return taken
    except OSError as error:
        raise UserError("cannot_write", name=place.name) from error


def _take(store: Store, place: Path, actor: Actor, with_secret: bool, moment: datetime) -> Snapshot:
    remove_unfinished(place)
    before = snapshots(place)
    if before and _as_in(store, before[-1]):
        taken = Snapshot(before[-1].name, None, manifest_of(before[-1]).seq, 0, _rotate(before, moment))
    else:
        taken = _copy_what_is_new(store, place, before, with_secret, moment)
    # Once it is there: what could not be copied is no backup.
    _note_now_and_then(store, actor, place, with_secret, taken.seq, moment)
    return taken


def _copy_what_is_new(store: Store, place: Path, before: list[Path], with_secret: bool, moment: datetime) -> Snapshot:
    # By its name the newest is the last one, also where the clock was put back: it is the one that is restored.
    named = max([moment, *(_taken(path) + timedelta(seconds=1) for path in before[-1:])])
    made = place / named.astimezone(UTC).strftime(NAMED)
    manifest = copy_store(store, made, moment, with_secret, before[-1] if before else None)
    new = sum(path.stat().st_size for path in made.rglob("*") if path.is_file() and path.stat().st_nlink == 1)
    return Snapshot(made.name, made.name, manifest.seq, new, _rotate([*before, made], named))


def snapshots(place: Path) -> list[Path]:
    """The whole snapshots in a folder, the earliest first: one that was killed on its way has no such name."""
    found = place.iterdir() if place.is_dir() else ()
    return sorted(path for path in found if NAME.fullmatch(path.name) and (path / MANIFEST).exists())


def newest_snapshot(place: Path) -> Path:
    """The newest snapshot in ``place``; ``place`` itself where it holds none, as a backup does."""
    return next(reversed(snapshots(place)), place)


def _note_now_and_then(store: Store, actor: Actor, place: Path, with_secret: bool, seq: int, moment: datetime) -> None:
    with store.cursor() as cursor:
        last = tables.audit.last_backup_at(cursor)
    if last is None or moment - last >= ACT_EVERY:
        with unit_of_work(store, actor, moment) as change:
            change.audit("backup_made", place.name[:100], after={"seq": seq, "secret": with_secret})


def _as_in(store: Store, latest: Path) -> bool:
    """Whether nothing was written since: neither an act nor what needs none, which the log holds."""
    manifest = manifest_of(latest)
    with store.write_lock(), store.cursor() as cursor:
        head = tables.audit.audit_head(cursor)
        same = head is not None and (head.seq, head.mac) == (manifest.seq, manifest.mac)
        return same and _size(store.folder.write_ahead_log) == _size(latest / store.folder.write_ahead_log.name)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _rotate(kept: Sequence[Path], moment: datetime) -> int:
    """Remove what no rule of ``KEPT`` keeps, never the newest. Returns how many went."""
    keep = {kept[-1], *_kept_by_age(kept, moment)}
    gone = [path for path in kept if path not in keep]
    for path in gone:
        # Its name goes first: half of it is never taken for a snapshot, and is removed by the next one after a kill.
        aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
        path.rename(aside)
        shutil.rmtree(aside)
    return len(gone)


def _taken(snapshot: Path) -> datetime:
    return datetime.strptime(snapshot.name, NAMED).replace(tzinfo=UTC)


def _kept_by_age(kept: Sequence[Path], moment: datetime) -> set[Path]:
    keep: set[Path] = set()
    for age, span in KEPT:
        last: dict[int, Path] = {}
        for number, path in enumerate(kept):
            taken = _taken(path)
            if moment - taken < age:
                last[int(taken.timestamp() // span.total_seconds()) if span else number] = path
        keep |= set(last.values())
    return keep
