"""A loss is taken note of: the one way on for a store whose trail ends before its head, and it leaves its act."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import datetime

from kpi import tables
from kpi.errors import StoreUnavailable, UserError
from kpi.model.audit import AuditEntry
from kpi.model.viewer import Actor
from kpi.services.audit_trail import (
    LOST_KEY,
    SECRET_LOST,
    TrailLoss,
    after_loss,
    audit_keys,
    fits,
    refuse_lost_acts,
    rotated,
    trail_loss,
    trail_sha256,
)
from kpi.services.row_binding import changed_rows
from kpi.services.unit_of_work import unit_of_work
from kpi.store.folder import SECRET_BYTES
from kpi.store.store import Store
from kpi.tables.audit import AuditHead

# A loss is taken note of: the one way on for a store whose trail ends before its head, and it leaves its act.


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
    and their tables are bound again as they are.

    Raises:
        UserError: no row is changed, or no reason is given.
    """
    plain = plain_reason(reason)
    with store.write_lock():
        with store.cursor() as cursor:
            changed = changed_rows(cursor, tables.audit.audit_entries(cursor), audit_keys(store.folder))
        if not changed:
            raise UserError("nothing_lost")
        with unit_of_work(store, actor, at) as change:
            change.bind_again(sorted({row.table for row in changed}))
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
        return [act for act in tables.audit.audit_entries(cursor) if act.action in LOSSES]


def trail_anchor(store: Store) -> AuditHead:
    """The trail's last act by number and mac, to be kept elsewhere: with it one can tell that nothing was cut off.

    Raises:
        StoreUnavailable: acts are missing, so that there is nothing to vouch for.
    """
    with store.cursor() as cursor:
        refuse_lost_acts(store, cursor)
        last = tables.audit.audit_head(cursor)
    if last is None:
        raise UserError("nothing_to_anchor")
    return last


def _seq_and_mac(head: AuditHead | None) -> dict[str, object] | None:
    return None if head is None else {"seq": head.seq, "mac": head.mac}


# The secret is lost and no backup has it: the trail goes on under a new one, and says what can no longer be proved.


SECRET = "secret"  # noqa: S105 - what is lost, by name


def acknowledge_lost_secret(store: Store, actor: Actor, lost: str, reason: str, at: datetime | None = None) -> str:
    """Go on with a new secret, and return what was lost by name: ``secret:1-57``, acts that nothing proves any more.

    The next act says so, with who, why, and the hash of all acts before it: from then on they cannot be changed
    unnoticed, but that they are as they were written rests on this act alone, or on an anchor or a copy kept elsewhere.
    Acts that are missing as well are named with it: ``secret:1-57+58-60``. Another secret that lies in the place of the
    lost one is kept beside it. A kill before the act leaves the loss as it was, to be acknowledged again.

    Raises:
        UserError: the secret is not lost, something else is missing than ``lost`` says, or no reason is given.
        StoreUnavailable: the disk is full, the store cannot be written, or another process replaces it.
    """
    plain = plain_reason(reason)
    with store.replacing_secret(), store.write_lock():
        with store.cursor() as cursor:
            acts = tables.audit.audit_entries(cursor)
            loss, parts = trail_loss(store, cursor), tables.audit.count_key_changes(cursor) + 1
        if not acts or not _is_lost(store, acts[-1]):
            raise UserError("nothing_lost")
        name = f"{SECRET}:1-{acts[-1].seq}" + (f"+{loss.name}" if loss else "")
        if lost.strip() != name:
            raise UserError("other_loss", lost=name, named=lost.strip()[:40])
        kept = store.folder.head()
        store.folder.put_secret_aside()
        store.folder.replace_secret(after_loss(secrets.token_bytes(SECRET_BYTES), parts))
        with unit_of_work(store, actor, at, after_loss=True, new_key=True) as change:
            change.audit(
                SECRET_LOST,
                name,
                before={"head": {"seq": kept[0], "mac": kept[1]} if kept else None},
                after={"reason": plain, "trail": trail_sha256(acts)},
            )
    return name


def _is_lost(store: Store, last: AuditEntry) -> bool:
    """Missing, cut short, or another: it does not fit the trail's last act, and no rotation waits to be noted."""
    try:
        keys = audit_keys(store.folder)
    except StoreUnavailable as error:
        if error.code == "secret_missing":
            return True
        raise
    return not any(fits(last, key) for key in keys[-2:] if key != LOST_KEY)


# Another secret for this installation, without a break in the audit trail.


def rotate_secret(store: Store, actor: Actor, at: datetime | None = None) -> AuditHead:
    """Replace the secret, and return the trail's new head: the act that both keys vouch for.

    The keys that earlier acts were written with stay in the file, so that the whole trail can be checked; the secret
    itself does not. The file is replaced first: a kill before the act leaves it to the next change to note it.

    Raises:
        StoreUnavailable: acts are missing, the secret is missing or another, or another process replaces it.
        UserError: there is no act yet.
    """
    with store.replacing_secret(), store.write_lock():
        trail_anchor(store)
        before = store.folder.secrets()
        noted = _noted(store)
        if noted < len(before) // SECRET_BYTES - 1:
            # An earlier rotation was killed before its act: two changes of keys cannot be noted at once.
            with unit_of_work(store, actor, at):
                noted += 1
        # That act ended the lock of a store that several processes share: it is taken again.
        with store.write_lock():
            try:
                store.folder.replace_secret(rotated(before, secrets.token_bytes(SECRET_BYTES)))
                with unit_of_work(store, actor, at) as change:
                    head = change.head
            except BaseException:
                # An interruption may come after the act is kept: the new secret alone fits it then.
                # Where the lock cannot be had again, the next change notes it, as after a kill.
                with suppress(StoreUnavailable, OSError), store.write_lock():
                    if _noted(store) == noted:
                        store.folder.replace_secret(before)
                raise
    if head is None:
        raise UserError("nothing_to_anchor")
    return head


def _noted(store: Store) -> int:
    """How many rotations the trail records."""
    with store.cursor() as cursor:
        return tables.audit.count_key_changes(cursor)
