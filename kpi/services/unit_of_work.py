"""The one way to change anything: every write records an audit entry in the same transaction.

Each act's mac is an HMAC, by a key of this installation, over the act and the mac before it: an act that was changed,
moved or taken out no longer fits. That the last acts were not cut off is shown by the trail's head, which is written
beside the database after each change, and asked before the next one.

Each act binds the rows that were written until it is kept: the transaction's cursor notes them (``row_binding.py``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from kpi import logs
from kpi import tables as store_tables
from kpi.errors import StoreUnavailable
from kpi.model.audit import AuditAction, AuditEntry
from kpi.model.times import after_last
from kpi.model.viewer import SYSTEM, Actor
from kpi.services.audit_trail import (
    BEGINNING,
    LOST_KEY,
    ROTATION,
    audit_keys,
    countersigned,
    entry_mac,
    fits,
    refuse_short_trail,
)
from kpi.services.notifications.raising import raise_notifications
from kpi.services.row_binding import BoundLines
from kpi.store import schema
from kpi.store.database import Cursor
from kpi.store.saved_acts import note_saved
from kpi.store.store import Store
from kpi.store.writes import KEYS, WatchedCursor, to_bind_again
from kpi.tables.audit import AuditHead

AuditDetails = Mapping[str, object]
"""An entry's details: small, JSON, without KPI values, passwords or telephone numbers."""


@dataclass(slots=True)
class UnitOfWork:
    """An open transaction, which must record at least one audit entry."""

    cursor: Cursor
    actor: Actor
    at: datetime
    key: bytes
    last: AuditHead
    """The trail's last act that is written down, of this transaction or before it."""
    head: AuditHead | None = field(default=None)
    """The last act of this transaction that is written down; None where there is none yet."""
    _act: AuditEntry | None = None
    """The act that is still to be written down, with the rows that it binds."""
    _lines: BoundLines = field(default_factory=BoundLines)
    done: list[AuditEntry] = field(default_factory=list)
    """The acts that are written down."""

    def audit(
        self,
        action: AuditAction,
        subject: str,
        before: AuditDetails | None = None,
        after: AuditDetails | None = None,
        *,
        by: Actor | None = None,
        at: datetime | None = None,
    ) -> None:
        """``by`` and ``at`` where they are not those of the unit of work: what others did earlier is written down."""
        self.write_down()
        actor = by or self.actor
        self._act = AuditEntry(
            seq=self.last.seq + 1,
            done_at=at or self.at,
            actor=actor.account,
            role=actor.role,
            address=actor.address,
            action=action,
            subject=subject,
            before=_text(before),
            after=_text(after),
            previous=self.last.mac,
            mac="",
        )

    def bind_again(self, tables: Iterable[str]) -> None:
        """Bind all rows of these tables as they stand, whatever was bound of them before."""
        self._note_changes()
        self._lines.note_all(self.cursor, tables, self.key)

    def write_down(self) -> None:
        """Add the latest act to the trail, with the rows that were written until now: what comes after it is the next
        one's.
        """
        self._note_changes()
        if self._act is None:
            return
        act = replace(self._act, bound=self._lines.take())
        act = replace(act, mac=entry_mac(act, self.key))
        store_tables.audit.add_audit_entry(self.cursor, act)
        self.head = self.last = AuditHead(act.seq, act.mac)
        self.done.append(act)
        self._act = None

    def _note_changes(self) -> None:
        self._lines.note(cast("WatchedCursor", self.cursor).take_changes(), self.key)

    def end(self) -> AuditHead:
        """Write down what is left, and return the last act.

        Raises:
            RuntimeError: nothing was noted, or rows were written that no act binds.
        """
        self.write_down()
        raise_notifications(self.cursor, self.done)
        if self.head is None or self._lines.by_table:
            raise RuntimeError("a change without a word in the audit trail")
        return self.head


@contextmanager
def unit_of_work(
    store: Store,
    actor: Actor,
    at: datetime | None = None,
    *,
    after_loss: bool = False,
    upgrade: bool = False,
    new_key: bool = False,
) -> Iterator[UnitOfWork]:
    """All of what happens inside is kept on leaving, or none of it if anything raises.

    ``after_loss`` is for the act alone that takes note of a loss: it is written although acts are missing. ``upgrade``
    brings an older store forward in the same transaction. ``new_key`` is for the act alone that takes note of a lost
    secret: no key vouches for what was before it.

    Raises:
        RuntimeError: nothing was noted: a change without a word in the trail is a bug, and is not kept.
        StoreUnavailable: the disk is full, the database cannot be written, or acts are missing from the trail.
    """
    with store.write_lock():
        before = store.schema() if upgrade else schema.LATEST
        with store.transaction(upgrade=upgrade) as cursor:
            # Asked once: nobody else writes meanwhile.
            last = store_tables.audit.last_act(cursor)
            head = AuditHead(last.seq, last.mac) if last else BEGINNING
            if not after_loss:
                _bring_head_up(store, cursor, head)
            keys = audit_keys(store.folder)
            moment = at or after_last(store.moment(), last.done_at if last else None)
            change = UnitOfWork(cursor, actor, moment, keys[-1], head)
            if not new_key:
                _begin(store, change, last, keys)
            change.bind_again(KEYS if new_key else to_bind_again(before))
            yield change
            head = change.end()
        # What the product does by itself, a new store's baseline say, is nothing that anybody asked for.
        if actor != SYSTEM:
            note_saved()
        _keep_head_after(store, head)
        # A log that is sent elsewhere then names what a lost disk took: restored, an anchor of it says how far it went.
        for act in change.done:
            logs.event("act", seq=act.seq, mac=act.mac, kind=act.action, account=act.actor)


def _bring_head_up(store: Store, cursor: Cursor, last: AuditHead) -> None:
    """The head of what was done so far stands before anything more is done: a full disk is reported beforehand.

    Raises:
        StoreUnavailable: acts, or the head, are missing.
    """
    kept = store.folder.head()
    refuse_short_trail(cursor, kept, last, store.folder.root.name)
    if kept != (last.seq, last.mac):
        store.folder.keep_head(last.seq, last.mac)


def _keep_head_after(store: Store, head: AuditHead) -> None:
    """The change is kept already: a head that cannot be written now is written before the next change."""
    try:
        store.keep_head(head.seq, head.mac)
    except OSError as error:
        logs.error(error)


def _begin(store: Store, change: UnitOfWork, last: AuditEntry | None, keys: list[bytes]) -> None:
    """The secret is the trail's own; where it was changed and the change not yet noted, that is noted first.

    Raises:
        StoreUnavailable: the secret is another, or the last act was changed.
    """
    if last is None or not has_unnoted_key(store, change.cursor, last, keys):
        return
    signed = {"countersigned": countersigned(change.last, keys[-2], keys[-1])}
    head = {"seq": change.last.seq, "mac": change.last.mac}
    change.audit(ROTATION, "secret", before={"head": head}, after=signed)
    change.write_down()


def has_unnoted_key(store: Store, cursor: Cursor, last: AuditEntry, keys: list[bytes]) -> bool:
    """Whether the secret was changed and the trail, whose last act is ``last``, does not tell of it yet.

    ``keys`` are ``audit_keys``, read once for all that is done with them: the file may be replaced meanwhile.

    Raises:
        StoreUnavailable: the secret is not the trail's own, or the last act was changed.
    """
    if fits(last, keys[-1]) and _as_many_as_noted(store, cursor, keys):
        return False
    if (
        len(keys) < 2
        or keys[-2] == LOST_KEY
        or not fits(last, keys[-2])
        or store_tables.audit.count_key_changes(cursor) != len(keys) - 2
    ):
        raise StoreUnavailable("secret_other", path=store.folder.root.name)
    return True


def _as_many_as_noted(store: Store, cursor: Cursor, keys: list[bytes]) -> bool:
    """Whether each part of the trail has its key. The whole trail is asked once, and after each new key."""
    if store.agreed_keys != keys:
        if store_tables.audit.count_key_changes(cursor) != len(keys) - 1:
            return False
        store.agreed_keys = keys
    return True


def _text(details: AuditDetails | None) -> str | None:
    return None if details is None else json.dumps(details, ensure_ascii=False, sort_keys=True)
