"""Whether there is a conflict of interest, said before a candidate's material is read; the trail keeps it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kpi import tables
from kpi.access.roles import scope_of
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.viewer import Viewer
from kpi.services.administrator.accounts import LONGEST_CONFLICT_REASON, enter_conflict
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
def state_conflicts(
    store: Store,
    viewer: Viewer,
    free: Collection[str],
    own: Collection[str] = (),
    reason: str = "",
    at: datetime | None = None,
) -> None:
    """Say of each candidate ("credit_code year") that is ``free`` that there is no conflict of interest, and declare
    one with each of one's ``own``, for that reason: all of it or nothing.

    Raises:
        NotFound: one of them is out of reach.
        UserError: a conflict is declared without a reason.
    """
    said = plain_line(reason, LONGEST_CONFLICT_REASON)
    if own and not said:
        raise UserError("reason_needed")
    with unit_of_work(store, viewer.actor, at) as change:
        reached = {item.key: item for item in tables.applications.candidate_records(change.cursor, scope_of(viewer))}
        if not {*free, *own} or not {*free, *own} <= reached.keys():
            raise NotFound("candidate")
        for key in dict.fromkeys(free):
            change.audit("no_conflict_stated", key)
        for credit_code in dict.fromkeys(reached[key].credit_code for key in own):
            enter_conflict(change, viewer.account, credit_code, said)
