"""Evidence attached to claims, reviewers' rulings, and the records that rulings make. Only ever added to."""

from __future__ import annotations

from datetime import datetime

from kpi.model.claims import ClaimEvidence, ClaimKey, ClaimRuling, RulingWithdrawal
from kpi.model.times import to_stored
from kpi.store.cursor import Cursor


def add_claim_evidence(cursor: Cursor, credit_code: str, year: int, given: ClaimEvidence) -> None:
    cursor.execute(
        "insert into claim_evidence values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            credit_code,
            year,
            given.key.kind,
            given.key.item,
            given.claimed,
            given.evidence,
            given.upload,
            given.attached_by,
            to_stored(given.attached_at),
        ],
    )


def add_claim_ruling(cursor: Cursor, credit_code: str, year: int, given: ClaimRuling) -> None:
    cursor.execute(
        "insert into claim_ruling values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            credit_code,
            year,
            given.key.kind,
            given.key.item,
            given.claimed,
            given.ruling,
            given.reason,
            given.ruled_by,
            to_stored(given.ruled_at),
        ],
    )


def add_ruling_withdrawal(cursor: Cursor, credit_code: str, year: int, key: ClaimKey, taken: RulingWithdrawal) -> None:
    """Every ruling on that claim so far is withdrawn."""
    cursor.execute(
        "insert into ruling_withdrawal values ($1, $2, $3, $4, $5, $6, $7)",
        [credit_code, year, key.kind, key.item, taken.reason, taken.withdrawn_by, to_stored(taken.withdrawn_at)],
    )


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
    cursor.execute(
        """insert into later_record
           values ($1, $2, $3, $4, $5, $6, $7, (select coalesce(max(number), 0) + 1 from later_record))""",
        [credit_code, year, lock_sha256, record, sha256, sealed_by, to_stored(sealed_at)],
    )
