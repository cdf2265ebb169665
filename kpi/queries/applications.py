"""Files sent, drafts and locked applications, each within the caller's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi.access.roles import Scope
from kpi.model.application import Application, load_application
from kpi.model.times import from_stored
from kpi.queries.sql_runner import SqlRow, query_rows
from kpi.store.cursor import Cursor
from kpi.store.moment import kept_piece_of


@dataclass(frozen=True, slots=True)
class Upload:
    id: str
    file_name: str
    file_sha256: str
    sent_by: str
    sent_at: datetime
    faults: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An application without errors, not yet locked."""

    application: Application
    upload: str
    accepted_by: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class LockedApplication:
    """A locked application. ``record`` is the sealed record: it contains counts and is not for rivals.

    Verdicts are released of one lock only, that of ``first_application``, by ``first_record`` against
    ``first_baseline``: the factory's first against that baseline or its corrections, whichever year it applied for.
    ``first_of_year``: what was locked first for this year.
    """

    application: Application
    upload: str
    locked_by: str
    locked_at: datetime
    baseline: str
    record: str
    sha256: str
    first_of_year: Application
    first_application: Application
    first_record: str
    first_baseline: str


@dataclass(frozen=True, slots=True)
class DecidingLock:
    """The lock whose words hold for a factory against one year's baselines. ``year`` is what it applied for."""

    year: int
    baseline: str
    record: str


def uploads(cursor: Cursor, account: str | None, upload: str | None = None) -> list[Upload]:
    """The files an account has uploaded, or the one with this number, the latest first."""
    return [
        Upload(**(row | {"sent_at": from_stored(row["sent_at"])}))
        for row in query_rows(cursor, "uploads", {"account": account, "upload": upload})
    ]


def _application(text: str) -> Application:
    """Read once for pages: a city's page shows forty, and again at the next click."""
    return kept_piece_of(("application", text), lambda: load_application(text), lambda _: 2 * len(text))


def drafts(cursor: Cursor, scope: Scope) -> list[Draft]:
    return [
        Draft(_application(row["application"]), row["upload"], row["accepted_by"], from_stored(row["accepted_at"]))
        for row in query_rows(cursor, "drafts", {"own": list(scope.own)})
    ]


def locked_applications(
    cursor: Cursor, scope: Scope, credit_codes: Sequence[str] | None = None, year: int | None = None
) -> list[LockedApplication]:
    """Those in reach, the latest year first; of these factories and this year alone, where they are given."""
    asked = {"asked": None if credit_codes is None else list(credit_codes), "year": year}
    return [_locked(row) for row in query_rows(cursor, "releases", scope.values() | asked)]


def _locked(row: SqlRow) -> LockedApplication:
    # One text, unless it was reopened or decided in another year: it is read once then.
    texts = {row[name] for name in ("application", "first_of_year", "first_application")}
    read = {text: _application(text) for text in texts}
    return LockedApplication(
        application=read[row["application"]],
        upload=row["upload"],
        locked_by=row["locked_by"],
        locked_at=from_stored(row["locked_at"]),
        baseline=row["baseline"],
        record=row["record"],
        sha256=row["sha256"],
        first_of_year=read[row["first_of_year"]],
        first_application=read[row["first_application"]],
        first_record=row["first_record"],
        first_baseline=row["first_baseline"],
    )


def deciding_lock(cursor: Cursor, scope: Scope, credit_code: str, year: int, baseline: str) -> DecidingLock | None:
    """The lock that decided already among the peers that an application of ``year`` would meet; None if none has."""
    values = {"own": list(scope.own), "credit_code": credit_code, "year": year, "baseline": baseline}
    return next((DecidingLock(**row) for row in query_rows(cursor, "deciding_lock", values)), None)


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A locked application's row, or a later record's, as stored, to be compared with its seal.

    Of a later record whose lock is gone the application is "".
    """

    credit_code: str
    year: int
    industry: str
    body: str | None
    application: str
    baseline: str
    record: str
    sha256: str
    sealed_at: datetime


def sealed_records(cursor: Cursor) -> list[SealedRecord]:
    """All, regardless of scope: to verify them, and to count them for the authority."""
    lost = {"industry": "", "application": "", "baseline": ""}
    return [
        SealedRecord(
            **(row | {"sealed_at": from_stored(row["sealed_at"])} | (lost if row["application"] is None else {}))
        )
        for row in query_rows(cursor, "sealed")
    ]
