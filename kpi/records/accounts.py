"""Accounts and sign-ins. A token is stored as its hash only: the store cannot be used to sign in as somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kpi.model.times import to_stored
from kpi.model.viewer import Role
from kpi.store.cursor import Cursor


def insert_account(
    cursor: Cursor,
    name: str,
    display: str,
    role: Role,
    scope: Sequence[str],
    password_hash: str | None,
    demonstration: bool,
    created_at: datetime,
    must_change: bool = False,
    identity: tuple[str, str] | None = None,
) -> None:
    """``identity`` is issuer and subject at another provider."""
    issuer, subject = identity or (None, None)
    cursor.execute(
        """insert into account (name, display, role, password_hash, demonstration, disabled, created_at,
                                must_change, issuer, subject)
           values ($1, $2, $3, $4, $5, false, $6, $7, $8, $9)""",
        [name, display, role, password_hash, demonstration, to_stored(created_at), must_change, issuer, subject],
    )
    update_scope(cursor, name, scope)


def update_scope(cursor: Cursor, account: str, scope: Sequence[str]) -> None:
    cursor.execute("delete from account_scope where account = $1", [account])
    for reach in scope:
        cursor.execute("insert into account_scope values ($1, $2)", [account, reach])


def set_disabled(cursor: Cursor, account: str, disabled: bool) -> None:
    cursor.execute("update account set disabled = $2 where name = $1", [account, disabled])


def set_password(cursor: Cursor, account: str, password_hash: str, must_change: bool) -> None:
    cursor.execute(
        "update account set password_hash = $2, must_change = $3 where name = $1", [account, password_hash, must_change]
    )


def add_conflict(cursor: Cursor, reviewer: str, credit_code: str, reason: str, at: datetime) -> None:
    remove_conflict(cursor, reviewer, credit_code)
    cursor.execute("insert into conflict values ($1, $2, $3, $4)", [reviewer, credit_code, reason, to_stored(at)])


def correct_conflict(cursor: Cursor, reviewer: str, credit_code: str, reason: str) -> None:
    cursor.execute(
        "update conflict set reason = $1 where reviewer = $2 and credit_code = $3", [reason, reviewer, credit_code]
    )


def remove_conflict(cursor: Cursor, reviewer: str, credit_code: str) -> None:
    cursor.execute("delete from conflict where reviewer = $1 and credit_code = $2", [reviewer, credit_code])


def start_sign_in(
    cursor: Cursor,
    token_sha256: str,
    account: str,
    created_at: datetime,
    expires_at: datetime,
    address: str = "",
    device: str = "",
) -> None:
    cursor.execute(
        """insert into sign_in (token_sha256, account, created_at, expires_at, ended, address, device)
           values ($1, $2, $3, $4, false, $5, $6)""",
        [token_sha256, account, to_stored(created_at), to_stored(expires_at), address, device],
    )


def end_sign_in(cursor: Cursor, token_sha256: str, account: str) -> None:
    """End one sign-in, if it belongs to that account."""
    cursor.execute("update sign_in set ended = true where token_sha256 = $1 and account = $2", [token_sha256, account])


def end_sign_ins(cursor: Cursor, account: str, at: datetime, except_token_sha256: str = "") -> None:
    """End all sign-ins of an account, here and by another provider from before ``at``, but for one kept."""
    cursor.execute(
        "update sign_in set ended = true where account = $1 and token_sha256 <> $2", [account, except_token_sha256]
    )
    cursor.execute("update account set valid_from = $2 where name = $1", [account, to_stored(at)])


def end_expired_sign_ins(cursor: Cursor, token_sha256: str, at: datetime) -> None:
    """Mark as ended the sign-in of this token, and every other that has run out by ``at``."""
    cursor.execute(
        "update sign_in set ended = true where not ended and (token_sha256 = $1 or expires_at <= $2)",
        [token_sha256, to_stored(at)],
    )


def believe_sign_ins_from(cursor: Cursor, account: str, at: datetime) -> None:
    """Where an account's sign-ins were ended while the clock was ahead: those from ``at`` on hold."""
    cursor.execute("update account set valid_from = $2 where name = $1 and valid_from > $2", [account, to_stored(at)])


def count_failure(cursor: Cursor, bucket: str, failures: int, at: datetime) -> None:
    forget_failures(cursor, bucket)
    cursor.execute("insert into failed_sign_in values ($1, $2, $3)", [bucket, failures, to_stored(at)])


def forget_failures(cursor: Cursor, bucket: str, older_than: datetime | None = None) -> None:
    """Forget one bucket's, and those unchanged since ``older_than``."""
    cursor.execute("delete from failed_sign_in where bucket = $1", [bucket])
    if older_than is not None:
        cursor.execute("delete from failed_sign_in where last_at < $1", [to_stored(older_than)])


def forget_account_failures(cursor: Cursor, account_bucket: str) -> None:
    """Forget an account's, from any device: all its buckets share a prefix."""
    cursor.execute("delete from failed_sign_in where starts_with(bucket, $1)", [account_bucket])
