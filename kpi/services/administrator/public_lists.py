"""The lists of a year that leave the house: who is in publicity, and who is on the final list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpi import tables
from kpi.errors import UserError
from kpi.model.lifecycle import PUBLIC_LISTS
from kpi.model.programme import ObjectionOutcome
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads
from kpi.services.evaluation import evaluation_context
from kpi.services.year import dates_of
from kpi.store.database import Cursor
from kpi.tables.stages import ApplicationInHand

ProgrammeList = Literal["publicity", "final"]


@dataclass(frozen=True, slots=True)
class HandledObjection:
    """How an objection to a factory of the year came out: neither who objected nor to what.

    ``on_list``: it stands on the list all the same.
    """

    application: ApplicationInHand
    outcome: ObjectionOutcome
    received_on: date
    answered_on: date
    on_list: bool


@dataclass(frozen=True, slots=True)
class ListedApplications:
    """In the order of the notice's bodies, then by credit code; ``illustrative`` where the year's baseline is.

    ``handled``: the objections of the year that are answered, the earliest received first; ``open``: those to
    factories on the list that are not. The days of publicity are the year's, None where nobody has set them.
    """

    applications: tuple[ApplicationInHand, ...]
    illustrative: bool
    handled: tuple[HandledObjection, ...]
    open: int
    publicity_from: date | None
    publicity_to: date | None


@reads("run_programme")
def listed_applications(cursor: Cursor, viewer: Viewer, year: int, kind: ProgrammeList) -> ListedApplications:
    """Who stands on a list of that year now, and how the objections of the year came out.

    Raises:
        UserError: the viewer has a conflict of interest with one of them, and a part of the list would be no list.
    """
    in_hand = {
        application.credit_code: application
        for application in tables.stages.applications_in_hand(cursor)
        if application.year == year
    }
    found = [item for item in in_hand.values() if item.state == PUBLIC_LISTS[kind]]
    objections = [
        objection for objection in tables.objections.objections(cursor, year) if objection.credit_code in in_hand
    ]
    illustrative = bool(found) and evaluation_context(cursor, year).baseline.illustrative
    listed = {item.credit_code for item in found}
    answered = [objection for objection in objections if objection.state != "open"]
    if any(code in viewer.barred for code in listed | {objection.credit_code for objection in answered}):
        raise UserError("list_conflicted")
    handled = [
        HandledObjection(
            in_hand[objection.credit_code],
            objection.state,
            objection.received_on,
            objection.answers[-1].answered_on,
            objection.credit_code in listed,
        )
        for objection in sorted(answered, key=lambda objection: (objection.received_on, objection.credit_code))
        if objection.state != "open"
    ]
    waiting = sum(objection.state == "open" and objection.credit_code in listed for objection in objections)
    dates = dates_of(cursor, year)
    first, last = (dates.publicity_from, dates.publicity_to) if dates else (None, None)
    return ListedApplications(tuple(found), illustrative, tuple(handled), waiting, first, last)
