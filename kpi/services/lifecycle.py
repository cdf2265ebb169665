"""Moving applications along their life: every stage is written here, each with its word in the audit trail.

What may be moved is asked of ``kpi.model.lifecycle`` before; that it was asked is checked here once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi import queries, records
from kpi.access.scope import Scope
from kpi.errors import UserError
from kpi.model.audit_entry import AuditAction
from kpi.model.lifecycle import ApplicationState, LifeAct, is_nominated, stage_of, transition
from kpi.services.unit_of_work import AuditDetails, UnitOfWork
from kpi.store.cursor import Cursor


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
class Told:
    """The one entry of the audit trail that tells of several moves, or of more than the stage."""

    action: AuditAction
    subject: str
    before: AuditDetails | None
    after: AuditDetails | None


def move(change: UnitOfWork, moves: Sequence[Move], told: Told | None = None, *, by: str | None = None) -> None:
    """Write each stage, and what tells of it: ``told``, else an entry with both stages for each.

    ``by``: the account that the stages name, where it is not the actor's.

    Raises:
        RuntimeError: the table has no such way for that role, or another entry tells of it: a bug, nothing is kept.
    """
    for one in moves:
        way, action = transition(one.act, one.after), told.action if told else "step_taken"
        if way is None or change.actor.role != way.role or {one.before, stage_of(one.before)}.isdisjoint(way.sources):
            raise RuntimeError(f"no way: {one.act} from {one.before} to {one.after} by {change.actor.role}")
        if action not in way.tells:
            raise RuntimeError(f"{one.act} is not told by {action}")
        account = by or change.actor.account
        records.add_application_step(change.cursor, one.credit_code, one.year, one.after, account, change.at, one.note)
        if told is None:
            change.audit(action, f"{one.credit_code} {one.year}", {"state": one.before}, {"state": one.after})
    if told:
        tell(change, told)


def tell(change: UnitOfWork, told: Told) -> None:
    change.audit(told.action, told.subject, told.before, told.after)


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
    return {one.credit_code: one.state for one in queries.application_steps(cursor, scope) if one.year == year}


def present_stage(cursor: Cursor, body: str | None, credit_code: str, year: int) -> ApplicationState:
    """Where a locked application stands; what its body has put forward is at that stage, written or not."""
    stage = stage_of(last_stages(cursor, Scope(own=(credit_code,)), year).get(credit_code))
    if is_nominated(stage) or body is None:
        return stage
    forward = queries.nominations(cursor, Scope(bodies=(body,)), year)
    return "put_forward" if credit_code in forward else stage
