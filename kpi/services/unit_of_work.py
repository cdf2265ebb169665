"""The one way to change anything: every write records an audit entry in the same transaction.

Each entry's MAC is an HMAC, by a key of this installation, over the entry and the MAC before it: a changed, moved or
removed entry no longer fits. The trail's head, written beside the database after each change, shows whether the last
entries were cut off.
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
"""An entry's details: small, JSON, without KPI values, passwords or telephone numbers."""


@dataclass(slots=True)
class UnitOfWork:
    """An open transaction, which must record at least one audit entry."""

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
    """Everything inside is committed on leaving, or rolled back if anything raises.

    Raises:
        RuntimeError: no audit entry was recorded: a bug, and nothing is kept.
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
    """The MAC of an entry without its MAC."""
    content = asdict(act) | {"done_at": to_stored(act.done_at).isoformat(timespec="microseconds"), "mac": None}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _text(told: AuditDetails | None) -> str | None:
    return None if told is None else json.dumps(told, ensure_ascii=False, sort_keys=True)
