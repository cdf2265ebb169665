"""Does the audit trail still reach as far as its head, which is kept beside the database, says?"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from kpi import tables
from kpi.errors import StoreUnavailable
from kpi.model.audit import AuditEntry, CheckedTrail
from kpi.model.times import to_stored
from kpi.store.database import Cursor
from kpi.store.folder import SECRET_BYTES, StoreFolder
from kpi.store.store import Store
from kpi.tables.audit import AuditHead

# Does the audit trail still reach as far as its head, which is kept beside the database, says?
#
# A database that was lost, or put back as it was earlier, ends before its head. Every write asks here first: the next
# act would otherwise take the place of a lost one, and its head would cover the loss.


CHAIN_START = "0" * 64
BEGINNING = AuditHead(0, CHAIN_START)
"""The head before the first act: from then on a missing head is a loss, and not a beginning."""


@dataclass(frozen=True, slots=True)
class TrailLoss:
    """What the kept head and the trail's last act say of each other. ``kept`` is None where the head is missing."""

    kept: AuditHead | None
    last: AuditHead

    @property
    def name(self) -> str:
        """What was lost, as it must be named to be acknowledged: ``head``, or acts by number, such as ``13-20``."""
        if self.kept is None:
            return "head"
        return acts_by_number(min(self.last.seq + 1, self.kept.seq), self.kept.seq)


def acts_by_number(first: int, last: int) -> str:
    """Acts of the trail one after the other, as people name them: ``13``, or ``13-20``."""
    return f"{first}" if first == last else f"{first}-{last}"


def trail_loss(store: Store, cursor: Cursor) -> TrailLoss | None:
    """What was lost, or None. A kill may leave the head behind the trail, never ahead of it."""
    return _loss(store.folder.head(), tables.audit.audit_head(cursor) or BEGINNING, cursor)


def refuse_lost_acts(store: Store, cursor: Cursor) -> None:
    """Raises ``StoreUnavailable`` where acts, or the head that would tell of them, are missing."""
    last = tables.audit.audit_head(cursor) or BEGINNING
    refuse_short_trail(cursor, store.folder.head(), last, store.folder.root.name)


def refuse_short_trail(cursor: Cursor, kept: tuple[int, str] | None, last: AuditHead, name: str) -> None:
    """As ``refuse_lost_acts``, for who has read the kept head and the trail's last act. ``name`` is the folder's."""
    if loss := _loss(kept, last, cursor):
        code = "head_missing" if loss.kept is None else "acts_lost"
        raise StoreUnavailable(code, path=name, last=loss.last.seq, lost=loss.name)


def _loss(kept: tuple[int, str] | None, last: AuditHead, cursor: Cursor) -> TrailLoss | None:
    if kept is None:
        return TrailLoss(None, last) if last.seq else None
    head = AuditHead(*kept)
    if head in (BEGINNING, last) or tables.audit.audit_mac(cursor, head.seq) == head.mac:
        return None
    return TrailLoss(head, last)


# With which keys the audit trail was written: one after the other, changed by an act that either key vouches for.
#
# The act that changes the key is the first under the new one. It names the head under the old key, and carries what
# only the old key's holder can make of that head and the new key. So the acts before it need the old key no more to be
# kept unchanged: anyone who has it can make other acts of them, but not the head that stands under the new key.


ROTATION: Final = "secret_rotated"
SECRET_LOST: Final = "secret_lost"  # noqa: S105 - the name of an act
"""The act by which a trail goes on whose secret was lost: no old key vouches for it, and it says so."""
LOST_KEY = bytes(SECRET_BYTES)
"""In the place of a retired key that was lost: the acts under it can no longer be proved, only bound from then on."""


def audit_keys(folder: StoreFolder) -> list[bytes]:
    """The trail's keys from the first to the present one.

    Raises:
        StoreUnavailable: the secret is missing.
    """
    kept = folder.secrets()
    retired = [kept[at : at + SECRET_BYTES] for at in range(SECRET_BYTES, len(kept), SECRET_BYTES)]
    return [*retired, audit_key(folder)]


def audit_key(folder: StoreFolder) -> bytes:
    """The key of the acts written from now on."""
    return _derived(folder.secret())


def rotated(kept: bytes, secret: bytes) -> bytes:
    """The file of secrets with ``secret`` in the first place, and the key of the one before it among the retired."""
    return secret + kept[SECRET_BYTES:] + _derived(kept[:SECRET_BYTES])


def after_loss(secret: bytes, parts: int) -> bytes:
    """The file of secrets for a trail of so many parts, of which no key is left, that goes on with ``secret``."""
    return secret + LOST_KEY * parts


def trail_sha256(acts: Sequence[AuditEntry]) -> str:
    """The hash of everything in the acts, macs included: it binds what no key binds any more."""
    digest = hashlib.sha256()
    for act in acts:
        digest.update(_text(act, act.mac).encode() + b"\n")
    return digest.hexdigest()


def entry_mac(act: AuditEntry, key: bytes) -> str:
    """The mac of everything in an act but its mac."""
    return hmac.new(key, _text(act, None).encode(), hashlib.sha256).hexdigest()


def _text(act: AuditEntry, mac: str | None) -> str:
    content = asdict(act) | {"done_at": to_stored(act.done_at).isoformat(timespec="microseconds"), "mac": mac}
    if act.bound is None:
        del content["bound"]  # acts from before rows were bound fit as they were written
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fits(act: AuditEntry, key: bytes) -> bool:
    """Whether the holder of the key wrote the act, as it is."""
    return hmac.compare_digest(act.mac.encode(), entry_mac(act, key).encode())


def countersigned(head: AuditHead, old: bytes, new: bytes) -> str:
    """What the holder of the old key says of the head and of the key that takes over."""
    statement = f"{head.seq} {head.mac} {hashlib.sha256(new).hexdigest()}"
    return hmac.new(old, statement.encode(), hashlib.sha256).hexdigest()


def keys_of(acts: Sequence[AuditEntry], keys: Sequence[bytes]) -> list[bytes | None]:
    """The key of each act: ``LOST_KEY`` where it was lost; None from a change of keys on that does not hold, or that
    has no key.
    """
    found: list[bytes | None] = []
    place, known = 0, True
    for at, act in enumerate(acts):
        if act.action in (ROTATION, SECRET_LOST):
            known = known and place + 1 < len(keys) and _change_holds(acts[: at + 1], keys[place], keys[place + 1])
            place += 1
        found.append(keys[place] if known else None)
    return found


def _change_holds(acts: Sequence[AuditEntry], old: bytes, new: bytes) -> bool:
    """Whether the last of the acts may put the key ``new`` in the place of ``old``."""
    *earlier, act = acts
    if act.action == SECRET_LOST:
        return old == LOST_KEY != new and _stated(act, "trail") == trail_sha256(earlier)
    if old == LOST_KEY:
        return new == LOST_KEY  # both are lost: what was between them is bound by the act of the loss
    return bool(earlier) and hmac.compare_digest(
        _stated(act, "countersigned").encode(),
        countersigned(AuditHead(earlier[-1].seq, earlier[-1].mac), old, new).encode(),
    )


def _stated(act: AuditEntry, name: str) -> str:
    try:
        stated = json.loads(act.after or "")[name]
    except (ValueError, TypeError, KeyError):
        return ""
    return stated if isinstance(stated, str) else ""


def is_other_secret(acts: Sequence[AuditEntry], keys: Sequence[bytes]) -> bool:
    """Whether the acts fit one another and none of the keys: the secret was replaced, and not the trail."""
    if not acts or any(fits(act, key) for act in acts for key in keys if key != LOST_KEY):
        return False
    return all(act.previous == before.mac for before, act in pairwise(acts))


def _derived(secret: bytes) -> bytes:
    return hmac.digest(secret, b"audit trail", "sha256")


# Is the audit trail as it was written, from its first act to the one that the kept head names?
#
# Checking takes longer than a page may. So what was checked is remembered, by the mac of its last act, while the store
# is open; a page checks what came since, and says of everything else when it was checked, or that it was not.


OTHER_SECRET = "secret"  # noqa: S105 - the name of a file
NO_HEAD = "head"
CUT_OFF = "end"

CHECKED_AT_ONCE = 2_000
"""So many entries are checked while a page is worked out: they take some tens of milliseconds."""
REPORTED_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class TrailMarks:
    """What a trail is checked by: its keys from the first on, and the head kept beside the database.

    Without keys only that the acts follow one another and reach to the head can be said.
    """

    keys: tuple[bytes, ...]
    head: tuple[int, str] | None


def unwatched(_share: float) -> None:
    """Nobody watches."""


def trail_marks(store: Store) -> TrailMarks:
    return TrailMarks(tuple(audit_keys(store.folder)), store.folder.head())


def trail_with_marks(store: Store, cursor: Cursor, without_keys: bool = False) -> tuple[list[AuditEntry], TrailMarks]:
    """The whole trail, the oldest act first, and its marks of the same moment: others may go on writing.

    All that ``cursor`` is asked from here on is of that moment too. ``without_keys`` is for a copy without its secret.

    Raises:
        StoreUnavailable: the secret is missing.
    """
    with store.write_lock():
        cursor.begin()
        marks = TrailMarks((), store.folder.head()) if without_keys else trail_marks(store)
        last = tables.audit.audit_head(cursor) or BEGINNING
    return tables.audit.audit_entries(cursor, until=last.seq), marks


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
    if not marks.keys:
        return _faults(acts, [LOST_KEY] * len(acts), BEGINNING, marks.head, report)
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
            return known, (tables.audit.audit_head(cursor) or BEGINNING).seq
    with store.write_lock(), store.cursor() as cursor:
        marks, last = trail_marks(store), tables.audit.audit_head(cursor) or BEGINNING
        if known and not _still_there(cursor, known, marks):
            known = None
        after = known.seq if known else 0
        upto = min(last.seq, after + CHECKED_AT_ONCE)
        acts = tables.audit.audit_entries(cursor, after, upto) if known else []
    if known and not any(act.action in (ROTATION, SECRET_LOST) for act in acts):
        store.checked_trail = known = _with_new(known, acts, marks, complete=upto == last.seq)
        return known, last.seq
    # A key that changed is vouched for by what was before it: then all of it is looked at.
    return check_every_entry(store, at) if last.seq <= CHECKED_AT_ONCE else None, last.seq


def _still_there(cursor: Cursor, known: CheckedTrail, marks: TrailMarks) -> bool:
    """What was checked is the beginning of this trail by its last act, its keys, and the head."""
    if known.keys != marks.keys or marks.head is None or marks.head[0] < known.seq:
        return False
    return not known.seq or tables.audit.audit_mac(cursor, known.seq) == known.mac


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
    readings = ("candidate_read", "candidate_compared", "candidate_readings_lost")
    return "readings" if act.action in readings else (act.done_at, act.actor)
