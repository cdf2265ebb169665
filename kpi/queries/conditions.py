"""What is known of the conditions beside the application: statements, within the caller's scope, and awards."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence

from kpi.access.roles import Scope
from kpi.model.claims import Award, AwardList, EnterpriseStatement
from kpi.model.programme import AwardChange
from kpi.model.times import from_stored
from kpi.queries.sql_runner import query_rows
from kpi.store.cursor import Cursor
from kpi.store.moment import kept_until_decided


def statements(cursor: Cursor, scope: Scope, credit_code: str, year: int) -> dict[str, EnterpriseStatement]:
    """By condition. Others reach a statement only through an application in their scope."""
    return statements_of(cursor, scope, [credit_code]).get((credit_code, year), {})


def statements_of(
    cursor: Cursor, scope: Scope, credit_codes: Sequence[str]
) -> dict[tuple[str, int], dict[str, EnterpriseStatement]]:
    """As ``statements``, of several factories, by credit code and year."""
    found: defaultdict[tuple[str, int], dict[str, EnterpriseStatement]] = defaultdict(dict)
    for row in query_rows(cursor, "statements", {"own": list(scope.own), "credit_codes": list(credit_codes)}):
        key = row.pop("credit_code"), row.pop("year")
        found[key][row["condition"]] = EnterpriseStatement(**(row | {"stated_at": from_stored(row["stated_at"])}))
    return dict(found)


def awarded(cursor: Cursor, credit_code: str | None = None) -> list[Award]:
    """All awards listed, or one enterprise's, the earliest first."""
    return [Award(**row) for row in query_rows(cursor, "awarded", {"credit_code": credit_code})]


def award_changes(cursor: Cursor) -> list[AwardChange]:
    """The latest first."""
    return [
        AwardChange(
            **(
                row
                | {name: Award(**json.loads(row[name])) if row[name] else None for name in ("before", "after")}
                | {"changed_at": from_stored(row["changed_at"])}
            )
        )
        for row in query_rows(cursor, "award_changes")
    ]


def award_list(cursor: Cursor, credit_code: str) -> AwardList | None:
    """The list for one enterprise; None if none has been imported."""
    return kept_until_decided(("awards of", credit_code), lambda: _award_list(cursor, credit_code))


def _award_list(cursor: Cursor, credit_code: str) -> AwardList | None:
    [counted] = query_rows(cursor, "awarded_count")
    return AwardList(counted["listed"], tuple(awarded(cursor, credit_code))) if counted["listed"] else None
