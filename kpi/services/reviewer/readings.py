"""Who looked at which candidate, by itself or among others: noted then, and written into the audit trail in parts.

What reads never writes. A reading is therefore noted in memory, which takes no time, and the process that serves
the store writes the notes down every few seconds. The same reader and candidate within ten minutes are one reading.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from weakref import WeakKeyDictionary

from kpi.model.times import now
from kpi.model.viewer import SYSTEM, Actor
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store

ONE_READING = timedelta(minutes=10)
MOST_NOTED = 10_000
"""Where none can be written down for long, the oldest go; their number and times are written in their place."""
MOST_AT_ONCE = 200
"""A change keeps all others waiting while it is written, and on a full disk has to fit into the reserve."""


Reading = Literal["candidate_read", "candidate_compared"]
"""As the trail names it. Whom somebody compared with others, somebody has not therefore looked through."""


@dataclass(slots=True)
class _Notes:
    waiting: list[tuple[Actor, Reading, str, datetime]] = field(default_factory=list)
    latest: dict[tuple[str, Reading, str], datetime] = field(default_factory=dict)
    forgotten: list[datetime] = field(default_factory=list)
    """When those were read that there was no room for: the first and the last of them."""
    forgotten_count: int = 0


_GUARD = threading.Lock()
_NOTES: WeakKeyDictionary[Store, _Notes] = WeakKeyDictionary()


def note_reading(
    store: Store,
    reader: Actor,
    credit_code: str,
    year: int,
    at: datetime | None = None,
    reading: Reading = "candidate_read",
) -> None:
    """Note that the reader has been shown this candidate."""
    moment, subject = at or now(), f"{credit_code} {year}"
    with _GUARD:
        notes = _NOTES.setdefault(store, _Notes())
        last = notes.latest.get((reader.account, reading, subject))
        if last is not None and moment - last < ONE_READING:
            return
        notes.latest = {who: when for who, when in notes.latest.items() if moment - when < ONE_READING}
        notes.latest[reader.account, reading, subject] = moment
        notes.waiting.append((reader, reading, subject, moment))
        if len(notes.waiting) > MOST_NOTED:
            *_, gone = notes.waiting.pop(0)
            notes.forgotten = [*notes.forgotten[:1], gone]
            notes.forgotten_count += 1


def noted_readings(store: Store, account: str) -> dict[str, datetime]:
    """What the account has looked through and is not written down yet: when each was last, by "credit_code year"."""
    with _GUARD:
        notes = _NOTES.get(store)
        waiting = notes.waiting if notes else []
        return {
            subject: at
            for reader, reading, subject, at in waiting
            if (reader.account, reading) == (account, "candidate_read")
        }


# Asked without rights: the server writes down what was noted
def write_readings(store: Store) -> int:
    """Write the oldest of what was noted into the trail, each with its own reader and time; how many there were.

    Raises:
        StoreUnavailable: they cannot be written; they wait for the next time.
    """
    with _GUARD:
        waiting = (notes := _NOTES.get(store)) is not None and bool(notes.waiting)
    if not waiting:
        return 0
    # Taken and written under one lock: of two who write at once, the second finds what the first has left.
    with store.write_lock():
        with _GUARD:
            notes = _NOTES.get(store)
            taken = notes.waiting[:MOST_AT_ONCE] if notes else []
            forgotten, count = (notes.forgotten, notes.forgotten_count) if notes else ([], 0)
        if notes is None or not taken:
            return 0
        with unit_of_work(store, SYSTEM) as change:
            if count:
                between = {"from": forgotten[0].isoformat(), "to": forgotten[-1].isoformat()}
                change.audit("candidate_readings_lost", str(count), after=between)
            for actor, reading, subject, at in taken:
                change.audit(reading, subject, by=actor, at=at)
        written = set(taken)
        with _GUARD:
            notes.waiting = [item for item in notes.waiting if item not in written]
            notes.forgotten_count -= count
            if not notes.forgotten_count:
                notes.forgotten = []
    return len(taken)
