"""The audit trail as it is read: by the administrator, and by whoever verifies the store."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from kpi import queries
from kpi.model.audit_entry import AUDIT_ACTIONS, AuditEntry
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.policy.in_force import policy_on
from kpi.queries import FrequentProbe, SealedRecord
from kpi.services.authorization import requires
from kpi.services.unit_of_work import CHAIN_START, audit_key, entry_mac, unit_of_work
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class AuditTrail:
    """The latest acts, and whether the whole trail is as it was written: ``broken`` names what is not."""

    acts: list[AuditEntry]
    length: int
    broken: list[str]


@requires("see_audit")
def read_audit(store: Store, _: Viewer, limit: int, actor: str | None = None, action: str | None = None) -> AuditTrail:
    """The latest acts, of one account or of one kind if asked for."""
    with store.cursor() as cursor:
        acts = queries.latest_audit_entries(cursor, limit, actor, action if action in AUDIT_ACTIONS else None)
        whole = queries.audit_entries(cursor)
    return AuditTrail(acts, len(whole), broken_entries(store, whole))


@requires("see_audit")
def export_audit(store: Store, viewer: Viewer, at: datetime | None = None) -> str:
    """The whole trail as JSON lines, the export itself included as the last act.

    Kept elsewhere it is an anchor: what comes before it cannot be changed unseen, not even by who holds the key.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        change.audit("audit_exported", viewer.account)
    with store.cursor() as cursor:
        acts = queries.audit_entries(cursor)
    lines = [asdict(act) | {"done_at": act.done_at.isoformat()} for act in acts]
    return "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines)


@requires("see_audit")
def frequent_changes(store: Store, _: Viewer, at: datetime | None = None) -> list[FrequentProbe]:
    """Factories that changed one KPI, or tried what-ifs, more often than policy's lines within policy's days."""
    moment = at or now()
    rules = policy_on(shanghai_date(moment)).disclosure
    with store.cursor() as cursor:
        since = moment - timedelta(days=rules.alert_days)
        return queries.frequent_probes(cursor, since, rules.alert_values, rules.alert_what_ifs)


def broken_entries(store: Store, acts: Sequence[AuditEntry]) -> list[str]:
    """Numbers of acts that are not as they were written, or out of their place; "end" where the last are missing."""
    key, previous, seq = audit_key(store.folder), CHAIN_START, 0
    broken = []
    for act in acts:
        if act.seq != seq + 1 or act.previous != previous or not _fits(act, key):
            broken.append(str(act.seq))
        previous, seq = act.mac, act.seq
    if not _ends_where_kept(store, acts, seq):
        broken.append("end")
    return broken


def _fits(act: AuditEntry, key: bytes) -> bool:
    return hmac.compare_digest(act.mac.encode(), entry_mac(act, key).encode())


def _ends_where_kept(store: Store, acts: Sequence[AuditEntry], last: int) -> bool:
    """The head kept beside the database is an act of the trail. A kill may leave it behind the trail, never ahead."""
    kept = store.folder.head()
    if kept is None:
        return last <= 1
    return any((act.seq, act.mac) == kept for act in acts)


def unwitnessed(acts: Sequence[AuditEntry], releases: Sequence[SealedRecord]) -> list[SealedRecord]:
    """Sealed verdicts that the trail does not know: made, or sealed anew, past the product."""
    witnessed = {(act.subject, _record(act)) for act in acts if act.action == "application_locked"}
    return [one for one in releases if (f"{one.credit_code} {one.year}", one.sha256) not in witnessed]


def _record(act: AuditEntry) -> object:
    """The seal that the act tells, or None where somebody wrote over what it told."""
    try:
        told = json.loads(act.after or "")
    except ValueError:
        return None
    return told.get("record") if isinstance(told, dict) else None
