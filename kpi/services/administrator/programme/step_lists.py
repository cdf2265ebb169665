"""Stages of many applications at once: from a file or chosen, shown before, all in one transaction or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast, get_args

from kpi import queries, records
from kpi.catalogue.names import code_or_text
from kpi.errors import InvalidFile, NotFound, RowFault, UserError
from kpi.files.printable import plain_line
from kpi.intake.lists import ListRecord, list_form, read_record_list
from kpi.model.application_state import ApplicationState
from kpi.model.viewer import Viewer
from kpi.queries import ApplicationInHand
from kpi.services.administrator.programme.progress import BY_THE_ENTERPRISE, LONGEST_NOTE, open_objections
from kpi.services.authorization import requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class WantedStep:
    """The stage that an application is to be set to, and the note that its enterprise will see.

    ``since``: ``ApplicationInHand.since`` as it was read; None where nobody has read it.
    """

    credit_code: str
    year: int
    state: ApplicationState
    note: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class StepChange:
    """A wanted step beside the application as it stands."""

    application: ApplicationInHand
    wanted: WantedStep


@dataclass(frozen=True, slots=True)
class StepsPreview:
    """What would be set, in the list's order, and every row's faults."""

    changes: tuple[StepChange, ...]
    faults: tuple[RowFault, ...]


@requires("run_programme")
def preview_step_file(store: Store, viewer: Viewer, name: str, data: bytes) -> StepsPreview:
    """What a file would set. Nothing is kept.

    Raises:
        InvalidFile: it cannot be read as a list of stages: all faults are reported.
    """
    reading = read_record_list("steps", name, data)
    if reading.problems:
        raise InvalidFile(reading.problems)
    with store.cursor() as cursor:
        return _preview(cursor, viewer, [(one.row, _wanted(one)) for one in reading.records])


@requires("run_programme")
def record_steps(store: Store, viewer: Viewer, steps: Sequence[WantedStep], at: datetime | None = None) -> int:
    """Set all of them, and return how many; each enterprise sees its own at once.

    Raises:
        UserError: one of them cannot be set, or none is given: nothing is.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        preview = _preview(change.cursor, viewer, list(enumerate(steps, start=1)))
        if preview.faults or not preview.changes:
            raise UserError("steps_faulty", count=len(preview.faults))
        for one in preview.changes:
            code, year, state = one.wanted.credit_code, one.wanted.year, one.wanted.state
            note = plain_line(one.wanted.note, LONGEST_NOTE)
            records.add_application_step(change.cursor, code, year, state, viewer.account, change.at, note)
            change.audit("step_taken", f"{code} {year}", {"state": one.application.state}, {"state": state})
    return len(preview.changes)


def _preview(cursor: Cursor, viewer: Viewer, wanted: Sequence[tuple[int, WantedStep]]) -> StepsPreview:
    # What one has a conflict of interest with is not there.
    in_hand = queries.applications_in_hand(cursor, viewer.barred)
    known = {(one.credit_code, one.year): one for one in in_hand}
    changes, faults = [], []
    for row, one in wanted:
        before = known.get((one.credit_code, one.year))
        if one.state not in get_args(ApplicationState) or one.state in BY_THE_ENTERPRISE:
            faults.append(RowFault(row, UserError("no_such_step")))
        if before is None:
            faults.append(RowFault(row, NotFound("application", f"{one.credit_code[:40]} {one.year}")))
        elif one.since not in (None, before.since):
            faults.append(RowFault(row, UserError("changed_since_read")))
        elif before.state == one.state:
            faults.append(RowFault(row, UserError("step_taken_already", state=one.state)))
        elif one.state == "listed" and (waiting := open_objections(cursor, one.credit_code, one.year)):
            # One by one alone, where each objection is read.
            faults.append(RowFault(row, UserError("objections_open", count=len(waiting))))
        else:
            changes.append(StepChange(before, one))
    return StepsPreview(tuple(changes), tuple(faults))


def _wanted(record: ListRecord) -> WantedStep:
    cells = record.cells
    digits = cells["year"].removesuffix("年度").removesuffix("年").strip()
    year = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= len("9999") else 0
    # What is no stage stays as it was written, to be refused.
    state = cast(ApplicationState, list_form("steps").value(cells["state"]) or cells["state"])
    return WantedStep(code_or_text(cells["credit_code"]), year, state, cells["note"])
