"""What is known of the conditions beside the application: statements, within the caller's scope, and awards."""

from __future__ import annotations

from kpi.access.scope import Scope
from kpi.model.conditions import Award, AwardList, EnterpriseStatement
from kpi.model.times import from_stored
from kpi.queries.sql_runner import query_rows
from kpi.store.cursor import Cursor


def statements(cursor: Cursor, scope: Scope, credit_code: str, year: int) -> dict[str, EnterpriseStatement]:
    """By condition. Others reach a statement only through an application in their scope."""
    found = query_rows(cursor, "statements", {"own": list(scope.own), "credit_code": credit_code, "year": year})
    return {
        row["condition"]: EnterpriseStatement(**(row | {"stated_at": from_stored(row["stated_at"])})) for row in found
    }


def awarded(cursor: Cursor, credit_code: str | None = None) -> list[Award]:
    """All awards listed, or one enterprise's, the earliest first."""
    return [Award(**row) for row in query_rows(cursor, "awarded", {"credit_code": credit_code})]


def award_list(cursor: Cursor, credit_code: str) -> AwardList | None:
    """The list for one enterprise; None if none has been imported."""
    [counted] = query_rows(cursor, "awarded_count")
    return AwardList(counted["listed"], tuple(awarded(cursor, credit_code))) if counted["listed"] else None
