"""Changes of policy as drafted, approved and withdrawn. Policy is public: nobody's scope limits it."""

from __future__ import annotations

from datetime import datetime

from kpi.model.programme import PolicyChangeVersion
from kpi.model.times import from_stored, to_stored
from kpi.store.cursor import Cursor
from kpi.store.moment import kept_until_decided
from kpi.tables.sql_runner import query_rows

# Changes of policy: drafted, approved, withdrawn. Only ever added to.


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


# Changes of policy as drafted, approved and withdrawn. Policy is public: nobody's scope limits it.


_TIMES = ("saved_at", "approved_at", "withdrawn_at")


def policy_changes(cursor: Cursor) -> list[PolicyChangeVersion]:
    """Every edition of every change, the earliest first."""
    return list(kept_until_decided("policy changes", lambda: _policy_changes(cursor)))


def _policy_changes(cursor: Cursor) -> list[PolicyChangeVersion]:
    return [
        PolicyChangeVersion(**(row | {name: row[name] and from_stored(row[name]) for name in _TIMES}))
        for row in query_rows(cursor, "policy_changes")
    ]
