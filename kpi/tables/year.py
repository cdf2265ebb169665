"""The dates of a year of the programme as they were set, deadlines of single bodies, and how far the year has come."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from kpi.model.programme import (
    BodyDeadline,
    DatesEvent,
    DatesState,
    SetDates,
    YearDates,
)
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import fields_of, insert, query_rows

# Dates are public: no scope limits them. Objections are the administrators'; how they came out is for the enterprise
# too.


@dataclass(frozen=True, slots=True)
class YearStanding:
    """Applications of a year that are drafted and not locked, and locked."""

    drafts: int
    locked: int


def programme_dates(cursor: Cursor, year: int | None = None) -> list[SetDates]:
    """Every time that dates were set, the latest first; of one year or of all."""
    names = [field.name for field in fields(YearDates)]
    return [
        SetDates(
            row["year"],
            YearDates(*(row[name] for name in names)),
            row["reference"],
            row["reason"],
            row["set_by"],
            from_stored(row["set_at"]),
            _state(row["event"]),
        )
        for row in query_rows(cursor, "programme_dates", {"year": year})
    ]


def body_deadlines(cursor: Cursor, year: int | None = None) -> list[BodyDeadline]:
    """Every time that a body's own deadline was set or taken back, the latest first; of one year or of all."""
    return [
        BodyDeadline(
            row["year"],
            row["body"],
            row["lists_due"],
            row["reference"],
            row["reason"],
            row["set_by"],
            from_stored(row["set_at"]),
            _state(row["event"]),
        )
        for row in query_rows(cursor, "body_deadlines", {"year": year})
    ]


def _state(event: DatesEvent | None) -> DatesState:
    """By the latest that was noted of it; None: it was set by one person alone, and holds."""
    return "waits" if event == "proposed" else "withdrawn" if event == "withdrawn" else "holds"


def year_standing(cursor: Cursor, year: int) -> YearStanding:
    [row] = query_rows(cursor, "year_standing", {"year": year})
    return YearStanding(**row)


def sent_lists(cursor: Cursor, year: int) -> dict[str, datetime]:
    """When each body sent its list; bodies that have not are left out."""
    return {row["body"]: from_stored(row["sent_at"]) for row in query_rows(cursor, "sent_lists", {"year": year})}


# The programme's dates, and objections with their answers. Only ever added to: the latest counts.


def add_programme_dates(cursor: Cursor, given: SetDates) -> None:
    insert(cursor, "programme_dates", **fields_of(given.dates), **fields_of(given, "dates", "state"))


def add_body_deadline(cursor: Cursor, given: BodyDeadline) -> None:
    insert(cursor, "body_deadline", **fields_of(given, "state"))


def note_dates_change(
    cursor: Cursor, given: SetDates | BodyDeadline, event: DatesEvent, noted_by: str, noted_at: datetime
) -> None:
    """Of dates that two people set."""
    body = given.body if isinstance(given, BodyDeadline) else ""
    insert(
        cursor,
        "dates_change",
        year=given.year,
        body=body,
        set_at=given.set_at,
        event=event,
        noted_by=noted_by,
        noted_at=noted_at,
    )
