"""An application in hand is moved from stage to stage, one by one or by the authority's own list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from kpi import tables
from kpi.catalogue.names import code_or_text
from kpi.errors import InvalidFile, NotFound, RowFault, UserError
from kpi.files.text import plain_line
from kpi.intake.lists import ListRecord, list_form, read_record_list
from kpi.model.lifecycle import (
    ApplicationState,
    Facts,
    hindrances,
    is_off_the_list,
    is_out_of_order,
    is_public,
    last_step,
    must_be_looked_up,
)
from kpi.model.programme import Objection
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads, requires
from kpi.services.lifecycle import Move, move, refusal, refuse
from kpi.services.unit_of_work import unit_of_work
from kpi.services.year import dates_of
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.stages import ApplicationInHand

# The stage of each application: set by those who run the programme, visible to its enterprise.


LONGEST_NOTE = 200


@reads("run_programme")
def applications_in_progress(cursor: Cursor, viewer: Viewer) -> list[ApplicationInHand]:
    """All locked applications by name, the latest year first; without those of a conflict of interest."""
    return tables.stages.applications_in_hand(cursor, viewer.barred)


@requires("run_programme")
def advance(
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
            no reason is given for a step that is not the next one, the panel has not decided before publicity, or
            before the final list publicity is not over or an open objection was not seen.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        found = tables.stages.applications_in_hand(change.cursor, viewer.barred)
        before = next((hand for hand in found if (hand.credit_code, hand.year) == (credit_code, year)), None)
        if before is None:
            raise refusal(against_nobodys(state))
        refuse(against_stage(change.cursor, before, state, note, since, seen, at))
        move(change, [Move("set", credit_code, year, before.state, state, note.strip()[:LONGEST_NOTE])])


def against_stage(
    cursor: Cursor,
    before: ApplicationInHand,
    state: str,
    note: str = "",
    since: datetime | None = None,
    seen: Collection[str] = (),
    at: datetime | None = None,
) -> list[UserError]:
    """What stands in the way of that stage; ``note``, ``since`` and ``seen`` as for ``advance``."""
    found = [] if since in (None, before.since) else [UserError("changed_since_read")]
    if must_be_looked_up(state, "decision_open"):
        found += _against_publicity(before, note)
    if must_be_looked_up(state, "publicity_running"):
        dates = dates_of(cursor, before.year)
        if dates and dates.publicity_to and shanghai_date(at or now()) <= dates.publicity_to:
            found.append(UserError("publicity_running", day=dates.publicity_to.isoformat()))
    if must_be_looked_up(state, "objections_open"):
        unseen = [objection for objection in _open_objections(cursor, before) if objection.parts - set(seen)]
        found += [UserError("objections_open", count=len(unseen))] if unseen else []
    return hindrances("set", Facts([before.stage], state, note, found))


def _against_publicity(before: ApplicationInHand, note: str) -> list[UserError]:
    """Whom the panel has in hand it decides on first; what it did not decide for goes further with a reason alone."""
    if before.in_round and before.decision is None:
        return [UserError("decision_open")]
    said = note.strip() or is_out_of_order(before.stage, "publicity")
    return [] if said or before.decision == "forward" else [UserError("decision_not_forward")]


def against_nobodys(state: str, name: str = "") -> list[UserError]:
    """The same of an application that nobody has locked, or that is out of reach."""
    return [*hindrances("set", Facts([], state)), NotFound("application", name)]


def _open_objections(cursor: Cursor, before: ApplicationInHand) -> list[Objection]:
    return [objection for objection in _objections_to(cursor, before) if objection.state == "open"]


def _objections_to(cursor: Cursor, one: ApplicationInHand) -> list[Objection]:
    found = tables.objections.objections(cursor, one.year)
    return [objection for objection in found if objection.credit_code == one.credit_code]


# The last step is taken back: one that an administrator took, to the stage that the record says it left.


@dataclass(frozen=True, slots=True)
class StepToUndo:
    """``back``: the stage before the last step; ``against``: what stands in the way of going back to it."""

    application: ApplicationInHand
    back: ApplicationState
    against: tuple[UserError, ...]


@reads("run_programme")
def steps_to_undo(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> list[StepToUndo]:
    """The application's last step, then those that the same press has moved with it and that stand as it left them.

    Empty where nothing that an administrator did to it still holds as the last.
    """
    in_hand = tables.stages.applications_in_hand(cursor, viewer.barred)
    own = next((hand for hand in in_hand if (hand.credit_code, hand.year) == (credit_code, year)), None)
    if own is None:
        return []
    found = _to_undo(cursor, [own, *(hand for hand in in_hand if hand is not own and hand.since == own.since)])
    return found if [item for item in found if item.application is own] else []


@requires("run_programme")
def undo_steps(
    store: Store, viewer: Viewer, read: Sequence[ApplicationInHand], reason: str, at: datetime | None = None
) -> None:
    """Take the last step of each application back, as it was ``read``; its enterprise sees stage and reason at once.

    Who leaves the final list by it loses the award of that list; who comes back to it is awarded.

    Raises:
        NotFound: no such application is locked.
        UserError: for one of them - nothing is done then: its last step is none of an administrator's, it was moved
            since, no reason is given, or what has happened since would be contradicted.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        in_hand = tables.stages.applications_in_hand(change.cursor, viewer.barred)
        present = {(hand.credit_code, hand.year): hand for hand in in_hand}
        if not read or not {(hand.credit_code, hand.year) for hand in read} <= present.keys():
            raise NotFound("application")
        found = _to_undo(change.cursor, [present[hand.credit_code, hand.year] for hand in read], read, reason)
        if len(found) < len(read):
            raise UserError("nothing_to_undo")
        refuse([error for item in found for error in item.against])
        note = plain_line(reason, LONGEST_NOTE)
        move(change, [_undone(item, note) for item in found])


def _to_undo(
    cursor: Cursor,
    present: Sequence[ApplicationInHand],
    read: Sequence[ApplicationInHand] | None = None,
    reason: str | None = None,
) -> list[StepToUndo]:
    acts = tables.stages.acts_taken(cursor, [hand.credit_code for hand in present])
    found = []
    for hand, seen in zip(present, read or present, strict=True):
        taken = acts.get((hand.credit_code, hand.year), [])
        act, back = last_step([(item.state, item.act) for item in taken]) or (None, hand.stage)
        if act != "set":
            continue
        against = [] if hand.since == seen.since else [UserError("changed_since_read")]
        against += _against_going_back(cursor, hand, back)
        against = hindrances("undo", Facts([hand.stage], back, reason, against))
        found.append(StepToUndo(hand, back, tuple(against)))
    return found


def _against_going_back(cursor: Cursor, hand: ApplicationInHand, back: ApplicationState) -> list[UserError]:
    """What has happened since, and would be contradicted."""
    found, states = [], Counter(item.state for item in _objections_to(cursor, hand))
    if is_public(hand.stage) and not is_public(back) and states["open"]:
        found.append(UserError("undo_objected", count=states["open"]))
    if is_off_the_list(hand.stage) and states["upheld"]:
        found.append(UserError("undo_upheld"))
    return found


def _undone(item: StepToUndo, note: str) -> Move:
    hand = item.application
    return Move("undo", hand.credit_code, hand.year, hand.state, item.back, note)


# Stages of many applications at once: from a file or chosen, shown before, all in one transaction or none.


@dataclass(frozen=True, slots=True)
class WantedStage:
    """The stage that an application is to be set to, and the note that its enterprise will see.

    ``since``: ``ApplicationInHand.since`` as it was read; None where nobody has read it.
    """

    credit_code: str
    year: int
    state: ApplicationState
    note: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class StageChange:
    """A wanted stage beside the application as it stands."""

    application: ApplicationInHand
    wanted: WantedStage


@dataclass(frozen=True, slots=True)
class StageListPreview:
    """What would be set, in the list's order, and every row's faults."""

    changes: tuple[StageChange, ...]
    faults: tuple[RowFault, ...]


@reads("run_programme")
def preview_stage_list(cursor: Cursor, viewer: Viewer, name: str, data: bytes) -> StageListPreview:
    """What a file would set. Nothing is kept.

    Raises:
        InvalidFile: it cannot be read as a list of stages: all faults are reported.
    """
    reading = read_record_list("steps", name, data)
    preview = _preview(cursor, viewer, [(record.row, _wanted(record)) for record in reading.sound])
    if reading.problems:
        raise InvalidFile(reading.problems, preview.faults)
    return preview


@reads("run_programme")
def preview_stages(
    cursor: Cursor,
    viewer: Viewer,
    wanted: Sequence[WantedStage],
    seen: Collection[str] = (),
    at: datetime | None = None,
) -> StageListPreview:
    """What would be set, and what stands in the way of the others, by their place; ``seen`` as for ``advance``."""
    return _preview(cursor, viewer, list(enumerate(wanted, start=1)), at, seen)


@requires("run_programme")
def advance_all(store: Store, viewer: Viewer, wanted: Sequence[WantedStage], at: datetime | None = None) -> int:
    """Set all of them, and return how many; each enterprise sees its own at once.

    Raises:
        UserError: one of them cannot be set, or none is given: nothing is.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        preview = _preview(change.cursor, viewer, list(enumerate(wanted, start=1)), at)
        if preview.faults or not preview.changes:
            raise UserError("steps_faulty", count=len(preview.faults))
        move(change, [_move(item) for item in preview.changes])
    return len(preview.changes)


def _preview(
    cursor: Cursor,
    viewer: Viewer,
    wanted: Sequence[tuple[int, WantedStage]],
    at: datetime | None = None,
    seen: Collection[str] = (),
) -> StageListPreview:
    # What one has a conflict of interest with is not there.
    in_hand = tables.stages.applications_in_hand(cursor, viewer.barred)
    known = {(hand.credit_code, hand.year): hand for hand in in_hand}
    changes, faults = [], []
    for row, item in wanted:
        before = known.get((item.credit_code, item.year))
        # One with an open objection is put on the final list one by one alone, where each objection is read.
        found = (
            against_stage(cursor, before, item.state, item.note, item.since, seen, at)
            if before
            else against_nobodys(item.state, f"{item.credit_code[:40]} {item.year}")
        )
        faults += [RowFault(row, error) for error in found]
        if before and not found:
            changes.append(StageChange(before, item))
    return StageListPreview(tuple(changes), tuple(faults))


def _move(one: StageChange) -> Move:
    wanted, note = one.wanted, plain_line(one.wanted.note, LONGEST_NOTE)
    return Move("set", wanted.credit_code, wanted.year, one.application.state, wanted.state, note)


def _wanted(record: ListRecord) -> WantedStage:
    cells = record.cells
    digits = cells["year"].removesuffix("年度").removesuffix("年").strip()
    year = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= len("9999") else 0
    # What is no stage stays as it was written, to be refused.
    state = cast(ApplicationState, list_form("steps").value(cells["state"]) or cells["state"])
    return WantedStage(code_or_text(cells["credit_code"]), year, state, cells["note"])
