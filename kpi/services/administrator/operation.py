"""Keeping the installation running: how it stands, who is signed in, and a backup by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kpi import queries
from kpi.model.times import now, shanghai_stamp
from kpi.model.viewer import Viewer
from kpi.queries import SignedInAccount
from kpi.services.authorization import requires
from kpi.services.operation.contact_deletion import last_due_year
from kpi.services.operation.installation_state import InstallationState, installation_state
from kpi.services.operation.store_backup import ReportProgress, back_up, unreported
from kpi.services.operation.store_upgrade import BACKUPS
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class OperationOverview:
    """The installation, and the accounts that are signed in by a password, the latest first."""

    state: InstallationState
    signed_in: tuple[SignedInAccount, ...]
    contacts_until: int
    """Of applications of this year and before contacts are kept no longer."""


@requires("see_operation")
def operation_overview(store: Store, _: Viewer, at: datetime | None = None) -> OperationOverview:
    """As it is now."""
    with store.cursor() as cursor:
        signed_in = tuple(queries.signed_in_accounts(cursor, at or now()))
        contacts_until = last_due_year(cursor, at)
    return OperationOverview(installation_state(store), signed_in, contacts_until)


@requires("see_operation")
def back_up_now(
    store: Store, viewer: Viewer, report: ReportProgress = unreported, at: datetime | None = None
) -> tuple[str, int]:
    """Make a backup in the store's own folder ``backups``, checked and noted in the trail. Returns its folder's name,
    and how many originals are not in it because the store lacks them.

    Raises:
        UserError: one of the same second is there already.
        StoreUnavailable: the store is damaged, acts are missing from its trail, or the disk is full.
    """
    moment = at or now()
    name = shanghai_stamp(moment)
    made = back_up(store, store.folder.root / BACKUPS / name, viewer.actor, at=moment, report=report)
    return f"{BACKUPS}/{name}", len(made.missing)
