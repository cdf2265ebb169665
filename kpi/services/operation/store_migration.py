"""A store in a folder is moved into one that several processes share, which is then verified."""

from __future__ import annotations

from kpi.errors import StoreUnavailable
from kpi.services.audit_trail import refuse_lost_acts
from kpi.services.operation.verification import VerificationReport, verify_store
from kpi.store.open_store import move_to_shared, open_store_to_read
from kpi.store.saved_acts import note_saved
from kpi.store.store_place import StorePlace


def migrate_store(source: StorePlace, target: StorePlace) -> VerificationReport:
    """Copy all of it; the source is left as it was, and nobody writes to it meanwhile. Returns what was verified.

    Hashes, seals and the audit trail are the same: nothing is made again, and the secret goes with them.

    Raises:
        StoreUnavailable: the source is shared already, served, damaged or has lost acts; the target is not empty, or
            cannot be used; or what was copied is not sound.
    """
    if source.address is not None or target.address is None:
        raise StoreUnavailable("not_to_be_moved")
    with open_store_to_read(source) as opened:
        with opened.cursor() as cursor:
            refuse_lost_acts(opened, cursor)
        opened.refuse_damage()
        move_to_shared(opened, target)
        note_saved()
    with open_store_to_read(target) as moved:
        return verify_store(moved)
