"""A loss is taken note of: the one way on for a store whose trail ends before its head, and it leaves its act."""

from __future__ import annotations

from datetime import datetime

from kpi import queries
from kpi.errors import UserError
from kpi.model.audit import AuditEntry
from kpi.model.viewer import Actor
from kpi.queries import AuditHead
from kpi.services.audit_head import TrailLoss, refuse_lost_acts, trail_loss
from kpi.services.audit_keys import SECRET_LOST, audit_keys
from kpi.services.row_binding import changed_rows
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store

LONGEST_REASON = 500
LOSSES = ("loss_acknowledged", SECRET_LOST)
CHANGED_ROWS = "rows"
"""The name of what is acknowledged where rows are not as the trail says."""
MOST_ROWS_NAMED = 20


def acknowledge_loss(store: Store, actor: Actor, lost: str, reason: str, at: datetime | None = None) -> TrailLoss:
    """Go on after a loss: who, when, what is missing and why stand in the trail as its next act.

    ``lost`` names what is missing as ``kpi store verify`` does, so that nobody takes note of more than he has seen.

    Raises:
        UserError: nothing is missing, something else is, or no reason is given.
    """
    plain = plain_reason(reason)
    with store.write_lock():
        with store.cursor() as cursor:
            loss = trail_loss(store, cursor)
        if loss is None:
            raise UserError("nothing_lost")
        if lost.strip() != loss.name:
            raise UserError("other_loss", lost=loss.name, named=lost.strip()[:40])
        with unit_of_work(store, actor, at, after_loss=True) as change:
            change.audit(
                "loss_acknowledged",
                loss.name,
                before={"head": _seq_and_mac(loss.kept)},
                after={"last": _seq_and_mac(loss.last), "reason": plain},
            )
    return loss


def acknowledge_changed_rows(store: Store, actor: Actor, reason: str, at: datetime | None = None) -> str:
    """Go on with rows that were changed outside the product: which ones and why stand in the trail as its next act,
    and their tables are bound anew as they are.

    Raises:
        UserError: no row is changed, or no reason is given.
    """
    plain = plain_reason(reason)
    with store.write_lock():
        with store.cursor() as cursor:
            changed = changed_rows(cursor, queries.audit_entries(cursor), audit_keys(store.folder))
        if not changed:
            raise UserError("nothing_lost")
        with unit_of_work(store, actor, at) as change:
            change.bind_anew(sorted({row.table for row in changed}))
            named = [row.name for row in changed[:MOST_ROWS_NAMED]]
            change.audit(
                "loss_acknowledged", CHANGED_ROWS, after={"rows": named, "changed": len(changed), "reason": plain}
            )
    return CHANGED_ROWS


def plain_reason(reason: str) -> str:
    """The reason as it is written into the trail.

    Raises:
        UserError: there is none, or it has invisible characters.
    """
    plain = " ".join(reason.split())[:LONGEST_REASON]
    if not plain or not plain.isprintable():
        raise UserError("loss_reason_needed")
    return plain


def acknowledged_losses(store: Store) -> list[AuditEntry]:
    """The acts by which losses were acknowledged, the oldest first: a store that goes on after a loss still says so."""
    with store.cursor() as cursor:
        return [act for act in queries.audit_entries(cursor) if act.action in LOSSES]


def trail_anchor(store: Store) -> AuditHead:
    """The trail's last act by number and mac, to be kept elsewhere: with it one can tell that nothing was cut off.

    Raises:
        StoreUnavailable: acts are missing, so that there is nothing to vouch for.
    """
    with store.cursor() as cursor:
        refuse_lost_acts(store, cursor)
        last = queries.audit_head(cursor)
    if last is None:
        raise UserError("nothing_to_anchor")
    return last


def _seq_and_mac(head: AuditHead | None) -> dict[str, object] | None:
    return None if head is None else {"seq": head.seq, "mac": head.mac}
