"""What listed factories promise and do to spread their experience, within the caller's scope: read and written."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby

from kpi.access.roles import Scope
from kpi.model.lifecycle import is_listed
from kpi.model.outreach import ListedFactory, OutreachKind, Promise
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import SqlRow, insert, query_rows


def listed_factories(cursor: Cursor, scope: Scope) -> list[ListedFactory]:
    """Those on the final list of their year by now, the latest year first, also where nothing is promised."""
    listed = [row for row in query_rows(cursor, "outreach", scope.values()) if is_listed(row["state"])]
    return [_factory(list(rows)) for _, rows in groupby(listed, lambda row: (row["credit_code"], row["year"]))]


def add_promise(
    cursor: Cursor, credit_code: str, year: int, given: Promise, written_by: str, written_at: datetime
) -> None:
    insert(
        cursor,
        "outreach",
        id=given.id,
        credit_code=credit_code,
        year=year,
        kind=given.kind,
        what=given.what,
        due=given.due,
        written_by=written_by,
        written_at=written_at,
    )


def add_report(
    cursor: Cursor,
    promise: str,
    done_on: date,
    evidence: str,
    upload: str | None,
    written_by: str,
    written_at: datetime,
) -> None:
    """It stands before what was reported of that promise until then."""
    insert(
        cursor,
        "outreach_done",
        outreach=promise,
        done_on=done_on,
        evidence=evidence,
        upload=upload,
        written_by=written_by,
        written_at=written_at,
    )


def _factory(rows: list[SqlRow]) -> ListedFactory:
    first = rows[0]
    label = first["factory"] or first["enterprise"] or first["credit_code"]
    promises = tuple(_promise(row) for row in rows if row["id"] is not None)
    return ListedFactory(first["credit_code"], first["year"], label, first["body"] or "", promises)


def _promise(row: SqlRow) -> Promise:
    kind: OutreachKind = row["kind"]
    evidence, at = row["evidence"] or "", row["written_at"]
    reported_at = from_stored(at) if at else None
    return Promise(row["id"], kind, row["what"], row["due"], row["done_on"], evidence, row["upload"], reported_at)
