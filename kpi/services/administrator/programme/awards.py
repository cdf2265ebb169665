"""The authority's award list: enterprises on it do not apply again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kpi import queries, records
from kpi.errors import InvalidFile, UserError
from kpi.files.text import plain_line
from kpi.intake.lists import AwardedReading, counts_for_quota, read_awarded
from kpi.model.claims import Award
from kpi.model.programme import AwardChange
from kpi.model.viewer import Viewer
from kpi.services.administrator.programme.award_changes import LONGEST_REASON
from kpi.services.administrator.programme.changed_awards import (
    ReversedChange,
    counted_by_body,
    note_award_change,
    reversed_changes,
)
from kpi.services.authorization import requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store


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


@requires("run_programme")
def preview_awards(store: Store, _: Viewer, name: str, data: bytes) -> AwardsPreview:
    """What importing the file would change. Nothing is kept.

    Raises:
        InvalidFile: the file has errors: all are reported.
    """
    reading = _read(name, data)
    with store.cursor() as cursor:
        changes = len(queries.award_changes(cursor))  # first: what is read after it may be newer, never older
        known = queries.awarded(cursor)
        awards = _with_bodies(reading, known)
        found = reversed_changes(cursor, awards, reading.rows)
        same = _is_same(cursor, known, _kept(awards, found), reading)
    before, after = ({replace(one, body=None) for one in some} for some in (known, awards))
    nobodys = [
        ListedAward(row, one)
        for row, one in zip(reading.rows, awards, strict=True)
        if not one.body and counts_for_quota(one)
    ]
    return AwardsPreview(
        len(after),
        len(after - before),
        len(before - after),
        reading.by_body,
        tuple(nobodys),
        tuple(one for one in found if one.change.act == "revoked"),
        tuple(one for one in found if one.change.act == "corrected"),
        changes,
        same,
    )


@requires("run_programme")
def award_totals(store: Store, _: Viewer) -> AwardTotals:
    """Cumulated over all years that are on the list."""
    with store.cursor() as cursor:
        listed = queries.awarded(cursor)
        bodies = queries.programme(cursor, 0)
    return AwardTotals(
        Counter((one.year, one.tier) for one in listed),
        {body: one.awarded for body, one in bodies.items() if one.awarded},
        Counter((one.body, one.year, one.tier) for one in listed),
        sum(counts_for_quota(one) and not one.body for one in listed),
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
        number = len(queries.award_changes(change.cursor)) + 1
        if seen not in (None, number - 1):
            raise UserError("changed_since_read")
        store.folder.keep_again(sha256, data)
        known = queries.awarded(change.cursor)
        awards = _with_bodies(reading, known)
        found = reversed_changes(change.cursor, awards, reading.rows)
        revoked = {one.row: one for one in found if one.change.act == "revoked"}
        kept = _kept(awards, found, brought_back)
        if _is_same(change.cursor, known, kept, reading):
            raise UserError("awards_same")
        records.set_awarded(change.cursor, kept)
        records.set_awards(change.cursor, _counted(change.cursor, known, kept, reading))
        imported = AwardChange(number, "imported", "", None, None, sha256, viewer.account, change.at)
        records.add_award_change(change.cursor, imported)
        left_out = len(awards) - len(kept)
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


def _with_bodies(reading: AwardedReading, known: Collection[Award]) -> tuple[Award, ...]:
    """Where the file names no bodies, whose recommendation it was is taken from the list as it stands."""
    if reading.by_body is not None:
        return reading.awards
    bodies = {replace(one, body=None): one.body for one in known}
    return tuple(replace(one, body=bodies.get(one)) for one in reading.awards)


def _kept(
    awards: Sequence[Award], found: Sequence[ReversedChange], brought_back: Collection[int] = ()
) -> tuple[Award, ...]:
    """Those of a file that come on the list: without the revoked that nobody brings back."""
    left_out = {one.award for one in found if one.change.act == "revoked" and one.row not in brought_back}
    return tuple(one for one in awards if one not in left_out)


def _is_same(cursor: Cursor, before: Collection[Award], after: Collection[Award], reading: AwardedReading) -> bool:
    counts = {body: one.awarded for body, one in queries.programme(cursor, 0).items() if one.awarded}
    return Counter(before) == Counter(after) and _counted(cursor, before, after, reading) == counts


def _counted(
    cursor: Cursor, before: Collection[Award], after: Collection[Award], reading: AwardedReading
) -> Mapping[str, int]:
    """The bodies' counts follow the list. Counts that came in without a list stay where a list names no bodies."""
    counted, was = Counter(counted_by_body(after)), Counter(counted_by_body(before))
    if reading.by_body is None:
        for body, one in queries.programme(cursor, 0).items():
            counted[body] += max(one.awarded - was[body], 0)
    return +counted


@requires("run_programme")
def list_awards(store: Store, _: Viewer) -> list[Award]:
    """The whole list, the earliest award first; empty if none has been imported."""
    with store.cursor() as cursor:
        return queries.awarded(cursor)
