"""How the installation stands, in numbers without persons: for monitoring, and for the page of operation."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kpi import tables
from kpi.model.times import now
from kpi.services.audit_trail import audit_keys, refuse_lost_acts
from kpi.services.operation.demonstration import is_demonstration
from kpi.services.unit_of_work import has_unnoted_key
from kpi.store.folder import free_bytes
from kpi.store.store import Store
from kpi.store.version import program_version
from kpi.tables.audit import AuditHead

# Can this installation do its work now? Quick looks at what it needs, for monitoring.
#
# Each look is one function under a name; ``add_readiness_check`` adds another. A look changes nothing, and raises
# ``NotReady`` (or anything else) where what it looks at is not as it must be.


ReadinessCheck = Callable[[Store], None]
LEAST_READY_BYTES = 500_000_000
"""Below it the disk is as good as full: an upload alone may bring 120 MB, and the database writes beside itself."""
_CHECKS: dict[str, ReadinessCheck] = {}


class NotReady(Exception):
    """What was looked at is not as it must be. The message is for the log and the tests, never for a caller."""


def add_readiness_check(name: str, check: ReadinessCheck) -> None:
    """From now on ``readiness`` looks at this too.

    Raises:
        ValueError: another check has the name.
    """
    if name in _CHECKS:
        raise ValueError(f"a readiness check is named {name} already")
    _CHECKS[name] = check


# Asked without rights: whether the store can do its work, for monitoring
def readiness(store: Store) -> dict[str, bool]:
    """Every check by its name: True where all is well."""
    return {name: _passes(check, store) for name, check in _CHECKS.items()}


def _passes(check: ReadinessCheck, store: Store) -> bool:
    try:
        check(store)
    except Exception:  # whatever it is, this part of the installation cannot be relied on
        return False
    return True


def _store_answers(store: Store) -> None:
    store.refuse_other_release()
    with store.cursor() as cursor:
        if not tables.baselines.baselines(cursor):
            raise NotReady("no baseline")


def _disk_has_room(store: Store) -> None:
    if free_bytes(store.folder.root) < LEAST_READY_BYTES:
        raise NotReady("the disk is full")


def _trail_is_whole_at_its_end(store: Store) -> None:
    """The last entry in the database is the one that is kept beside it. The latter is written just after.

    Where several processes share the store another one may be writing: nothing is missing, and that is enough.
    """
    if store.shared:
        with store.cursor() as cursor:
            refuse_lost_acts(store, cursor)
        return
    for _ in range(5):
        with store.cursor() as cursor:
            last = tables.audit.audit_head(cursor)
        head = store.folder.head()
        if (AuditHead(*head) if head else None) == last:
            return
        time.sleep(0.1)
    raise NotReady("the end of the audit trail is not as it was kept")


add_readiness_check("store", _store_answers)
add_readiness_check("disk", _disk_has_room)
add_readiness_check("trail", _trail_is_whole_at_its_end)


# How the installation stands, in numbers without persons: for monitoring, and for the page of operation.


@dataclass(frozen=True, slots=True)
class InstallationState:
    """``acts`` is the length of the audit trail, ``checks`` what ``/readyz`` answers; sizes are in bytes.

    ``last_backup`` and ``first_act`` are None where there has been none.
    """

    program: str
    schema: int
    database_bytes: int
    originals: int
    originals_bytes: int
    free_bytes: int
    baselines: int
    acts: int
    last_backup: datetime | None
    first_act: datetime | None
    last_snapshot: datetime | None
    checks: Mapping[str, bool]

    @property
    def sound(self) -> bool:
        return all(self.checks.values())


# Asked without rights: sizes, versions and ages, for monitoring
def installation_state(store: Store) -> InstallationState:
    """As it is now.

    Raises:
        StoreUnavailable: the database cannot be read.
    """
    with store.cursor() as cursor:
        baselines = len(tables.baselines.baselines(cursor))
        last_backup, head = tables.audit.last_backup_at(cursor), tables.audit.audit_head(cursor)
        first_act = tables.audit.first_act_at(cursor)
    originals = store.folder.originals()
    return InstallationState(
        program=program_version(),
        schema=store.schema(),
        database_bytes=store.database_bytes(),
        originals=len(originals),
        originals_bytes=_bytes(originals),
        free_bytes=free_bytes(store.folder.root),
        baselines=baselines,
        acts=head.seq if head else 0,
        last_backup=last_backup,
        first_act=first_act,
        last_snapshot=store.folder.snapshot_time(),
        checks=readiness(store),
    )


def _bytes(files: Iterable[Path]) -> int:
    return sum(file.stat().st_size for file in files if file.exists())


# How old the last backup is: asked by monitoring, and reported in the log.


# Asked without rights: asked by monitoring
def backup_is_old(store: Store, longest: timedelta, at: datetime | None = None) -> bool:
    """Whether the last backup, or else the store's first act, is longer ago. A demonstration needs none."""
    if is_demonstration(store):
        return False
    with store.cursor() as cursor:
        since = tables.audit.last_backup_at(cursor) or tables.audit.first_act_at(cursor)
    return since is not None and (at or now()) - since > longest


def watch_backups(longest: timedelta) -> None:
    """From now on the installation is not ready where its last backup is longer ago."""

    def recent(store: Store) -> None:
        if backup_is_old(store, longest):
            raise NotReady("the last backup is too old")

    add_readiness_check("backup", recent)


# What is looked at before a server is started: apart from the whole verification, which loads pandas and SciPy.


BLOCKS_READ_BY = "KPI_BLOCKS_READ_BY"
"""In the environment: the process that has read every block of the store that it is about to serve."""


# Asked without rights: asked where a server is started
def refuse_unsound(store: Store) -> None:
    """What would break on the first click is reported before a server is started.

    Every block is read once at a start: ``kpi serve`` becomes the app, which asks too, under the same process number.

    Raises:
        StoreUnavailable: the database is damaged, acts are missing from its trail, or the secret is another.
    """
    if os.environ.pop(BLOCKS_READ_BY, "") != str(os.getpid()):
        store.refuse_damage()
    with store.cursor() as cursor:
        refuse_lost_acts(store, cursor)
        if last := tables.audit.last_act(cursor):
            has_unnoted_key(store, cursor, last, audit_keys(store.folder))
