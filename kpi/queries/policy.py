"""Changes of policy as drafted, approved and withdrawn. Policy is public: nobody's scope limits it."""

from __future__ import annotations

from kpi.model.programme import PolicyChangeVersion
from kpi.model.times import from_stored
from kpi.queries.sql_runner import query_rows
from kpi.store.cursor import Cursor
from kpi.store.moment import kept_until_decided

_TIMES = ("saved_at", "approved_at", "withdrawn_at")


def policy_changes(cursor: Cursor) -> list[PolicyChangeVersion]:
    """Every edition of every change, the earliest first."""
    return list(kept_until_decided("policy changes", lambda: _policy_changes(cursor)))


def _policy_changes(cursor: Cursor) -> list[PolicyChangeVersion]:
    return [
        PolicyChangeVersion(**(row | {name: row[name] and from_stored(row[name]) for name in _TIMES}))
        for row in query_rows(cursor, "policy_changes")
    ]
