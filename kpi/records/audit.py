"""The audit trail: append one entry, chained to the one before. Nothing here changes or removes entries."""

from __future__ import annotations

from dataclasses import astuple

from kpi.model.audit import AuditEntry
from kpi.model.times import to_stored
from kpi.store.cursor import Cursor


def add_audit_entry(cursor: Cursor, act: AuditEntry) -> None:
    cursor.execute(
        "insert into audit values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        [to_stored(act.done_at) if value is act.done_at else value for value in astuple(act)],
    )
