"""A store of an older version is brought forward: by a command or at the start of the server, after a backup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kpi.model.times import now, shanghai_stamp
from kpi.model.viewer import Actor
from kpi.services.operation.store_backup import copy_store
from kpi.services.unit_of_work import unit_of_work
from kpi.store.migrations import FIRST_WITH_TRAIL, LATEST, refuse_other_version, version
from kpi.store.store import Store

BACKUPS = "backups"


@dataclass(frozen=True, slots=True)
class StoreUpgrade:
    """The versions before and after, and the backup's folder in the store; None where nothing was to be done."""

    before: int
    after: int
    backup: str | None


def upgrade_store(root: Path, actor: Actor, at: datetime | None = None, wait: float = 0.0) -> StoreUpgrade:
    """Back the store at ``root`` up into its own folder ``backups``, then bring it forward. Nobody else has it open.

    Raises:
        StoreUnavailable: there is none, it is of a newer version, damaged, held by another process, or lost acts.
    """
    moment = at or now()
    with Store.open_to_read(root, wait, any_version=True) as old:
        with old.cursor() as cursor:
            before = version(cursor)
            if before >= LATEST:
                refuse_other_version(cursor)
                return StoreUpgrade(before, before, None)
        if before < FIRST_WITH_TRAIL:
            old.folder.make_secret()
        backup = root / BACKUPS / f"before-version-{LATEST}-{shanghai_stamp(moment)}"
        copy_store(old, backup, moment, with_secret=True, share=True)
    # The tables and the act that notes it are kept together, or neither is: a kill leaves the older version, unchanged.
    with Store.open(root, wait, any_version=True) as store, unit_of_work(store, actor, moment, upgrade=True) as change:
        change.audit("store_upgraded", f"{before} {LATEST}", {"version": before}, {"version": LATEST})
    return StoreUpgrade(before, LATEST, f"{BACKUPS}/{backup.name}")
