"""Files sent, drafts and locked applications, each within the caller's scope."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from kpi.access.roles import Scope
from kpi.model.application import Application, dump_application, load_application
from kpi.model.comparison import NO_VALUE
from kpi.model.evaluation import ClauseVerdict, Verdict
from kpi.model.lifecycle import ApplicationState
from kpi.model.times import from_stored
from kpi.store.cache import cached
from kpi.store.database import Cursor
from kpi.tables.sql_runner import SqlRow, insert, query_rows

# Files sent, drafts and locked applications, each within the caller's scope.


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
    return cached(("application", text), lambda: load_application(text), lambda _: 2 * len(text))


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
    return [_locked(row) for row in query_rows(cursor, "locked_applications", scope.values() | asked)]


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


def locked_at(cursor: Cursor, year: int) -> dict[str, datetime]:
    """Who has locked an application of that year, by credit code, and since when."""
    found = query_rows(cursor, "locks_of_year", {"year": year})
    return {row["credit_code"]: from_stored(row["locked_at"]) for row in found}


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


# Candidates as they are listed: from the columns and the sealed records, without reading any application.


@dataclass(frozen=True, slots=True)
class CandidateRecord:
    """One candidate by its latest sealed record; per KPI in the order of ``codes``, its notice's.

    ``places``: the share of peers beaten, ties half, None where nothing was placed. ``values``: what was compared, else
    None. ``not_applicable_accepted``: KPIs, by code, of which a reviewer accepted that they do not apply.
    ``leading_quantile`` is the policy's line. ``group`` is the one it claims; ``seal`` that of its latest record, which
    is against ``baseline``, whose enterprises are invented where it is ``illustrative``.
    """

    credit_code: str
    enterprise: str
    factory: str
    industry: str
    body: str
    year: int
    state: ApplicationState
    clause: ClauseVerdict
    leading: int
    leading_quantile: float
    codes: tuple[str, ...]
    places: tuple[float | None, ...]
    verdicts: tuple[Verdict, ...]
    values: tuple[float | None, ...]
    not_applicable_accepted: tuple[str, ...]
    group: str | None
    baseline: str
    illustrative: bool
    seal: str

    @property
    def label(self) -> str:
        """The factory's name, else its enterprise's."""
        return self.factory or self.enterprise

    @property
    def key(self) -> str:
        """As the audit trail names it: "credit_code year"."""
        return f"{self.credit_code} {self.year}"


def candidate_records(cursor: Cursor, scope: Scope) -> list[CandidateRecord]:
    """All candidates in the caller's scope, the latest year first."""
    return [_record(row) for row in query_rows(cursor, "candidate_list", scope.values())]


def _record(row: SqlRow) -> CandidateRecord:
    counts = zip(row["worse"], row["tied"], row["better"], strict=True)
    verdicts = tuple(cast("Verdict", word) for word in row["verdicts"])
    return CandidateRecord(
        credit_code=row["credit_code"],
        enterprise=row["enterprise"],
        factory=row["factory"],
        industry=row["industry"],
        body=row["body"],
        year=row["year"],
        state=row["state"],
        clause=row["clause"],
        leading=row["leading"],
        leading_quantile=row["leading_quantile"],
        codes=tuple(row["codes"]),
        places=tuple(
            (worse + tied / 2) / (worse + tied + better) if worse + tied + better else None
            for worse, tied, better in counts
        ),
        verdicts=verdicts,
        values=tuple(
            None if word in NO_VALUE else value for word, value in zip(verdicts, row["compared"], strict=True)
        ),
        not_applicable_accepted=tuple(
            item
            for kind, item, ruling in json.loads(row["rulings"])
            if (kind, ruling) == ("not_applicable", "accepted")
        ),
        group=row["own_group"],
        baseline=row["baseline"],
        illustrative=bool(row["illustrative"]),
        seal=row["seal"],
    )


# Uploads, drafts and locked applications.


def add_upload(
    cursor: Cursor, upload: str, file_name: str, file_sha256: str, sent_by: str, sent_at: datetime, faults: int
) -> None:
    insert(
        cursor,
        "upload",
        id=upload,
        file_name=file_name,
        file_sha256=file_sha256,
        sent_by=sent_by,
        sent_at=sent_at,
        faults=faults,
    )


def accept_draft(
    cursor: Cursor, application: Application, upload: str, accepted_by: str, accepted_at: datetime
) -> None:
    """Replace the factory's draft of that year; the earlier file stays in ``upload``."""
    cursor.execute(
        "delete from draft where credit_code = $1 and year = $2", [application.credit_code, application.year]
    )
    insert(
        cursor,
        "draft",
        credit_code=application.credit_code,
        year=application.year,
        industry=application.industry,
        body=application.body,
        upload=upload,
        application=dump_application(application),
        accepted_by=accepted_by,
        accepted_at=accepted_at,
    )


def add_locked_application(
    cursor: Cursor,
    application: Application,
    upload: str,
    locked_by: str,
    locked_at: datetime,
    baseline: str,
    record: str,
    sha256: str,
) -> None:
    """Lock an application with its sealed record; one per factory and year."""
    insert(
        cursor,
        "release",
        credit_code=application.credit_code,
        year=application.year,
        industry=application.industry,
        body=application.body,
        upload=upload,
        application=dump_application(application),
        locked_by=locked_by,
        locked_at=locked_at,
        baseline=baseline,
        record=record,
        sha256=sha256,
    )
    cursor.execute(
        "delete from draft where credit_code = $1 and year = $2", [application.credit_code, application.year]
    )


def log_probe(cursor: Cursor, at: datetime, account: str, credit_code: str, year: int, kind: str, sha256: str) -> None:
    """Log one set of own values compared with the published table; ``sha256`` is of the values."""
    insert(cursor, "asked", asked_at=at, account=account, credit_code=credit_code, year=year, kind=kind, sha256=sha256)
