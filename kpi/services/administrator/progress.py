"""The stage of each application: set by those who run the programme, visible to its enterprise."""

from __future__ import annotations

from datetime import datetime

from kpi import queries, records
from kpi.errors import NotFound, UserError
from kpi.model.application_state import APPLICATION_STATES, ApplicationState
from kpi.model.viewer import Viewer
from kpi.queries import ApplicationInHand
from kpi.services.authorization import requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store

LONGEST_NOTE = 200
BY_THE_ENTERPRISE: frozenset[ApplicationState] = frozenset({"draft", "submitted"})
"""Set by locking and reopening only."""


@requires("run_programme")
def applications_in_progress(store: Store, _: Viewer) -> list[ApplicationInHand]:
    """All locked applications by name, the latest year first."""
    with store.cursor() as cursor:
        return queries.applications_in_hand(cursor)


@requires("run_programme")
def record_step(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    state: ApplicationState,
    note: str = "",
    at: datetime | None = None,
) -> None:
    """Set the stage of an application; its enterprise sees it, with the note, at once.

    Raises:
        NotFound: no such application is locked.
        UserError: the step is not one of the programme's.
    """
    if state not in APPLICATION_STATES or state in BY_THE_ENTERPRISE:
        raise UserError("no_such_step")
    with unit_of_work(store, viewer.actor, at) as change:
        found = [one for one in queries.applications_in_hand(change.cursor) if one.credit_code == credit_code]
        before = next((one for one in found if one.year == year), None)
        if before is None:
            raise NotFound("application")
        records.add_application_step(
            change.cursor, credit_code, year, state, viewer.account, change.at, note.strip()[:LONGEST_NOTE]
        )
        change.audit("step_taken", f"{credit_code} {year}", {"state": before.state}, {"state": state})
