"""The stage of each application: set by those who run the programme, visible to its enterprise."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kpi import queries, records
from kpi.errors import NotFound, UserError
from kpi.model.application_state import APPLICATION_STATES, ApplicationState
from kpi.model.programme.objections import Objection
from kpi.model.viewer import Viewer
from kpi.queries import ApplicationInHand
from kpi.services.authorization import requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store

LONGEST_NOTE = 200
BY_THE_ENTERPRISE: frozenset[ApplicationState] = frozenset({"draft", "submitted"})
"""Set by locking and reopening only."""


@requires("run_programme")
def applications_in_progress(store: Store, viewer: Viewer) -> list[ApplicationInHand]:
    """All locked applications by name, the latest year first; without those of a conflict of interest."""
    with store.cursor() as cursor:
        return queries.applications_in_hand(cursor, viewer.barred)


@requires("run_programme")
def record_step(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    state: ApplicationState,
    note: str = "",
    seen: Collection[str] = (),
    at: datetime | None = None,
    since: datetime | None = None,
) -> None:
    """Set the stage of an application; its enterprise sees it, with the note, at once.

    ``seen``: of the open objections to it the ``parts`` that the caller has read; ``since``:
    ``ApplicationInHand.since`` as it was read.

    Raises:
        NotFound: no such application is locked.
        UserError: the step is not one of the programme's, the application is at that stage, it came to another since,
            or it is put on the final list and an open objection to it was not seen.
    """
    if state not in APPLICATION_STATES or state in BY_THE_ENTERPRISE:
        raise UserError("no_such_step")
    with unit_of_work(store, viewer.actor, at) as change:
        found = queries.applications_in_hand(change.cursor, viewer.barred)
        before = next((one for one in found if (one.credit_code, one.year) == (credit_code, year)), None)
        if before is None:
            raise NotFound("application")
        if since not in (None, before.since):
            raise UserError("changed_since_read")
        if before.state == state:
            raise UserError("step_taken_already", state=state)
        unseen = [one for one in open_objections(change.cursor, credit_code, year) if one.parts - set(seen)]
        if state == "listed" and unseen:
            raise UserError("objections_open", count=len(unseen))
        records.add_application_step(
            change.cursor, credit_code, year, state, viewer.account, change.at, note.strip()[:LONGEST_NOTE]
        )
        change.audit("step_taken", f"{credit_code} {year}", {"state": before.state}, {"state": state})


def open_objections(cursor: Cursor, credit_code: str, year: int) -> list[Objection]:
    """What has to be read, with what was added to it, before an application is put on the final list."""
    found = queries.objections(cursor, year)
    return [one for one in found if (one.credit_code, one.state) == (credit_code, "open")]
