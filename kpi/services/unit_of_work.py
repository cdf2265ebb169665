"""The one way in which anything is changed: one transaction, and a word in the audit trail for it.

Each act's mac is an HMAC, by a key of this installation, over the act and the mac before it: an act that was changed,
moved or taken out no longer fits. That the last acts were not cut off is told by the trail's head, which is written
beside the database after each change.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from kpi import queries, records
from kpi.model.audit_entry import AuditAction, AuditEntry
from kpi.model.times import now, to_stored
from kpi.model.viewer import Actor
from kpi.queries import AuditHead
from kpi.store.cursor import Cursor
from kpi.store.store import Store
from kpi.store.store_folder import StoreFolder

CHAIN_START = "0" * 64
AuditDetails = Mapping[str, object]
"""What an act says of its subject: small, JSON, without KPI values, passwords or telephone numbers."""


@dataclass(slots=True)
class UnitOfWork:
    """A transaction that is open. Every change notes at least one act before it is done."""

    cursor: Cursor
    actor: Actor
    at: datetime
    key: bytes
    head: AuditHead | None = field(default=None)

    def audit(
        self, action: AuditAction, subject: str, before: AuditDetails | None = None, after: AuditDetails | None = None
    ) -> None:
        last = self.head or queries.audit_head(self.cursor) or AuditHead(0, CHAIN_START)
        act = AuditEntry(
            seq=last.seq + 1,
            done_at=self.at,
            actor=self.actor.account,
            role=self.actor.role,
            address=self.actor.address,
            action=action,
            subject=subject,
            before=_text(before),
            after=_text(after),
            previous=last.mac,
            mac="",
        )
        act = replace(act, mac=entry_mac(act, self.key))
        records.add_audit_entry(self.cursor, act)
        self.head = AuditHead(act.seq, act.mac)


@contextmanager
def unit_of_work(store: Store, actor: Actor, at: datetime | None = None) -> Iterator[UnitOfWork]:
    """All of what happens inside is kept on leaving, or none of it if anything raises.

    Raises:
        RuntimeError: nothing was noted: a change without a word in the trail is a bug, and is not kept.
        StoreUnavailable: the disk is full or the database cannot be written.
    """
    with store.write_lock():
        with store.transaction() as cursor:
            change = UnitOfWork(cursor, actor, at or now(), audit_key(store.folder))
            yield change
            if change.head is None:
                raise RuntimeError("a change without a word in the audit trail")
        store.folder.keep_head(change.head.seq, change.head.mac)


def audit_key(folder: StoreFolder) -> bytes:
    return hmac.digest(folder.secret(), b"audit trail", "sha256")


def entry_mac(act: AuditEntry, key: bytes) -> str:
    """The mac of everything in an act but its mac."""
    content = asdict(act) | {"done_at": to_stored(act.done_at).isoformat(timespec="microseconds"), "mac": None}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _text(told: AuditDetails | None) -> str | None:
    return None if told is None else json.dumps(told, ensure_ascii=False, sort_keys=True)
