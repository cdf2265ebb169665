"""The stage of each application: set by those who run the programme, visible to its enterprise."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kpi import queries
from kpi.errors import NotFound, UserError
from kpi.model.lifecycle import ApplicationState, Facts, asks_objections_read, hindrances
from kpi.model.programme import Objection
from kpi.model.viewer import Viewer
from kpi.queries import ApplicationInHand
from kpi.services.authorization import requires
from kpi.services.lifecycle import Move, move, refusal, refuse
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store

LONGEST_NOTE = 200


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
    with unit_of_work(store, viewer.actor, at) as change:
        found = queries.applications_in_hand(change.cursor, viewer.barred)
        before = next((one for one in found if (one.credit_code, one.year) == (credit_code, year)), None)
        if before is None:
            raise refusal(against_nobodys(state))
        refuse(against_stage(change.cursor, before, state, since, seen))
        move(change, [Move("set", credit_code, year, before.state, state, note.strip()[:LONGEST_NOTE])])


def against_stage(
    cursor: Cursor, before: ApplicationInHand, state: str, since: datetime | None = None, seen: Collection[str] = ()
) -> list[UserError]:
    """What stands in the way of that stage; ``since`` and ``seen`` as for ``record_step``."""
    found = [] if since in (None, before.since) else [UserError("changed_since_read")]
    if asks_objections_read(state):
        unseen = [one for one in _open_objections(cursor, before) if one.parts - set(seen)]
        found += [UserError("objections_open", count=len(unseen))] if unseen else []
    return hindrances("set", Facts([before.stage], state, found=found))


def against_nobodys(state: str, name: str = "") -> list[UserError]:
    """The same of an application that nobody has locked, or that is out of reach."""
    return [*hindrances("set", Facts([], state)), NotFound("application", name)]


def _open_objections(cursor: Cursor, before: ApplicationInHand) -> list[Objection]:
    found = queries.objections(cursor, before.year)
    return [one for one in found if (one.credit_code, one.state) == (before.credit_code, "open")]
