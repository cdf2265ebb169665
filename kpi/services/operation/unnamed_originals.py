"""Originals that nothing names: a kill between the file and its row leaves them; nobody read that they were kept."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from kpi import tables
from kpi.baseline.panel_manifest import parts_of_original
from kpi.model.audit import AuditAction
from kpi.model.times import shanghai_date
from kpi.store.database import Cursor
from kpi.store.folder import KeptOriginal, kept_originals
from kpi.store.store import Store

LONGEST_CHANGE = timedelta(days=1)
"""No change takes so long from its file to its row: others may be about to commit the row."""


DELETED: AuditAction = "unnamed_originals_deleted"
"""The act that says so names files that a kill may have left all the same."""


_HASH = re.compile("[0-9a-f]{64}")


def unnamed_originals(store: Store, cursor: Cursor, before: datetime) -> list[KeptOriginal]:
    """Those kept before that moment that no row, no sealed record, no panel in parts and no act of the trail names."""
    rows = set(tables.freezing.store_files(cursor))
    kept = [original for original in kept_originals(store.folder, before) if _HASH.fullmatch(original.sha256)]
    if not (kept := [original for original in kept if original.sha256 not in rows]):
        return []
    others = _named_elsewhere(store, cursor)
    return [original for original in kept if original.sha256 not in others]


def unnamed_until(store: Store, cursor: Cursor, year: int, at: datetime) -> tuple[str, ...]:
    """The hashes of those kept in that year or before, in Shanghai: as of any file that no application came of."""
    found = unnamed_originals(store, cursor, at - LONGEST_CHANGE)
    return tuple(original.sha256 for original in found if shanghai_date(original.kept_at).year <= year)


def _named_elsewhere(store: Store, cursor: Cursor) -> set[str]:
    """Reads the whole trail and every record: asked where there is something that no row names."""
    texts = [record.record for record in tables.applications.sealed_records(cursor)]
    acts = [act for act in tables.audit.audit_entries(cursor) if act.action != DELETED]
    texts += [text for act in acts for text in (act.before, act.after) if text]
    named = {sha256 for text in texts for sha256 in _HASH.findall(text)}
    for baseline in tables.baselines.baselines(cursor):
        named |= parts_of_original(store.folder.original(baseline.original_sha256))
    return named
