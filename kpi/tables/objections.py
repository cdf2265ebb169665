"""Objections to the lists of a year, what was added to them and how they were answered: the administrators'."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from kpi.access.roles import Scope
from kpi.model.programme import (
    Hearing,
    HearingReply,
    Objection,
    ObjectionAddition,
    ObjectionAnswer,
    OwnHearing,
    OwnOutcome,
    state_after,
)
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import fields_of, insert, query_rows


def objections(cursor: Cursor, year: int | None = None, barred: Collection[str] = ()) -> list[Objection]:
    """With all that came to each, the earliest first; ``barred``: what the caller has a conflict of interest with."""
    of = {"year": year}
    answers = _by_objection(cursor, "objection_answers", of, "answered_at", ObjectionAnswer)
    additions = _by_objection(cursor, "objection_additions", of, "added_at", ObjectionAddition)
    hearings = _by_objection(cursor, "objection_hearings", of, "informed_at", Hearing)
    replies = _by_objection(cursor, "objection_replies", of, "replied_at", HearingReply)
    return [
        Objection(
            **(row | {"recorded_at": from_stored(row["recorded_at"])}),
            answers=answers[row["id"]],
            additions=additions[row["id"]],
            hearings=hearings[row["id"]],
            replies=replies[row["id"]],
        )
        for row in query_rows(cursor, "objections", {"year": year, "barred": list(barred)})
    ]


Part = TypeVar("Part")


def _by_objection(
    cursor: Cursor, question: str, values: Mapping[str, object], moment: str, part: Callable[..., Part]
) -> dict[str, tuple[Part, ...]]:
    found: dict[str, tuple[Part, ...]] = defaultdict(tuple)
    for row in query_rows(cursor, question, values):
        found[row.pop("objection")] += (part(**(row | {moment: from_stored(row[moment])})),)
    return found


def hearings_of(cursor: Cursor, scope: Scope) -> list[OwnHearing]:
    """The objections to the caller's own applications that it was informed of, the latest first."""
    own = {"own": list(scope.own)}
    replies = _by_objection(cursor, "own_replies", own, "replied_at", HearingReply)
    return [
        OwnHearing(
            row["objection"],
            row["credit_code"],
            row["year"],
            row["words"],
            row["reply_by"],
            from_stored(row["informed_at"]),
            replies[row["objection"]],
            state_after(row["outcome"]),
            row["answered_at"] and from_stored(row["answered_at"]),
        )
        for row in query_rows(cursor, "own_hearings", own)
    ]


def objection_outcomes(cursor: Cursor, scope: Scope) -> list[OwnOutcome]:
    """How objections to the caller's own applications came out, the earliest answer first."""
    return [OwnOutcome(**row) for row in query_rows(cursor, "objection_outcomes", {"own": list(scope.own)})]


def add_objection(cursor: Cursor, given: Objection) -> None:
    """Without what came to it later."""
    insert(cursor, "objection", **fields_of(given, "answers", "additions", "hearings", "replies"))


def add_objection_addition(cursor: Cursor, objection: str, given: ObjectionAddition) -> None:
    insert(cursor, "objection_addition", objection=objection, **fields_of(given))


def add_objection_answer(cursor: Cursor, objection: str, given: ObjectionAnswer) -> None:
    insert(cursor, "objection_answer", objection=objection, **fields_of(given))


def add_hearing(cursor: Cursor, objection: str, given: Hearing) -> None:
    insert(cursor, "objection_hearing", objection=objection, **fields_of(given))


def add_hearing_reply(cursor: Cursor, objection: str, given: HearingReply) -> None:
    insert(cursor, "objection_reply", objection=objection, **fields_of(given))


def blank_objectors(cursor: Cursor, year: int) -> None:
    """Who objected to applications of that year or before is deleted; the objection and its answer stay."""
    cursor.execute("update objection set objector = '' where year <= $1", [year])
