"""The programme's dates, and objections with their answers. Only ever added to: the latest counts."""

from __future__ import annotations

from dataclasses import astuple

from kpi.model.programme import BodyDeadline, Objection, ObjectionAddition, ObjectionAnswer, SetDates
from kpi.model.times import to_stored
from kpi.store.cursor import Cursor


def add_programme_dates(cursor: Cursor, given: SetDates) -> None:
    cursor.execute(
        "insert into programme_dates values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [
            given.year,
            *astuple(given.dates),
            given.reference,
            given.reason,
            given.set_by,
            to_stored(given.set_at),
        ],
    )


def add_body_deadline(cursor: Cursor, given: BodyDeadline) -> None:
    cursor.execute(
        "insert into body_deadline values ($1, $2, $3, $4, $5, $6, $7)",
        [
            given.year,
            given.body,
            given.lists_due,
            given.reference,
            given.reason,
            given.set_by,
            to_stored(given.set_at),
        ],
    )


def add_objection(cursor: Cursor, given: Objection) -> None:
    """Without answers and additions."""
    cursor.execute(
        "insert into objection values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            given.id,
            given.credit_code,
            given.year,
            given.received_on,
            given.objector,
            given.objection,
            given.upload,
            given.recorded_by,
            to_stored(given.recorded_at),
        ],
    )


def add_objection_addition(cursor: Cursor, objection: str, given: ObjectionAddition) -> None:
    cursor.execute(
        "insert into objection_addition values ($1, $2, $3, $4, $5, $6, $7)",
        [
            given.id,
            objection,
            given.received_on,
            given.words,
            given.upload,
            given.added_by,
            to_stored(given.added_at),
        ],
    )


def add_objection_answer(cursor: Cursor, objection: str, given: ObjectionAnswer) -> None:
    cursor.execute(
        "insert into objection_answer values ($1, $2, $3, $4, $5, $6)",
        [
            objection,
            given.outcome,
            given.answer,
            given.answered_on,
            given.answered_by,
            to_stored(given.answered_at),
        ],
    )


def blank_objectors(cursor: Cursor, year: int) -> None:
    """Who objected to applications of that year or before is deleted; the objection and its answer stay."""
    cursor.execute("update objection set objector = '' where year <= $1", [year])
