"""Another secret for this installation, without a break in the audit trail."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import datetime

from kpi import queries
from kpi.errors import StoreUnavailable, UserError
from kpi.model.viewer import Actor
from kpi.queries import AuditHead
from kpi.services.audit_keys import rotated
from kpi.services.operation.loss_acknowledgement import trail_anchor
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from kpi.store.store_folder import SECRET_BYTES


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
        return queries.count_key_changes(cursor)
