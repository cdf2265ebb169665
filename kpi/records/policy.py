"""Changes of policy: drafted, approved, withdrawn. Only ever added to."""

from __future__ import annotations

from datetime import datetime

from kpi.model.times import to_stored
from kpi.store.cursor import Cursor


def add_policy_edition(
    cursor: Cursor, change: int, version: int, content: str, saved_by: str, saved_at: datetime
) -> None:
    cursor.execute(
        "insert into policy_change values ($1, $2, $3, $4, $5)",
        [change, version, content, saved_by, to_stored(saved_at)],
    )


def add_policy_approval(cursor: Cursor, change: int, version: int, approved_by: str, approved_at: datetime) -> None:
    cursor.execute(
        "insert into policy_approval values ($1, $2, $3, $4)", [change, version, approved_by, to_stored(approved_at)]
    )


def add_policy_withdrawal(cursor: Cursor, change: int, reason: str, withdrawn_by: str, withdrawn_at: datetime) -> None:
    cursor.execute(
        "insert into policy_withdrawal values ($1, $2, $3, $4)",
        [change, reason, withdrawn_by, to_stored(withdrawn_at)],
    )
