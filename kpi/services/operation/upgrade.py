"""A store of an older version is brought forward: by a command or at the start of the server, after a backup."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.model.times import now, shanghai_stamp
from kpi.model.viewer import Actor
from kpi.services.award_changes import award_listed_before
from kpi.services.operation.backup import copy_store, passing_folder
from kpi.services.unit_of_work import unit_of_work
from kpi.store import schema
from kpi.store.database import in_words
from kpi.store.folder import flocked
from kpi.store.open_store import open_store_of_any_release, replace_tables
from kpi.store.saved_acts import saved_once_in_place
from kpi.store.schema import operational_tables_of, refuse_without_upgrade, version
from kpi.store.store import Store
from kpi.store.store_parts import DATABASE
from kpi.store.store_place import StorePlace

if TYPE_CHECKING:
    from kpi.store.shared.shared_store import SharedStore


BACKUPS = "backups"


@dataclass(frozen=True, slots=True)
class StoreUpgrade:
    """The versions before and after, and the backup's folder in the store; None where nothing was to be done."""

    before: int
    after: int
    backup: str | None


def _nobody_asks(_backup: str) -> None:
    """Where nobody wants to know of the backup."""


def upgrade_store(
    root: Path,
    actor: Actor,
    at: datetime | None = None,
    wait: float = 0.0,
    backed_up: Callable[[str], None] = _nobody_asks,
) -> StoreUpgrade:
    """Back the store at ``root`` up into its own folder ``backups``, then bring it forward. Nobody else has it open.

    ``backed_up`` is given the backup's folder in the store once it is made: it stays where the rest fails.

    Raises:
        StoreUnavailable: there is none, or no upgrade from its version; it is damaged, held by another process, or lost
            acts.
    """
    moment = at or now()
    with Store.open_to_read(root, wait, any_version=True) as old:
        with old.cursor() as cursor:
            before = version(cursor)
        refuse_without_upgrade(before)
        if before == schema.LATEST:
            return StoreUpgrade(before, before, None)
        backup = _backup_place(root, moment)
        copy_store(old, backup, moment, with_secret=True, link_from=old.folder.root)
    backed_up(f"{BACKUPS}/{backup.name}")
    # The tables and the act that notes it are kept together, or neither is: a kill leaves the older version, unchanged.
    with Store.open(root, wait, any_version=True) as store, unit_of_work(store, actor, moment, upgrade=True) as change:
        change.audit("store_upgraded", f"{before} {schema.LATEST}", {"version": before}, {"version": schema.LATEST})
        award_listed_before(change)
    return StoreUpgrade(before, schema.LATEST, f"{BACKUPS}/{backup.name}")


def upgrade_shared_store(
    place: StorePlace, actor: Actor, at: datetime | None = None, backed_up: Callable[[str], None] = _nobody_asks
) -> StoreUpgrade:
    """Bring a store that several processes share to this program's release, after a backup into its own folder.

    The backup is a store in a folder, brought forward as one; then all tables are made of it again, in the one
    transaction that has the lock. Whoever is of the release before can go on reading until then, and writes no more
    after it. ``backed_up`` as in ``upgrade_store``.

    Raises:
        StoreUnavailable: there is none, or no upgrade from its release; it is damaged, in use for too long, or lost
            acts.
    """
    moment = at or now()
    with ExitStack() as held:
        store = held.enter_context(open_store_of_any_release(place))
        # As a backup: before the write lock, which a deletion at work needs itself.
        held.enter_context(flocked(store.folder.originals_lock, fcntl.LOCK_SH, wait=True))
        held.enter_context(store.upgrading())
        before = store.schema()
        store.refuse_newer_release()
        refuse_without_upgrade(before)
        if store.is_of_this_release():
            return StoreUpgrade(before, before, None)
        backup = _backup_place(place.folder, moment)
        copy_store(store, backup, moment, with_secret=True, link_from=store.folder.root)
        backed_up(f"{BACKUPS}/{backup.name}")
        with in_words(place.folder), passing_folder(place.folder / "upgrade") as part, saved_once_in_place():
            _bring_forward(store, backup, part, before, actor, moment)
    return StoreUpgrade(before, schema.LATEST, f"{BACKUPS}/{backup.name}")


def _backup_place(root: Path, moment: datetime) -> Path:
    """A name that is free: an attempt that failed keeps its backup, and the next may follow within the same second."""
    name = f"before-version-{schema.LATEST}-{shanghai_stamp(moment)}"
    places = (root / BACKUPS / (name if number == 1 else f"{name}-{number}") for number in count(1))
    return next(place for place in places if not place.exists())


def _bring_forward(store: SharedStore, backup: Path, part: Path, before: int, actor: Actor, moment: datetime) -> None:
    """All but the originals, which stay where they are."""
    for name in (DATABASE, "secret", "audit-head"):
        shutil.copyfile(backup / name, part / name)
    with Store.open(part, any_version=True) as forward:
        with forward.cursor() as cursor:
            tables = operational_tables_of(cursor)
        with unit_of_work(forward, actor, moment, upgrade=True) as change:
            change.audit("store_upgraded", f"{before} {schema.LATEST}", {"version": before}, {"version": schema.LATEST})
            award_listed_before(change)
        replace_tables(store, tables, forward)
        if head := forward.folder.head():
            store.folder.keep_head(*head)
