"""Moving applications along their life: every stage is written here, each with its word in the audit trail.

What may be moved is asked of ``kpi.model.lifecycle`` before; that it was asked is checked here once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi import tables
from kpi.access.roles import Scope
from kpi.errors import UserError
from kpi.model.audit import AuditAction
from kpi.model.lifecycle import ApplicationState, LifeAct, is_listed, is_nominated, stage_of, transition
from kpi.services.award_changes import award_by_list, take_back_by_list
from kpi.services.unit_of_work import AuditDetails, UnitOfWork
from kpi.store.database import Cursor


@dataclass(frozen=True, slots=True)
class Move:
    """One application from ``before`` (None: locked, and no stage was written) to ``after``; its enterprise reads
    ``note``.
    """

    act: LifeAct
    credit_code: str
    year: int
    before: ApplicationState | None
    after: ApplicationState
    note: str = ""


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """The one entry of the audit trail for several moves, or of more than the stage."""

    action: AuditAction
    subject: str
    before: AuditDetails | None
    after: AuditDetails | None


_STEPS: Mapping[LifeAct, AuditAction] = {"undo": "step_undone"}


def move(change: UnitOfWork, moves: Sequence[Move], entry: TrailEntry | None = None, *, by: str | None = None) -> None:
    """Write each stage, and its entry in the trail: ``entry``, else an entry with both stages for each.

    Who comes on the final list is awarded by that, and whoever leaves it is so no longer.

    ``by``: the account that the stages name, where it is not the actor's.

    Raises:
        RuntimeError: the table has no such way for that role, or another entry stands for it: a bug, nothing is kept.
    """
    for moved in moves:
        way, action = transition(moved.act, moved.after), entry.action if entry else _STEPS.get(moved.act, "step_taken")
        if (
            way is None
            or change.actor.role != way.role
            or {moved.before, stage_of(moved.before)}.isdisjoint(way.sources)
        ):
            raise RuntimeError(f"no way: {moved.act} from {moved.before} to {moved.after} by {change.actor.role}")
        if action not in way.recorded_as:
            raise RuntimeError(f"{moved.act} is not recorded as {action}")
        code, year, account = moved.credit_code, moved.year, by or change.actor.account
        tables.stages.add_stage_entered(change.cursor, code, year, moved.after, account, change.at, moved.note)
        if is_listed(moved.after) and not is_listed(moved.before):
            award_by_list(change, code, year)
        elif is_listed(moved.before) and not is_listed(moved.after):
            take_back_by_list(change, code, year, moved.note)
        if entry is None:
            change.audit(action, f"{code} {year}", {"state": moved.before}, {"state": moved.after})
    if entry:
        add_entry(change, entry)


def add_entry(change: UnitOfWork, entry: TrailEntry) -> None:
    """For an act that moves no stage."""
    change.audit(entry.action, entry.subject, entry.before, entry.after)


def refuse(found: Sequence[UserError]) -> None:
    """Raises ``refusal`` where anything stands in the way."""
    if found:
        raise refusal(found)


def refusal(found: Sequence[UserError]) -> UserError:
    """The first of what stands in the way, with the others."""
    first, *others = found
    first.also = tuple(others)
    return first


def last_stages(cursor: Cursor, scope: Scope, year: int) -> dict[str, ApplicationState]:
    """The last stage that was written of each application of the year, by credit code."""
    return {item.credit_code: item.state for item in tables.stages.stages_entered(cursor, scope) if item.year == year}


def present_stage(cursor: Cursor, body: str | None, credit_code: str, year: int) -> ApplicationState:
    """Where a locked application stands; what its body has put forward is at that stage, written or not."""
    stage = stage_of(last_stages(cursor, Scope(own=(credit_code,)), year).get(credit_code))
    if is_nominated(stage) or body is None:
        return stage
    forward = tables.stages.nominations(cursor, Scope(bodies=(body,)), year)
    return "put_forward" if credit_code in forward else stage
