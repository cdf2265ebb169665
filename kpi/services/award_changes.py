"""Changes of the award list, each on record with its reason: by hand, and by who comes on the final list or leaves it.

An application that reaches the final list is awarded by that, and no longer where it leaves it: the year and the list
of awards never say two things. Awards of the advanced tier and above are counted for their body's quota.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpi import tables
from kpi.access.roles import Scope
from kpi.model.audit import AuditAction
from kpi.model.claims import Award, final_list
from kpi.model.lifecycle import is_listed
from kpi.model.programme import AwardAct, AwardChange
from kpi.services.unit_of_work import UnitOfWork
from kpi.store.database import Cursor

_ACTS: Mapping[AwardAct, AuditAction] = {
    "added": "award_added",
    "corrected": "award_corrected",
    "revoked": "award_revoked",
}


AwardKey = tuple[str, str, int]


def award_key(award: Award) -> AwardKey:
    """Who was awarded which tier in which year: beside a credit code, a name may be written otherwise, as may a source
    or a body.
    """
    return award.credit_code or award.factory, award.tier, award.year


def note_award_change(
    change: UnitOfWork, act: AwardAct, before: Award | None, after: Award | None, reason: str
) -> None:
    """One more change on record and in the trail, with its reason."""
    award = after or before
    code = award.credit_code if award else ""
    number = len(tables.awards.award_changes(change.cursor)) + 1
    tables.awards.add_award_change(
        change.cursor, AwardChange(number, act, code, before, after, reason, change.actor.account, change.at)
    )
    was, becomes = _noted(before), _noted(after)
    change.audit(_ACTS[act], code, was or None, {**becomes, "reason": reason})


def give_award(change: UnitOfWork, award: Award, reason: str) -> None:
    """On the list, on record, and counted for its body's quota."""
    tables.awards.add_award(change.cursor, award)
    count_award(change, award, 1)
    note_award_change(change, "added", None, award, reason)


def withdraw_award(change: UnitOfWork, award: Award, reason: str) -> None:
    """Off the list, and no longer counted; the record stays."""
    tables.awards.remove_award(change.cursor, award)
    count_award(change, award, -1)
    note_award_change(change, "revoked", award, None, reason)


def count_award(change: UnitOfWork, award: Award, by: int) -> None:
    """For its body's quota, where the list says whose recommendation it was and its tier counts."""
    from kpi.intake.lists import counts_for_quota  # readers of files: no call that only lists may wait for them

    if award.body is None or not counts_for_quota(award):
        return
    standing = tables.lists.programme(change.cursor, award.year).get(award.body)
    tables.awards.set_award(change.cursor, award.body, max((standing.awarded if standing else 0) + by, 0))


def award_by_list(change: UnitOfWork, credit_code: str, year: int) -> None:
    """It has come on the year's final list. Whoever has that award already, from a list of elsewhere, has it once."""
    from kpi.intake.lists import award_tiers

    [locked] = tables.applications.locked_applications(change.cursor, Scope(own=(credit_code,)), [credit_code], year)
    tier = award_tiers()[0]
    known = tables.awards.awarded(change.cursor, credit_code)
    if (credit_code, tier, year) not in set(map(award_key, known)):
        source, application = final_list(year), locked.application
        give_award(change, Award(credit_code, application.label, tier, year, source, application.body), source)


def award_listed_before(change: UnitOfWork) -> None:
    """Whoever stood on a final list before a listing awarded: a store of then is brought forward with these awards."""
    for hand in tables.stages.applications_in_hand(change.cursor):
        if is_listed(hand.stage):
            award_by_list(change, hand.credit_code, hand.year)


def take_back_by_list(change: UnitOfWork, credit_code: str, year: int, reason: str) -> None:
    """It has left the year's final list. What another list says of it stays."""
    for award in tables.awards.awarded(change.cursor, credit_code):
        if award.source == final_list(year):
            withdraw_award(change, award, reason or f"移出{final_list(year)}")


def awards_by_list(cursor: Cursor) -> set[AwardKey]:
    """What the final lists give as they stand: list and awards must not say two things of them."""
    from kpi.intake.lists import award_tiers

    in_hand = tables.stages.applications_in_hand(cursor)
    return {(hand.credit_code, award_tiers()[0], hand.year) for hand in in_hand if is_listed(hand.stage)}


def with_final_lists(cursor: Cursor, awards: tuple[Award, ...], known: Sequence[Award]) -> tuple[Award, ...]:
    """A list from elsewhere, and of those known already the awards by final lists that it does not have.

    Of a final list that comes back as it was taken, with a warning beside its name or without, ours stay as they are.
    """
    standing = awards_by_list(cursor)
    own = {award_key(award): award for award in known if award.source == final_list(award.year)}
    own = {key: award for key, award in own.items() if key in standing}
    awards = tuple(
        own.get(award_key(award), award) if award.source.startswith(final_list(award.year)) else award
        for award in awards
    )
    missing = standing - set(map(award_key, awards))
    return (*awards, *(award for award in known if award_key(award) in missing))


def _noted(award: Award | None) -> dict[str, object]:
    if award is None:
        return {}
    return {"award": " ".join(str(item) for item in (award.factory, award.tier, award.year, award.body) if item)}
