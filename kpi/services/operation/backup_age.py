"""How old the last backup is: asked by monitoring, and reported in the log."""

from __future__ import annotations

from datetime import datetime, timedelta

from kpi import queries
from kpi.model.times import now
from kpi.services.operation.demonstration import is_demonstration
from kpi.services.operation.readiness import NotReady, add_readiness_check
from kpi.store.store import Store


def backup_is_old(store: Store, longest: timedelta, at: datetime | None = None) -> bool:
    """Whether the last backup, or else the store's first act, is longer ago. A demonstration needs none."""
    if is_demonstration(store):
        return False
    with store.cursor() as cursor:
        since = queries.last_backup_at(cursor) or queries.first_act_at(cursor)
    return since is not None and (at or now()) - since > longest


def watch_backups(longest: timedelta) -> None:
    """From now on the installation is not ready where its last backup is longer ago."""

    def recent(store: Store) -> None:
        if backup_is_old(store, longest):
            raise NotReady("the last backup is too old")

    add_readiness_check("backup", recent)
