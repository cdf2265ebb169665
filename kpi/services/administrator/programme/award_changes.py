"""Single awards: added, corrected, revoked, each with its reason. What stood before stays on record.

Awards of the advanced tier and above are counted for their body's quota, so its count moves with them.
"""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from kpi import queries, records
from kpi.errors import InvalidFile, NotFound, UserError
from kpi.files.text import plain_line
from kpi.intake.lists import counts_for_quota, read_awarded
from kpi.model.claims import Award
from kpi.model.programme import AwardChange
from kpi.model.viewer import Viewer
from kpi.queries import ApplicationInHand
from kpi.services.administrator.programme.changed_awards import note_award_change, revocation_of
from kpi.services.authorization import requires
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.store import Store

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class AwardCheck:
    """What one credit code has: its awards, and its applications of the same year or later, which they bar."""

    awards: tuple[Award, ...]
    barred: tuple[ApplicationInHand, ...]


@requires("run_programme")
def award_history(store: Store, _: Viewer) -> list[AwardChange]:
    """Every change, the latest first."""
    with store.cursor() as cursor:
        return queries.award_changes(cursor)


@requires("run_programme")
def check_awarded(store: Store, viewer: Viewer, credit_code: str) -> AwardCheck:
    """The check that every application is put to, of one credit code."""
    with store.cursor() as cursor:
        awards = tuple(queries.awarded(cursor, credit_code))
        first = min((one.year for one in awards), default=None)
        barred = [
            one
            for one in queries.applications_in_hand(cursor, viewer.barred)
            if one.credit_code == credit_code and first is not None and one.year >= first
        ]
    return AwardCheck(awards, tuple(barred))


@requires("run_programme")
def earlier_revocation(store: Store, _: Viewer, award: Award) -> AwardChange | None:
    """The change that revoked this award, if adding it brings it back."""
    with store.cursor() as cursor:
        return revocation_of(cursor, award)


@requires("run_programme")
def add_single_award(store: Store, viewer: Viewer, award: Award, reason: str, at: datetime | None = None) -> Award:
    """Add one, and return it as it is kept: tier and body by their names in the catalogue.

    Raises:
        InvalidFile: a field is not what it should be: all are reported.
        UserError: no reason is given, or it is on the list already.
    """
    kept, said = _checked(award), _said(reason)
    with unit_of_work(store, viewer.actor, at) as change:
        _refuse_twice(change, kept)
        records.add_award(change.cursor, kept)
        _count(change, kept, 1)
        note_award_change(change, "added", None, kept, said)
    return kept


@requires("run_programme")
def correct_award(
    store: Store, viewer: Viewer, before: Award, after: Award, reason: str, at: datetime | None = None
) -> Award:
    """Put ``after`` in the place of ``before``, and return it as it is kept.

    Raises:
        InvalidFile: a field is not what it should be: all are reported.
        NotFound: ``before`` is not on the list: somebody changed it meanwhile.
        UserError: no reason is given, nothing is changed, or ``after`` is on the list already.
    """
    kept, said = _checked(after), _said(reason)
    with unit_of_work(store, viewer.actor, at) as change:
        _refuse_gone(change, before)
        if kept == before:
            raise UserError("award_same")
        if replace(kept, body=None) != replace(before, body=None):
            _refuse_twice(change, kept)
        records.remove_award(change.cursor, before)
        records.add_award(change.cursor, kept)
        _count(change, before, -1)
        _count(change, kept, 1)
        note_award_change(change, "corrected", before, kept, said)
    return kept


@requires("run_programme")
def revoke_award(store: Store, viewer: Viewer, award: Award, reason: str, at: datetime | None = None) -> None:
    """Take one off the list; it can be added again.

    Raises:
        NotFound: it is not on the list: somebody changed it meanwhile.
        UserError: no reason is given.
    """
    said = _said(reason)
    with unit_of_work(store, viewer.actor, at) as change:
        _refuse_gone(change, award)
        records.remove_award(change.cursor, award)
        _count(change, award, -1)
        note_award_change(change, "revoked", award, None, said)


def _checked(award: Award) -> Award:
    """By the rules of the list's file, so that there is one set of them. Year 0 is a year that was not filled in."""
    out = io.StringIO()
    cells = {name: str(value or "") for name, value in asdict(award).items()}
    table = csv.writer(out)
    table.writerows([list(cells), list(cells.values())])
    reading = read_awarded("", out.getvalue().encode())
    if reading.problems:
        raise InvalidFile(reading.problems)
    return reading.awards[0]


def _said(reason: str) -> str:
    said = plain_line(reason, LONGEST_REASON)
    if not said:
        raise UserError("award_needs_reason")
    return said


def _refuse_twice(change: UnitOfWork, award: Award) -> None:
    listed = queries.awarded(change.cursor, award.credit_code)
    if replace(award, body=None) in [replace(one, body=None) for one in listed]:
        raise UserError("award_listed", credit_code=award.credit_code)


def _refuse_gone(change: UnitOfWork, award: Award) -> None:
    if award not in queries.awarded(change.cursor, award.credit_code):
        raise NotFound("award", award.credit_code)


def _count(change: UnitOfWork, award: Award, by: int) -> None:
    if award.body is None or not counts_for_quota(award):
        return
    standing = queries.programme(change.cursor, award.year).get(award.body)
    records.set_award(change.cursor, award.body, max((standing.awarded if standing else 0) + by, 0))
