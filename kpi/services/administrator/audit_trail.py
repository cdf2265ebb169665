"""Reading the audit trail: for the administrator, and to verify the store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from kpi import queries
from kpi.model.audit_entry import AUDIT_ACTIONS, AuditEntry
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.queries import FrequentProbe, SealedRecord
from kpi.services.audit_head import CHAIN_START
from kpi.services.audit_keys import LOST_KEY, audit_keys, fits, is_other_secret, keys_of
from kpi.services.authorization import requires
from kpi.services.policies import policy_on
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store

OTHER_SECRET = "secret"  # noqa: S105 - the name of a file


@dataclass(frozen=True, slots=True)
class AuditTrail:
    """The latest entries, and whether the whole trail is unchanged: ``broken`` lists what is not."""

    acts: list[AuditEntry]
    length: int
    broken: list[str]


@dataclass(frozen=True, slots=True)
class TrailMarks:
    """What a trail is checked by: its keys from the first on, and the head kept beside the database."""

    keys: tuple[bytes, ...]
    head: tuple[int, str] | None


@requires("see_audit")
def read_audit(store: Store, _: Viewer, limit: int, actor: str | None = None, action: str | None = None) -> AuditTrail:
    """The latest entries, optionally of one account or action."""
    with store.cursor() as cursor:
        acts = queries.latest_audit_entries(cursor, limit, actor, action if action in AUDIT_ACTIONS else None)
        whole, marks = trail_with_marks(store, cursor)
    return AuditTrail(acts, len(whole), broken_entries(store, whole, marks))


@requires("see_audit")
def export_audit(store: Store, viewer: Viewer, at: datetime | None = None) -> str:
    """The whole trail as JSON Lines, including the export itself as the last entry.

    Kept elsewhere it is an anchor: earlier entries cannot be changed unnoticed, not even with the key.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        change.audit("audit_exported", viewer.account)
    with store.cursor() as cursor:
        acts = queries.audit_entries(cursor)
    lines = [asdict(act) | {"done_at": act.done_at.isoformat()} for act in acts]
    return "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines)


@requires("see_audit")
def frequent_changes(store: Store, _: Viewer, at: datetime | None = None) -> list[FrequentProbe]:
    """Factories that changed one KPI, or ran what-ifs, more often than the policy's limits within its period."""
    moment = at or now()
    with store.cursor() as cursor:
        rules = policy_on(cursor, shanghai_date(moment)).disclosure
        since = moment - timedelta(days=rules.alert_days)
        return queries.frequent_probes(cursor, since, rules.alert_values, rules.alert_what_ifs)


def trail_marks(store: Store) -> TrailMarks:
    return TrailMarks(tuple(audit_keys(store.folder)), store.folder.head())


def trail_with_marks(store: Store, cursor: Cursor) -> tuple[list[AuditEntry], TrailMarks]:
    """The whole trail, the oldest act first, and its marks of the same moment: others may go on writing.

    Raises:
        StoreUnavailable: the secret is missing.
    """
    with store.write_lock():
        return queries.audit_entries(cursor), trail_marks(store)


def broken_entries(store: Store, acts: Sequence[AuditEntry], marks: TrailMarks | None = None) -> list[str]:
    """Numbers of acts that are not as they were written, or out of their place; "end" where the last are missing.

    ``marks`` are those of the moment at which the acts were read; None where nobody writes meanwhile.

    "secret" alone where all of them fit one another and the head, and not the secret: that was replaced, not the trail.

    Raises:
        StoreUnavailable: the secret is missing.
    """
    marks = marks or trail_marks(store)
    keys, previous, seq = marks.keys, CHAIN_START, 0
    if is_other_secret(acts, keys) and _ends_where_kept(marks.head, acts, acts[-1].seq):
        return [OTHER_SECRET]
    broken = []
    for act, key in zip(acts, keys_of(acts, keys), strict=True):
        proved = key is not None and (key == LOST_KEY or fits(act, key))
        if act.seq != seq + 1 or act.previous != previous or not proved:
            broken.append(str(act.seq))
        previous, seq = act.mac, act.seq
    if not _ends_where_kept(marks.head, acts, seq):
        broken.append("end")
    return broken


def _ends_where_kept(kept: tuple[int, str] | None, acts: Sequence[AuditEntry], last: int) -> bool:
    """The head kept beside the database is an act of the trail, or its beginning.

    A kill may leave it behind the trail by what one change noted, never ahead.
    """
    if kept is None:
        return not last
    if kept != (0, CHAIN_START) and all((act.seq, act.mac) != kept for act in acts):
        return False
    return len({(act.done_at, act.actor) for act in acts if act.seq > kept[0]}) <= 1


def unwitnessed(acts: Sequence[AuditEntry], releases: Sequence[SealedRecord]) -> list[SealedRecord]:
    """Sealed verdicts not in the trail: created or resealed outside the product."""
    witnessed = {
        (act.subject, record)
        for act in acts
        if act.action in ("application_locked", "claim_ruled")
        for record in _records(act)
    }
    return [one for one in releases if (f"{one.credit_code} {one.year}", one.sha256) not in witnessed]


def _records(act: AuditEntry) -> list[object]:
    """The seals in the entry, or none if they were overwritten."""
    try:
        content = json.loads(act.after or "")
    except ValueError:
        return []
    if not isinstance(content, dict):
        return []
    several = content.get("records", [])
    return [content.get("record"), *(several if isinstance(several, list) else [])]
