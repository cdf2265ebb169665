"""Whether there is a conflict of interest, said before a candidate's material is read; the trail keeps it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kpi import tables
from kpi.access.roles import scope_of
from kpi.errors import NotFound
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads, requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import CandidateRecord


@reads("see_candidates")
def candidates_to_declare_on(cursor: Cursor, viewer: Viewer) -> list[CandidateRecord]:
    """The candidates in reach of which the viewer has not said that it has no conflict of interest, by name."""
    return undeclared(cursor, viewer)


def undeclared(cursor: Cursor, viewer: Viewer) -> list[CandidateRecord]:
    """The same for services that have asked for rights."""
    stated = tables.audit.candidates_noted(cursor, viewer.account, "no_conflict_stated")
    scope = scope_of(viewer)
    # Mostly nobody is left: asked at every run of a page, without reading a record.
    in_hand = tables.stages.applications_in_hand(cursor, viewer.barred)
    if all(
        f"{hand.credit_code} {hand.year}" in stated
        for hand in in_hand
        if scope.reaches(hand.credit_code, hand.industry)
    ):
        return []
    reached = tables.applications.candidate_records(cursor, scope)
    return sorted(
        (record for record in reached if record.key not in stated), key=lambda item: (item.label, item.credit_code)
    )


@requires("see_candidates")
def state_no_conflict(store: Store, viewer: Viewer, keys: Collection[str], at: datetime | None = None) -> None:
    """Say of each ("credit_code year") that there is none.

    Raises:
        NotFound: one of them is out of reach.
    """
    if not keys:
        return
    with unit_of_work(store, viewer.actor, at) as change:
        reached = {item.key for item in tables.applications.candidate_records(change.cursor, scope_of(viewer))}
        if not set(keys) <= reached:
            raise NotFound("candidate")
        for key in dict.fromkeys(keys):
            change.audit("no_conflict_stated", key)
