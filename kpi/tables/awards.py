"""The authority's award list and how it came about; awards a body counts by. Decided by the authority: no scope."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple

from kpi.eligibility.award_names import alike_awards
from kpi.model.application import Application
from kpi.model.claims import Award, AwardList
from kpi.model.programme import AwardChange
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import fields_of, insert, query_rows


def set_awarded(cursor: Cursor, awards: Sequence[Award]) -> None:
    """Replaces the whole list."""
    cursor.execute("delete from awarded")
    for award in awards:
        add_award(cursor, award)


def add_award(cursor: Cursor, award: Award) -> None:
    insert(cursor, "awarded", **fields_of(award))


def remove_award(cursor: Cursor, award: Award) -> None:
    cursor.execute(
        """delete from awarded where credit_code = $1 and factory = $2 and tier = $3 and year = $4 and source = $5
        and body is not distinct from $6""",
        list(astuple(award)),
    )


def add_award_change(cursor: Cursor, change: AwardChange) -> None:
    before, after = (
        json.dumps(asdict(award), ensure_ascii=False) if award else None for award in (change.before, change.after)
    )
    insert(cursor, "award_change", before=before, after=after, **fields_of(change, "before", "after"))


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


def award_lists(cursor: Cursor, applications: Sequence[Application]) -> list[AwardList | None]:
    """The list for each applicant, however many they are by two questions; None if none has been imported.

    Final lists of this product alone are no award list: of whoever is on none of them they say nothing.
    """
    [counted], listed = query_rows(cursor, "awarded_count"), awarded(cursor)
    found: list[AwardList | None] = []
    for application in applications:
        own = tuple(award for award in listed if award.credit_code == application.credit_code)
        known = AwardList(counted["listed"], own, alike_awards(application, listed))
        found.append(known if own or counted["from_elsewhere"] else None)
    return found


def awarded_industries(cursor: Cursor, baseline: str, region: str) -> dict[str | None, int]:
    """The listed awards by industry; None for enterprises whose industry is not known.

    The list names none: it is that of the enterprise's latest locked application, else of its records in the baseline.
    """
    found = query_rows(cursor, "awarded_industries")
    unknown = [row["credit_code"] for row in found if row["industry"] is None]
    asked = {"baseline": baseline, "region": region, "credit_codes": unknown}
    recorded = {row["credit_code"]: row["industry"] for row in query_rows(cursor, "recorded_industries", asked)}
    return dict(Counter(row["industry"] or recorded.get(row["credit_code"]) for row in found))


def set_award(cursor: Cursor, body: str, count: int) -> None:
    """How many factories of a body hold an award of the advanced tier or above."""
    cursor.execute("delete from award where body = $1", [body])
    insert(cursor, "award", body=body, count=count)


def set_awards(cursor: Cursor, by_body: Mapping[str, int]) -> None:
    """Replace the counts of all bodies."""
    cursor.execute("delete from award")
    for body, count in by_body.items():
        set_award(cursor, body, count)
