"""The audit trail: one more act, chained to the one before. Nothing here changes or removes an act."""

from __future__ import annotations

from dataclasses import astuple

from kpi.model.audit_entry import Act
from kpi.model.times import stored
from kpi.store import Cursor


def add_act(cursor: Cursor, act: Act) -> None:
    cursor.execute(
        "insert into audit values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [stored(act.done_at) if value is act.done_at else value for value in astuple(act)],
    )
