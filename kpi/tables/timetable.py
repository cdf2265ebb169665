"""Visits and defences of locked applications, within the caller's scope: read and written. Only ever added to."""

from __future__ import annotations

import json
from datetime import datetime

from kpi.access.roles import Scope
from kpi.model.lifecycle import stage_of
from kpi.model.times import from_stored
from kpi.model.timetable import Appointment, AppointmentKind
from kpi.store.database import Cursor
from kpi.tables.sql_runner import SqlRow, insert, query_rows


def appointments(cursor: Cursor, scope: Scope) -> list[Appointment]:
    """Each as it stands, cancelled ones too, by year, time and factory."""
    found: dict[tuple[str, int, str], Appointment] = {}
    for row in query_rows(cursor, "appointments", scope.values()):
        key = row["credit_code"], row["year"], row["kind"]
        found[key] = _edition(row, found.get(key))
    return sorted(found.values(), key=lambda item: (item.year, item.starts_at, item.credit_code, item.kind))


def add_appointment(
    cursor: Cursor,
    credit_code: str,
    year: int,
    kind: AppointmentKind,
    times: tuple[datetime, datetime] | None,
    place: str,
    experts: tuple[str, ...],
    reason: str,
    set_by: str,
    set_at: datetime,
) -> None:
    """``times``: from when to when; None where it is cancelled."""
    starts_at, ends_at = times or (None, None)
    insert(
        cursor,
        "appointment",
        credit_code=credit_code,
        year=year,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        experts=json.dumps(experts, ensure_ascii=False),
        reason=reason,
        set_by=set_by,
        set_at=set_at,
    )


def _edition(row: SqlRow, before: Appointment | None) -> Appointment:
    experts = tuple(json.loads(row["experts"]))
    had = {**before.former, **dict.fromkeys(before.experts, before.meeting)} if before else {}
    cancelled, set_at = row["starts_at"] is None, from_stored(row["set_at"])
    of_an_earlier_lock = set_at < from_stored(row["locked_at"])
    # Nothing is cancelled that was not set before.
    starts_at, ends_at = (
        (before.starts_at, before.ends_at)
        if cancelled and before
        else (from_stored(row["starts_at"]), from_stored(row["ends_at"]))
    )
    return Appointment(
        row["credit_code"],
        row["year"],
        row["kind"],
        row["factory"] or row["enterprise"] or row["credit_code"],
        stage_of(row["state"]),
        starts_at,
        ends_at,
        row["place"],
        experts,
        "" if of_an_earlier_lock and not cancelled else row["reason"],
        set_at,
        cancelled or of_an_earlier_lock,
        before.sequence + 1 if before else 0,
        {expert: meeting for expert, meeting in had.items() if expert not in experts},
    )
