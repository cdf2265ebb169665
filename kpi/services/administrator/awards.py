"""The authority's award list: enterprises on it do not apply again."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from kpi import tables
from kpi.errors import InvalidFile, NotFound, UserError
from kpi.files.text import plain_line
from kpi.intake.lists import AwardedReading, counts_for_quota, read_awarded
from kpi.model.claims import Award
from kpi.model.programme import AwardChange
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads, reads_unscoped, requires
from kpi.services.award_changes import (
    AwardKey,
    award_key,
    awards_by_list,
    count_award,
    give_award,
    note_award_change,
    with_final_lists,
    withdraw_award,
)
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.stages import ApplicationInHand

# What was changed on the award list before, against what a file says now; and the record of a change.
#
# An award that was revoked comes back only expressly: a list from outside may not know of it.


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
    listed = set(tables.awards.awarded(cursor))
    anyones = {replace(item, body=None) for item in listed}
    revoked, corrected = _last_changes(tables.awards.award_changes(cursor))
    found = []
    for row, award in zip(rows, awards, strict=True):
        as_listed = replace(award, body=None) in anyones
        change = revoked.get(award_key(award)) if not as_listed else None
        if change is None and award not in listed and not (as_listed and award.body is None):
            change = corrected.get(award)
        if change is not None:
            found.append(ReversedChange(row, award, change))
    return tuple(found)


def counted_by_body(awards: Collection[Award]) -> dict[str, int]:
    """How many of them each body's quota counts."""
    bodies = [award.body for award in awards if award.body and counts_for_quota(award)]
    return {body: bodies.count(body) for body in dict.fromkeys(bodies)}


def _last_changes(
    changes: Sequence[AwardChange],
) -> tuple[dict[AwardKey, AwardChange], dict[Award, AwardChange]]:
    """Revoked and corrected awards that did not come back since, each with its change; a correction by what it was of,
    with its body and without.
    """
    revoked: dict[AwardKey, AwardChange] = {}
    corrected: dict[Award, AwardChange] = {}
    for change in reversed(changes):
        if change.after:
            revoked.pop(award_key(change.after), None)
            corrected.pop(change.after, None)
        if change.before and change.after:
            corrected |= {change.before: change, replace(change.before, body=None): change}
        elif change.before:
            revoked[award_key(change.before)] = change
    return revoked, corrected


# Single awards: added, corrected, revoked, each with its reason. What stood before stays on record.
#
# Awards of the advanced tier and above are counted for their body's quota, so its count moves with them.


LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class AwardCheck:
    """What one credit code has: its awards, and its applications of the same year or later, which they bar."""

    awards: tuple[Award, ...]
    barred: tuple[ApplicationInHand, ...]


@reads_unscoped("run_programme")
def award_history(cursor: Cursor) -> list[AwardChange]:
    """Every change, the latest first."""
    return tables.awards.award_changes(cursor)


@reads("run_programme")
def check_awarded(cursor: Cursor, viewer: Viewer, credit_code: str) -> AwardCheck:
    """The check that every application is put to, of one credit code."""
    awards = tuple(tables.awards.awarded(cursor, credit_code))
    first = min((award.year for award in awards), default=None)
    barred = [
        application
        for application in tables.stages.applications_in_hand(cursor, viewer.barred)
        if application.credit_code == credit_code and first is not None and application.year >= first
    ]
    return AwardCheck(awards, tuple(barred))


@reads_unscoped("run_programme")
def earlier_revocation(cursor: Cursor, award: Award) -> AwardChange | None:
    """The change that revoked this award, if adding it brings it back."""
    changes = [found.change for found in reversed_changes(cursor, [award], [0])]
    return next((change for change in changes if change.act == "revoked"), None)


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
        give_award(change, kept, said)
    return kept


@requires("run_programme")
def correct_award(
    store: Store, viewer: Viewer, before: Award, after: Award, reason: str, at: datetime | None = None
) -> Award:
    """Put ``after`` in the place of ``before``, and return it as it is kept.

    Raises:
        InvalidFile: a field is not what it should be: all are reported.
        NotFound: ``before`` is not on the list: somebody changed it meanwhile.
        UserError: no reason is given, nothing is changed, ``after`` is on the list already, or it would be another
            award than the one that a final list gives.
    """
    kept, said = _checked(after), _said(reason)
    with unit_of_work(store, viewer.actor, at) as change:
        _refuse_gone(change, before)
        if kept == before:
            raise UserError("award_same")
        if replace(kept, body=None) != replace(before, body=None):
            _refuse_twice(change, kept, before)
        if (award_key(kept), kept.source) != (award_key(before), before.source):
            _refuse_by_final_list(change, before)
        tables.awards.remove_award(change.cursor, before)
        tables.awards.add_award(change.cursor, kept)
        count_award(change, before, -1)
        count_award(change, kept, 1)
        note_award_change(change, "corrected", before, kept, said)
    return kept


@requires("run_programme")
def revoke_award(store: Store, viewer: Viewer, award: Award, reason: str, at: datetime | None = None) -> None:
    """Take one off the list; it can be added again.

    Raises:
        NotFound: it is not on the list: somebody changed it meanwhile.
        UserError: no reason is given, or a final list gives it, on which its factory still stands.
    """
    said = _said(reason)
    with unit_of_work(store, viewer.actor, at) as change:
        _refuse_gone(change, award)
        _refuse_by_final_list(change, award)
        withdraw_award(change, award, said)


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


def _refuse_twice(change: UnitOfWork, award: Award, instead_of: Award | None = None) -> None:
    listed = [item for item in tables.awards.awarded(change.cursor, award.credit_code) if item != instead_of]
    alike = replace(award, body=None) in [replace(item, body=None) for item in listed]
    # What a final list gives is given once, whatever another list calls it.
    by_list = award_key(award) in set(map(award_key, listed)) & awards_by_list(change.cursor)
    if alike or by_list:
        raise UserError("award_listed", credit_code=award.credit_code)


def _refuse_by_final_list(change: UnitOfWork, award: Award) -> None:
    """Who is to lose such an award is taken off the list, with a reason: else list and award would say two things."""
    if award_key(award) in awards_by_list(change.cursor):
        raise UserError("award_of_final_list", credit_code=award.credit_code, year=award.year)


def _refuse_gone(change: UnitOfWork, award: Award) -> None:
    if award not in tables.awards.awarded(change.cursor, award.credit_code):
        raise NotFound("award", award.credit_code)


# The authority's award list: enterprises on it do not apply again.


@dataclass(frozen=True, slots=True)
class ListedAward:
    """An award of a file and the row where it stands."""

    row: int
    award: Award


@dataclass(frozen=True, slots=True)
class AwardsPreview:
    """What an import would do: how many awards the file has, how many are new, and how many are on the list alone.

    ``by_body``: those that would count for quotas; None where the file names no bodies, and those that are known stay.
    ``without_body``: those of a tier that counts whose body would not be known, so that no quota counts them.
    ``revoked``: the file has them, and they were revoked; ``corrected``: the file has them as they were before.
    ``changes``: how often the list had been changed until then. ``same``: with no revoked award brought back, the list
    and what is counted of it would stay as they are.
    """

    awards: int
    added: int
    removed: int
    by_body: Mapping[str, int] | None
    without_body: tuple[ListedAward, ...]
    revoked: tuple[ReversedChange, ...]
    corrected: tuple[ReversedChange, ...]
    changes: int
    same: bool


@dataclass(frozen=True, slots=True)
class AwardTotals:
    """The list added up: awards by year and tier, and by recommending body those that count for its quota.

    ``by_body_year``: by body (None where the list does not say), year and tier. ``without_body``: of a tier that
    counts, and counted for nobody.
    """

    by_year: Mapping[tuple[int, str], int]
    by_body: Mapping[str, int]
    by_body_year: Mapping[tuple[str | None, int, str], int]
    without_body: int


@reads_unscoped("run_programme")
def preview_awards(cursor: Cursor, name: str, data: bytes) -> AwardsPreview:
    """What importing the file would change. Nothing is kept.

    Raises:
        InvalidFile: the file has errors: all are reported.
    """
    reading = _read(name, data)
    changes = len(tables.awards.award_changes(cursor))  # first: what is read after it may be newer, never older
    known = tables.awards.awarded(cursor)
    awards = _completed(cursor, reading, known)
    found = reversed_changes(cursor, awards, reading.rows)
    same = _is_same(cursor, known, _kept(cursor, awards, known, found), reading)
    before, after = (
        {replace(item, body=None) for item in some} for some in (known, with_final_lists(cursor, awards, known))
    )
    nobodys = [
        ListedAward(row, award)
        for row, award in zip(reading.rows, awards, strict=True)
        if not award.body and counts_for_quota(award)
    ]
    return AwardsPreview(
        len(after),
        len(after - before),
        len(before - after),
        reading.by_body,
        tuple(nobodys),
        tuple(change for change in found if change.change.act == "revoked"),
        tuple(change for change in found if change.change.act == "corrected"),
        changes,
        same,
    )


@reads_unscoped("run_programme")
def award_totals(cursor: Cursor) -> AwardTotals:
    """Cumulated over all years that are on the list."""
    listed = tables.awards.awarded(cursor)
    bodies = tables.lists.programme(cursor, 0)
    return AwardTotals(
        Counter((award.year, award.tier) for award in listed),
        {body: item.awarded for body, item in bodies.items() if item.awarded},
        Counter((award.body, award.year, award.tier) for award in listed),
        sum(counts_for_quota(award) and not award.body for award in listed),
    )


@requires("run_programme")
def import_awards(
    store: Store,
    viewer: Viewer,
    name: str,
    data: bytes,
    at: datetime | None = None,
    brought_back: Collection[int] = (),
    reason: str = "",
    seen: int | None = None,
) -> int:
    """Replace the list by the file's and return its number of awards. The original file is kept.

    Revoked awards stay off the list, but for those in the rows of ``brought_back``, each with ``reason``. ``seen``:
    ``AwardsPreview.changes`` of what was read before.

    Raises:
        InvalidFile: the file has errors: all are reported, and the list stays unchanged.
        UserError: no reason is given for what is brought back, somebody has changed the list since, or it is that list
            already.
    """
    reading, said = _read(name, data), plain_line(reason, LONGEST_REASON)
    if brought_back and not said:
        raise UserError("award_needs_reason")
    sha256 = hashlib.sha256(data).hexdigest()
    store.folder.keep_original(data)
    with unit_of_work(store, viewer.actor, at) as change:
        number = len(tables.awards.award_changes(change.cursor)) + 1
        if seen not in (None, number - 1):
            raise UserError("changed_since_read")
        store.folder.keep_again(sha256, data)
        known = tables.awards.awarded(change.cursor)
        awards = _completed(change.cursor, reading, known)
        found = reversed_changes(change.cursor, awards, reading.rows)
        revoked = {item.row: item for item in found if item.change.act == "revoked"}
        kept = _kept(change.cursor, awards, known, found, brought_back)
        if _is_same(change.cursor, known, kept, reading):
            raise UserError("awards_same")
        tables.awards.set_awarded(change.cursor, kept)
        tables.awards.set_awards(change.cursor, _counted(change.cursor, known, kept, reading))
        imported = AwardChange(number, "imported", "", None, None, sha256, viewer.account, change.at)
        tables.awards.add_award_change(change.cursor, imported)
        left_out = len(set(awards) - set(kept))
        noted = {"items": len(kept), "sha256": sha256} | ({"left_out": left_out} if left_out else {})
        change.audit("awards_imported", "awarded", after=noted)
        for row in sorted(set(brought_back) & set(revoked)):
            note_award_change(change, "added", None, revoked[row].award, said)
    return len(kept)


def _read(name: str, data: bytes) -> AwardedReading:
    reading = read_awarded(name, data)
    if reading.problems:
        raise InvalidFile(reading.problems)
    return reading


def _completed(cursor: Cursor, reading: AwardedReading, known: Collection[Award]) -> tuple[Award, ...]:
    """What the file does not say, from the list as it stands: whose code a name has there, or had before a change,
    where it is one; and where the file names no bodies, whose recommendation it was.
    """
    before = [change.before for change in tables.awards.award_changes(cursor) if change.before]
    codes: dict[tuple[str, str, int], set[str]] = {}
    for award in (*known, *before):
        if award.credit_code:
            codes.setdefault((award.factory, award.tier, award.year), set()).add(award.credit_code)
    awards = tuple(_coded(award, codes, reading.awards) for award in reading.awards)
    if reading.by_body is not None:
        return awards
    bodies = {replace(award, body=None): award.body for award in known}
    return tuple(replace(award, body=bodies.get(award)) for award in awards)


def _coded(award: Award, codes: Mapping[tuple[str, str, int], set[str]], listed: Sequence[Award]) -> Award:
    found = codes.get((award.factory, award.tier, award.year), set())
    if award.credit_code or len(found) != 1:
        return award
    [code] = found
    coded = replace(award, credit_code=code)
    return award if coded in listed else coded


def _kept(
    cursor: Cursor,
    awards: Sequence[Award],
    known: Sequence[Award],
    found: Sequence[ReversedChange],
    brought_back: Collection[int] = (),
) -> tuple[Award, ...]:
    """Those of a file that come on the list: without the revoked that nobody brings back, and with our own lists'."""
    left_out = {change.award for change in found if change.change.act == "revoked" and change.row not in brought_back}
    return with_final_lists(cursor, tuple(award for award in awards if award not in left_out), known)


def _is_same(cursor: Cursor, before: Collection[Award], after: Collection[Award], reading: AwardedReading) -> bool:
    counts = {body: item.awarded for body, item in tables.lists.programme(cursor, 0).items() if item.awarded}
    return Counter(before) == Counter(after) and _counted(cursor, before, after, reading) == counts


def _counted(
    cursor: Cursor, before: Collection[Award], after: Collection[Award], reading: AwardedReading
) -> Mapping[str, int]:
    """The bodies' counts follow the list. Counts that came in without a list stay where a list names no bodies."""
    counted, was = Counter(counted_by_body(after)), Counter(counted_by_body(before))
    if reading.by_body is None:
        for body, item in tables.lists.programme(cursor, 0).items():
            counted[body] += max(item.awarded - was[body], 0)
    return +counted


@reads_unscoped("run_programme")
def list_awards(cursor: Cursor) -> list[Award]:
    """The whole list, the earliest award first; empty if none has been imported."""
    return tables.awards.awarded(cursor)
