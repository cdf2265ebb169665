"""The secret is lost and no backup has it: the trail goes on under a new one, and says what can no longer be proved."""

from __future__ import annotations

import secrets
from datetime import datetime

from kpi import queries
from kpi.errors import StoreUnavailable, UserError
from kpi.model.audit import AuditEntry
from kpi.model.viewer import Actor
from kpi.services.audit_head import trail_loss
from kpi.services.audit_keys import LOST_KEY, SECRET_LOST, after_loss, audit_keys, fits, trail_sha256
from kpi.services.operation.loss_acknowledgement import plain_reason
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from kpi.store.store_folder import SECRET_BYTES

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
            acts = queries.audit_entries(cursor)
            loss, parts = trail_loss(store, cursor), queries.count_key_changes(cursor) + 1
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
