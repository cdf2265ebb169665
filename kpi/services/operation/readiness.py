"""Can this installation do its work now? Quick looks at what it needs, for monitoring.

Each look is one function under a name; ``add_readiness_check`` adds another. A look changes nothing, and raises
``NotReady`` (or anything else) where what it looks at is not as it must be.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from kpi import queries
from kpi.queries import AuditHead
from kpi.services.audit_head import refuse_lost_acts
from kpi.store.disk_space import free_bytes
from kpi.store.store import Store

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
        if not queries.baselines(cursor):
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
            last = queries.audit_head(cursor)
        head = store.folder.head()
        if (AuditHead(*head) if head else None) == last:
            return
        time.sleep(0.1)
    raise NotReady("the end of the audit trail is not as it was kept")


add_readiness_check("store", _store_answers)
add_readiness_check("disk", _disk_has_room)
add_readiness_check("trail", _trail_is_whole_at_its_end)
