"""Is the audit trail as it was written, from its first act to the one that the kept head names?

Checking takes longer than a page may. So what was checked is remembered, by the mac of its last act, while the store is
open; a page checks what came since, and says of everything else when it was checked, or that it was not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi import queries
from kpi.model.audit import AuditEntry, CheckedTrail
from kpi.queries import AuditHead
from kpi.services.audit_head import BEGINNING, CHAIN_START
from kpi.services.audit_keys import LOST_KEY, ROTATION, SECRET_LOST, audit_keys, fits, is_other_secret, keys_of
from kpi.store.cursor import Cursor
from kpi.store.store import Store

OTHER_SECRET = "secret"  # noqa: S105 - the name of a file
NO_HEAD = "head"
CUT_OFF = "end"

CHECKED_AT_ONCE = 2_000
"""So many entries are checked while a page is worked out: they take some tens of milliseconds."""
REPORTED_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class TrailMarks:
    """What a trail is checked by: its keys from the first on, and the head kept beside the database."""

    keys: tuple[bytes, ...]
    head: tuple[int, str] | None


def unwatched(_share: float) -> None:
    """Nobody watches."""


def trail_marks(store: Store) -> TrailMarks:
    return TrailMarks(tuple(audit_keys(store.folder)), store.folder.head())


def trail_with_marks(store: Store, cursor: Cursor) -> tuple[list[AuditEntry], TrailMarks]:
    """The whole trail, the oldest act first, and its marks of the same moment: others may go on writing.

    All that ``cursor`` is asked from here on is of that moment too.

    Raises:
        StoreUnavailable: the secret is missing.
    """
    with store.write_lock():
        cursor.begin()
        marks, last = trail_marks(store), queries.audit_head(cursor) or BEGINNING
    return queries.audit_entries(cursor, until=last.seq), marks


def broken_entries(
    store: Store,
    acts: Sequence[AuditEntry],
    marks: TrailMarks | None = None,
    report: Callable[[float], None] = unwatched,
) -> list[str]:
    """Numbers of acts that are not as they were written, or out of their place; ``CUT_OFF`` where the last are missing.

    ``NO_HEAD`` where nobody can know whether the last are missing: the head is gone, or cannot be read. ``marks`` are
    those of the moment at which the acts were read; None where nobody writes meanwhile.

    ``OTHER_SECRET`` alone where all of them fit one another and the head, and not the secret: that was replaced, not
    the trail.

    Raises:
        StoreUnavailable: the secret is missing.
    """
    marks = marks or trail_marks(store)
    if is_other_secret(acts, marks.keys) and _fault_of_the_end(marks.head, BEGINNING, acts) is None:
        return [OTHER_SECRET]
    return _faults(acts, keys_of(acts, marks.keys), BEGINNING, marks.head, report)


def check_every_entry(store: Store, at: datetime, report: Callable[[float], None] = unwatched) -> CheckedTrail:
    """Check all of it, and remember that.

    Raises:
        StoreUnavailable: the secret is missing.
    """
    with store.cursor() as cursor:
        acts, marks = trail_with_marks(store, cursor)
    broken = tuple(broken_entries(store, acts, marks, report))
    last = AuditHead(acts[-1].seq, acts[-1].mac) if acts else BEGINNING
    checked = CheckedTrail(last.seq, last.mac, last.seq, at, marks.keys, broken)
    store.checked_trail = checked
    return checked


def check_new_entries(store: Store, at: datetime) -> tuple[CheckedTrail | None, int]:
    """What is known of the trail after a check of what came since the last one, and how many entries there are.

    None where nothing is known and there is more to check than a page has time for.

    Raises:
        StoreUnavailable: the secret is missing.
    """
    known = store.checked_trail
    if known and known.broken:
        with store.cursor() as cursor:
            return known, (queries.audit_head(cursor) or BEGINNING).seq
    with store.write_lock(), store.cursor() as cursor:
        marks, last = trail_marks(store), queries.audit_head(cursor) or BEGINNING
        if known and not _still_there(cursor, known, marks):
            known = None
        after = known.seq if known else 0
        upto = min(last.seq, after + CHECKED_AT_ONCE)
        acts = queries.audit_entries(cursor, after, upto) if known else []
    if known and not any(act.action in (ROTATION, SECRET_LOST) for act in acts):
        store.checked_trail = known = _with_new(known, acts, marks, complete=upto == last.seq)
        return known, last.seq
    # A key that changed is vouched for by what was before it: then all of it is looked at.
    return check_every_entry(store, at) if last.seq <= CHECKED_AT_ONCE else None, last.seq


def _still_there(cursor: Cursor, known: CheckedTrail, marks: TrailMarks) -> bool:
    """What was checked is the beginning of this trail by its last act, its keys, and the head."""
    if known.keys != marks.keys or marks.head is None or marks.head[0] < known.seq:
        return False
    return not known.seq or queries.audit_mac(cursor, known.seq) == known.mac


def _with_new(known: CheckedTrail, acts: Sequence[AuditEntry], marks: TrailMarks, complete: bool) -> CheckedTrail:
    """``complete``: the acts reach to the trail's end, so that they must reach to the head."""
    before = AuditHead(known.seq, known.mac)
    head = marks.head if complete else None
    broken = _faults(acts, [marks.keys[-1]] * len(acts), before, head, unwatched, to_the_end=complete)
    last = AuditHead(acts[-1].seq, acts[-1].mac) if acts else before
    return CheckedTrail(last.seq, last.mac, known.whole_seq, known.whole_at, known.keys, tuple(broken))


def _faults(
    acts: Sequence[AuditEntry],
    keys: Sequence[bytes | None],
    before: AuditHead,
    head: tuple[int, str] | None,
    report: Callable[[float], None],
    to_the_end: bool = True,
) -> list[str]:
    """What is broken in the acts that follow ``before``, each with its key."""
    broken, previous, seq = [], before.mac, before.seq
    for done, (act, key) in enumerate(zip(acts, keys, strict=True), start=1):
        proved = key is not None and (key == LOST_KEY or fits(act, key))
        if act.seq != seq + 1 or act.previous != previous or not proved:
            broken.append(str(act.seq))
        previous, seq = act.mac, act.seq
        if not done % REPORTED_EVERY:
            report(done / len(acts))
    if to_the_end and (fault := _fault_of_the_end(head, before, acts)):
        broken.append(fault)
    return broken


def _fault_of_the_end(kept: tuple[int, str] | None, before: AuditHead, acts: Sequence[AuditEntry]) -> str | None:
    """The head kept beside the database is an act of the trail, or its beginning.

    A kill may leave it behind the trail by what one change noted, never ahead. Whoever shares the store with others
    also finds it so in between.
    """
    if kept is None:
        return NO_HEAD if acts or before != BEGINNING else None
    known = kept in ((0, CHAIN_START), (before.seq, before.mac)) or any((act.seq, act.mac) == kept for act in acts)
    behind = {_change_of(act) for act in acts if act.seq > kept[0]}
    return None if known and len(behind) <= 1 else CUT_OFF


def _change_of(act: AuditEntry) -> object:
    """The same for the acts of one change: its moment and who made it. Readings are written down together, each with
    its own reader and time."""
    return "readings" if act.action in ("candidate_read", "candidate_readings_lost") else (act.done_at, act.actor)
