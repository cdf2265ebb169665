"""How far each application has come: told by whoever runs the programme, seen by its enterprise."""

from __future__ import annotations

from datetime import datetime

from kpi import queries, records
from kpi.errors import NotThere, Told
from kpi.model.application_state import STATES, State
from kpi.model.viewer import Viewer
from kpi.queries import InHand
from kpi.services.authorization import guarded
from kpi.services.unit_of_work import changing
from kpi.store import Store

LONGEST_NOTE = 200
BY_THE_ENTERPRISE: frozenset[State] = frozenset({"draft", "submitted"})
"""Taken by locking and reopening alone."""


@guarded("run_programme")
def in_hand(store: Store, _: Viewer) -> list[InHand]:
    """All locked applications by name, the latest year first."""
    with store.cursor() as cursor:
        return queries.applications_in_hand(cursor)


@guarded("run_programme")
def take_step(
    store: Store, viewer: Viewer, credit_code: str, year: int, state: State, note: str = "", at: datetime | None = None
) -> None:
    """An application has come so far; its enterprise sees it, with the note, at once.

    Raises:
        NotThere: no such application is locked.
        Told: the step is not one of the programme's.
    """
    if state not in STATES or state in BY_THE_ENTERPRISE:
        raise Told("no_such_step")
    with changing(store, viewer.actor, at) as change:
        found = [one for one in queries.applications_in_hand(change.cursor) if one.credit_code == credit_code]
        before = next((one for one in found if one.year == year), None)
        if before is None:
            raise NotThere("application")
        records.take_step(
            change.cursor, credit_code, year, state, viewer.account, change.at, note.strip()[:LONGEST_NOTE]
        )
        change.note("step_taken", f"{credit_code} {year}", {"state": before.state}, {"state": state})
