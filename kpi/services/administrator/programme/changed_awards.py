"""What was changed on the award list before, against what a file says now; and the record of a change.

An award that was revoked comes back only expressly: a list from outside may not know of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from kpi import queries, records
from kpi.intake.lists import counts_for_quota
from kpi.model.audit import AuditAction
from kpi.model.claims import Award
from kpi.model.programme import AwardAct, AwardChange
from kpi.services.unit_of_work import UnitOfWork
from kpi.store.cursor import Cursor

_ACTS: Mapping[AwardAct, AuditAction] = {
    "added": "award_added",
    "corrected": "award_corrected",
    "revoked": "award_revoked",
}


@dataclass(frozen=True, slots=True)
class ReversedChange:
    """Row ``row`` of a file has ``award``, which ``change`` revoked, or replaced by what stands after it."""

    row: int
    award: Award
    change: AwardChange


def reversed_changes(cursor: Cursor, awards: Sequence[Award], rows: Sequence[int]) -> tuple[ReversedChange, ...]:
    """The changes that ``awards`` would take back, in the order of ``rows``.

    A revoked award is known by credit code, tier and year: its name may be written otherwise. One that is on the list
    as it stands takes nothing back.
    """
    listed = set(queries.awarded(cursor))
    anyones = {replace(one, body=None) for one in listed}
    revoked, corrected = _last_changes(queries.award_changes(cursor))
    found = []
    for row, award in zip(rows, awards, strict=True):
        as_listed = replace(award, body=None) in anyones
        change = revoked.get(_known_by(award)) if not as_listed else None
        if change is None and award not in listed and not (as_listed and award.body is None):
            change = corrected.get(award)
        if change is not None:
            found.append(ReversedChange(row, award, change))
    return tuple(found)


def revocation_of(cursor: Cursor, award: Award) -> AwardChange | None:
    """The change that revoked it, unless it came back since."""
    found = [one.change for one in reversed_changes(cursor, [award], [0])]
    return next((one for one in found if one.act == "revoked"), None)


def counted_by_body(awards: Collection[Award]) -> dict[str, int]:
    """How many of them each body's quota counts."""
    bodies = [one.body for one in awards if one.body and counts_for_quota(one)]
    return {body: bodies.count(body) for body in dict.fromkeys(bodies)}


def note_award_change(
    change: UnitOfWork, act: AwardAct, before: Award | None, after: Award | None, reason: str
) -> None:
    """One more change on record and in the trail, with its reason."""
    award = after or before
    code = award.credit_code if award else ""
    number = len(queries.award_changes(change.cursor)) + 1
    records.add_award_change(
        change.cursor, AwardChange(number, act, code, before, after, reason, change.actor.account, change.at)
    )
    was, becomes = _noted(before), _noted(after)
    change.audit(_ACTS[act], code, was or None, {**becomes, "reason": reason})


def _noted(award: Award | None) -> dict[str, object]:
    if award is None:
        return {}
    return {"award": " ".join(str(one) for one in (award.factory, award.tier, award.year, award.body) if one)}


def _known_by(award: Award) -> tuple[str, str, int]:
    return award.credit_code, award.tier, award.year


def _last_changes(
    changes: Sequence[AwardChange],
) -> tuple[dict[tuple[str, str, int], AwardChange], dict[Award, AwardChange]]:
    """Revoked and corrected awards that did not come back since, each with its change; a correction by what it was of,
    with its body and without.
    """
    revoked: dict[tuple[str, str, int], AwardChange] = {}
    corrected: dict[Award, AwardChange] = {}
    for one in reversed(changes):
        if one.after:
            revoked.pop(_known_by(one.after), None)
            corrected.pop(one.after, None)
        if one.before and one.after:
            corrected |= {one.before: one, replace(one.before, body=None): one}
        elif one.before:
            revoked[_known_by(one.before)] = one
    return revoked, corrected
