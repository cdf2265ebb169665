"""The programme's dates as they were set, how far its year has come, and objections to its lists.

Dates are public: no scope limits them. Objections are the administrators'; how they came out is for the enterprise too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime

from kpi.access.roles import Scope
from kpi.model.programme import (
    BodyDeadline,
    Objection,
    ObjectionAddition,
    ObjectionAnswer,
    OwnOutcome,
    SetDates,
    YearDates,
)
from kpi.model.times import from_stored
from kpi.queries.sql_runner import query_rows
from kpi.store.cursor import Cursor
from kpi.store.moment import kept_until_decided


@dataclass(frozen=True, slots=True)
class YearStanding:
    """Applications of a year that are drafted and not locked, and locked."""

    drafts: int
    locked: int


def programme_dates(cursor: Cursor, year: int | None = None) -> list[SetDates]:
    """Every time that dates were set, the latest first; of one year or of all."""
    return list(kept_until_decided(("programme dates", year), lambda: _programme_dates(cursor, year)))


def _programme_dates(cursor: Cursor, year: int | None) -> list[SetDates]:
    names = [field.name for field in fields(YearDates)]
    return [
        SetDates(
            row["year"],
            YearDates(*(row[name] for name in names)),
            row["reference"],
            row["reason"],
            row["set_by"],
            from_stored(row["set_at"]),
        )
        for row in query_rows(cursor, "programme_dates", {"year": year})
    ]


def body_deadlines(cursor: Cursor, year: int) -> list[BodyDeadline]:
    """Every time that a body's own deadline was set or taken back, the latest first."""
    return list(kept_until_decided(("body deadlines", year), lambda: _body_deadlines(cursor, year)))


def _body_deadlines(cursor: Cursor, year: int) -> list[BodyDeadline]:
    return [
        BodyDeadline(**(row | {"set_at": from_stored(row["set_at"])}))
        for row in query_rows(cursor, "body_deadlines", {"year": year})
    ]


def year_standing(cursor: Cursor, year: int) -> YearStanding:
    [row] = query_rows(cursor, "year_standing", {"year": year})
    return YearStanding(**row)


def sent_lists(cursor: Cursor, year: int) -> dict[str, datetime]:
    """When each body sent its list; bodies that have not are left out."""
    return {row["body"]: from_stored(row["sent_at"]) for row in query_rows(cursor, "sent_lists", {"year": year})}


def objections(cursor: Cursor, year: int | None = None, barred: Collection[str] = ()) -> list[Objection]:
    """With additions and answers, the earliest first; ``barred``: what the caller has a conflict of interest with."""
    answers: dict[str, list[ObjectionAnswer]] = defaultdict(list)
    for row in query_rows(cursor, "objection_answers", {"year": year}):
        at = from_stored(row.pop("answered_at"))
        answers[row.pop("objection")].append(ObjectionAnswer(**row, answered_at=at))
    additions: dict[str, list[ObjectionAddition]] = defaultdict(list)
    for row in query_rows(cursor, "objection_additions", {"year": year}):
        at = from_stored(row.pop("added_at"))
        additions[row.pop("objection")].append(ObjectionAddition(**row, added_at=at))
    return [
        Objection(
            **(row | {"recorded_at": from_stored(row["recorded_at"])}),
            answers=tuple(answers[row["id"]]),
            additions=tuple(additions[row["id"]]),
        )
        for row in query_rows(cursor, "objections", {"year": year, "barred": list(barred)})
    ]


def objection_outcomes(cursor: Cursor, scope: Scope) -> list[OwnOutcome]:
    """How objections to the caller's own applications came out, the earliest answer first."""
    return [OwnOutcome(**row) for row in query_rows(cursor, "objection_outcomes", {"own": list(scope.own)})]
