"""Claims of enterprises, what shows them, how reviewers ruled. Reached through an application that is in reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi.model.application import Application, load_application
from kpi.model.claims import ClaimEvidence, ClaimKey, ClaimRuling, RulingWithdrawal
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import SqlRow, fields_of, insert, insert_numbered, query_rows

# Claims of enterprises, what shows them, how reviewers ruled. Reached through an application that is in reach.


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock of an application, taken back or not, as it was sealed."""

    application: Application
    baseline: str
    record: str
    sha256: str


def claim_evidence(
    cursor: Cursor, credit_codes: Sequence[str], year: int | None = None
) -> dict[tuple[str, int], list[ClaimEvidence]]:
    """All that was attached, by factory and year, the earliest first. The caller reached the factories before."""
    attached: dict[tuple[str, int], list[ClaimEvidence]] = defaultdict(list)
    for row in query_rows(cursor, "claim_evidence", {"own": list(credit_codes), "year": year}):
        attached[row["credit_code"], row["year"]].append(
            ClaimEvidence(
                _key(row),
                row["claimed"],
                row["evidence"],
                row["upload"],
                row["attached_by"],
                from_stored(row["attached_at"]),
            )
        )
    return attached


def claim_rulings(
    cursor: Cursor, credit_codes: Sequence[str], year: int | None = None
) -> dict[tuple[str, int], list[ClaimRuling]]:
    """By factory and year, the earliest first, withdrawn ones too. The caller reached the factories before."""
    rulings: dict[tuple[str, int], list[ClaimRuling]] = defaultdict(list)
    for row in query_rows(cursor, "claim_rulings", {"own": list(credit_codes), "year": year}):
        rulings[row["credit_code"], row["year"]].append(
            ClaimRuling(
                _key(row),
                row["claimed"],
                row["ruling"],
                row["reason"],
                row["ruled_by"],
                from_stored(row["ruled_at"]),
                _withdrawal(row),
            )
        )
    return rulings


def locks(cursor: Cursor, credit_code: str, year: int) -> list[Lock]:
    """The earliest first. The caller reached the factory before."""
    found = query_rows(cursor, "locks", {"own": [credit_code], "credit_code": credit_code, "year": year})
    return [Lock(load_application(row["application"]), row["baseline"], row["record"], row["sha256"]) for row in found]


def file_names(cursor: Cursor, uploads: Sequence[str]) -> dict[str, str]:
    """By the number of the upload; what is no longer on record is left out. The caller reached the factory before."""
    found = query_rows(cursor, "file_names", {"uploads": list(uploads)}) if uploads else []
    return {row["id"]: row["file_name"] for row in found}


def _withdrawal(row: SqlRow) -> RulingWithdrawal | None:
    if row["withdrawn_at"] is None:
        return None
    return RulingWithdrawal(row["withdrawal_reason"], row["withdrawn_by"], from_stored(row["withdrawn_at"]))


def _key(row: SqlRow) -> ClaimKey:
    return ClaimKey(row["kind"], row["item"])


# Evidence attached to claims, reviewers' rulings, and the records that rulings make. Only ever added to.


def add_claim_evidence(cursor: Cursor, credit_code: str, year: int, given: ClaimEvidence) -> None:
    insert(
        cursor, "claim_evidence", credit_code=credit_code, year=year, **fields_of(given.key), **fields_of(given, "key")
    )


def add_claim_ruling(cursor: Cursor, credit_code: str, year: int, given: ClaimRuling) -> None:
    insert(
        cursor,
        "claim_ruling",
        credit_code=credit_code,
        year=year,
        **fields_of(given.key),
        **fields_of(given, "key", "withdrawn"),
    )


def add_ruling_withdrawal(cursor: Cursor, credit_code: str, year: int, key: ClaimKey, taken: RulingWithdrawal) -> None:
    """Every ruling on that claim so far is withdrawn."""
    insert(cursor, "ruling_withdrawal", credit_code=credit_code, year=year, **fields_of(key), **fields_of(taken))


def add_later_record(
    cursor: Cursor,
    credit_code: str,
    year: int,
    lock_sha256: str,
    record: str,
    sha256: str,
    sealed_by: str,
    sealed_at: datetime,
) -> None:
    """``lock_sha256`` is the seal of the lock's own record, beside which this one stands."""
    insert_numbered(
        cursor,
        "later_record",
        credit_code=credit_code,
        year=year,
        lock_sha256=lock_sha256,
        record=record,
        sha256=sha256,
        sealed_by=sealed_by,
        sealed_at=sealed_at,
    )
