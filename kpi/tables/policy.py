"""Changes of policy as drafted, approved and withdrawn. Policy is public: nobody's scope limits it."""

from __future__ import annotations

from datetime import datetime

from kpi.model.programme import PolicyChangeVersion
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import insert, query_rows

# Changes of policy: drafted, approved, withdrawn. Only ever added to.


def add_policy_edition(
    cursor: Cursor, change: int, version: int, content: str, saved_by: str, saved_at: datetime
) -> None:
    insert(
        cursor, "policy_change", change=change, version=version, content=content, saved_by=saved_by, saved_at=saved_at
    )


def add_policy_approval(cursor: Cursor, change: int, version: int, approved_by: str, approved_at: datetime) -> None:
    insert(cursor, "policy_approval", change=change, version=version, approved_by=approved_by, approved_at=approved_at)


def add_policy_withdrawal(cursor: Cursor, change: int, reason: str, withdrawn_by: str, withdrawn_at: datetime) -> None:
    insert(
        cursor, "policy_withdrawal", change=change, reason=reason, withdrawn_by=withdrawn_by, withdrawn_at=withdrawn_at
    )


# Changes of policy as drafted, approved and withdrawn. Policy is public: nobody's scope limits it.


_TIMES = ("saved_at", "approved_at", "withdrawn_at")


def policy_changes(cursor: Cursor) -> list[PolicyChangeVersion]:
    """Every edition of every change, the earliest first."""
    return [
        PolicyChangeVersion(**(row | {name: row[name] and from_stored(row[name]) for name in _TIMES}))
        for row in query_rows(cursor, "policy_changes")
    ]
