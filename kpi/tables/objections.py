"""Objections to the lists of a year, what was added to them and how they were answered: the administrators'."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from kpi.access.roles import Scope
from kpi.model.programme import (
    Objection,
    ObjectionAddition,
    ObjectionAnswer,
    OwnOutcome,
)
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import fields_of, insert, query_rows


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


def add_objection(cursor: Cursor, given: Objection) -> None:
    """Without answers and additions."""
    insert(cursor, "objection", **fields_of(given, "answers", "additions"))


def add_objection_addition(cursor: Cursor, objection: str, given: ObjectionAddition) -> None:
    insert(cursor, "objection_addition", objection=objection, **fields_of(given))


def add_objection_answer(cursor: Cursor, objection: str, given: ObjectionAnswer) -> None:
    insert(cursor, "objection_answer", objection=objection, **fields_of(given))


def blank_objectors(cursor: Cursor, year: int) -> None:
    """Who objected to applications of that year or before is deleted; the objection and its answer stay."""
    cursor.execute("update objection set objector = '' where year <= $1", [year])
