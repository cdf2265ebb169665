"""The enterprise's workspace: answer sheets, their changes, confirmed layouts, steps of an application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from kpi.access.roles import Scope
from kpi.catalogue.catalogue import catalogue
from kpi.model.lifecycle import ApplicationState, stage_of
from kpi.model.times import from_stored
from kpi.queries.sql_runner import query_rows
from kpi.store.cursor import Cursor


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A stored answer sheet: ``sheet`` is its text (``kpi.intake.form.answer_sheet``)."""

    credit_code: str
    year: int
    upload: str
    sheet: str
    version: int
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class SheetChange:
    """One field changed: who, when, from what to what, and why."""

    version: int
    item: str
    field: str
    was: str
    becomes: str
    why: str
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ApplicationStep:
    """A stage that an application has reached."""

    credit_code: str
    year: int
    state: ApplicationState
    taken_at: datetime
    taken_by: str
    note: str


def worksheets(cursor: Cursor, scope: Scope) -> list[Worksheet]:
    found = query_rows(cursor, "worksheets", {"own": list(scope.own)})
    return [Worksheet(**(row | {"changed_at": from_stored(row["changed_at"])})) for row in found]


def worksheet_changes(cursor: Cursor, scope: Scope, credit_code: str, year: int, after: int = 0) -> list[SheetChange]:
    """Changes of one sheet made after version ``after``, the latest first."""
    values = {"own": list(scope.own), "credit_code": credit_code, "year": year, "after": after}
    found = query_rows(cursor, "worksheet_changes", values)
    return [SheetChange(**(row | {"changed_at": from_stored(row["changed_at"])})) for row in found]


def discarded_versions(cursor: Cursor, scope: Scope, credit_code: str, year: int) -> int:
    """How many versions of that factory and year's sheet were discarded, at most: each was saved by an act."""
    values = {"own": list(scope.own), "credit_code": credit_code, "subject": f"{credit_code} {year}"}
    return int(query_rows(cursor, "discarded_versions", values)[0]["versions"])


@dataclass(frozen=True, slots=True)
class ConfirmedAnswers:
    """What an enterprise has answered for its files so far, as dumped; by whom and when last."""

    credit_code: str
    answers: str
    confirmed_by: str
    confirmed_at: datetime


def confirmed_answers(cursor: Cursor, scope: Scope) -> dict[str, ConfirmedAnswers]:
    """By credit code."""
    found = query_rows(cursor, "confirmed_answers", {"own": list(scope.own)})
    return {
        row["credit_code"]: ConfirmedAnswers(**(row | {"confirmed_at": from_stored(row["confirmed_at"])}))
        for row in found
    }


def file_answers(cursor: Cursor, account: str, file_sha256: str) -> str | None:
    """What an account has answered for one file, as dumped."""
    found = query_rows(cursor, "file_answers", {"account": account, "file_sha256": file_sha256})
    return found[0]["answers"] if found else None


def written_stages(cursor: Cursor) -> dict[tuple[str, int], list[ApplicationState]]:
    """The stages of every application, the earliest first, by credit code and year."""
    found: defaultdict[tuple[str, int], list[ApplicationState]] = defaultdict(list)
    for row in query_rows(cursor, "written_stages"):
        found[row["credit_code"], row["year"]].append(row["state"])
    return dict(found)


def application_steps(cursor: Cursor, scope: Scope) -> list[ApplicationStep]:
    """The steps of every application in scope, the earliest first."""
    return [
        ApplicationStep(**(row | {"taken_at": from_stored(row["taken_at"])}))
        for row in query_rows(cursor, "steps", scope.values())
    ]


@dataclass(frozen=True, slots=True)
class ApplicationInHand:
    """A locked application by name and stage, without values. ``since``: when it came to that stage.

    ``state`` is the last that was written, None where none was.
    """

    credit_code: str
    year: int
    industry: str
    body: str | None
    enterprise: str | None
    factory: str | None
    state: ApplicationState | None
    since: datetime

    @property
    def stage(self) -> ApplicationState:
        """Where it stands, also where no stage was ever written."""
        return stage_of(self.state)


def applications_in_hand(cursor: Cursor, barred: Collection[str] = ()) -> list[ApplicationInHand]:
    """For those who run the programme, the latest year first, then by body in the notice's order; ``barred``: what the
    caller has a conflict of interest with.
    """
    found = [
        ApplicationInHand(**(row | {"since": from_stored(row["since"])}))
        for row in query_rows(cursor, "applications_in_hand", {"barred": list(barred)})
    ]
    place = catalogue().body_place
    return sorted(found, key=lambda one: (-one.year, place(one.body), one.credit_code))
