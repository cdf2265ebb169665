"""How the installation stands, in numbers without persons: for monitoring, and for the page of operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kpi import queries
from kpi.services.operation.readiness import readiness
from kpi.store.disk_space import free_bytes
from kpi.store.release import program_version
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class InstallationState:
    """``acts`` is the length of the audit trail, ``checks`` what ``/readyz`` answers; sizes are in bytes.

    ``last_backup`` is None where there has been none.
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
    checks: Mapping[str, bool]

    @property
    def sound(self) -> bool:
        return all(self.checks.values())


def installation_state(store: Store) -> InstallationState:
    """As it is now.

    Raises:
        StoreUnavailable: the database cannot be read.
    """
    with store.cursor() as cursor:
        baselines = len(queries.baselines(cursor))
        last_backup, head = queries.last_backup_at(cursor), queries.audit_head(cursor)
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
        checks=readiness(store),
    )


def _bytes(files: Iterable[Path]) -> int:
    return sum(file.stat().st_size for file in files if file.exists())
