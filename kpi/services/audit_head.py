"""Does the audit trail still reach as far as its head, which is kept beside the database, says?

A database that was lost, or put back as it was earlier, ends before its head. Every write asks here first: the next
act would otherwise take the place of a lost one, and its head would cover the loss.
"""

from __future__ import annotations

from dataclasses import dataclass

from kpi import queries
from kpi.errors import StoreUnavailable
from kpi.queries import AuditHead
from kpi.store.cursor import Cursor
from kpi.store.store import Store

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
    return _loss(store.folder.head(), queries.audit_head(cursor) or BEGINNING, cursor)


def refuse_lost_acts(store: Store, cursor: Cursor) -> None:
    """Raises ``StoreUnavailable`` where acts, or the head that would tell of them, are missing."""
    last = queries.audit_head(cursor) or BEGINNING
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
    if head in (BEGINNING, last) or queries.audit_mac(cursor, head.seq) == head.mac:
        return None
    return TrailLoss(head, last)
