"""Accounts, sign-ins, and wrong passwords."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kpi.model.times import from_stored, to_stored
from kpi.model.viewer import Role, Viewer
from kpi.queries.sql_runner import SqlRow, query_rows
from kpi.store.cursor import Cursor

CLOCK_AHEAD = timedelta(minutes=1)
"""A sign-in begun further ahead than that is of a day that has not come: the clock was wrong then."""


@dataclass(frozen=True, slots=True)
class Account:
    """A stored account. ``viewer`` is what the rest of the product sees of it.

    ``issuer`` and ``subject`` identify it at another provider (OpenID Connect), if it signs in there.
    """

    viewer: Viewer
    password_hash: str | None
    demonstration: bool
    disabled: bool
    issuer: str | None
    subject: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SignIn:
    """A valid sign-in. ``id`` is the hash of the token: it identifies the sign-in but opens nothing."""

    id: str
    created_at: datetime
    expires_at: datetime
    address: str
    device: str


@dataclass(frozen=True, slots=True)
class SignedInAccount:
    """An account with valid sign-ins by a password: how many, and when the latest began."""

    account: str
    display: str
    role: Role
    sign_ins: int
    latest: datetime


@dataclass(frozen=True, slots=True)
class Failures:
    """Consecutive wrong passwords."""

    count: int
    last_at: datetime


def account_named(cursor: Cursor, name: str) -> Account | None:
    found = query_rows(cursor, "account", {"name": name})
    return _account(found[0]) if found else None


def conflict_reasons(cursor: Cursor, account: str) -> dict[str, str]:
    """Why an account has a conflict of interest with each enterprise, by credit code."""
    return {row["credit_code"]: row["reason"] for row in query_rows(cursor, "conflicts", {"account": account})}


def accounts(cursor: Cursor) -> list[Account]:
    return [_account(row) for row in query_rows(cursor, "accounts")]


def signed_in(cursor: Cursor, token_sha256: str, now: datetime) -> Viewer | None:
    """The account of this token: None if unknown, ended, expired, or the account is disabled."""
    found = query_rows(cursor, "signed_in", {"token_sha256": token_sha256})
    if not found or not found[0]["created_at"] - CLOCK_AHEAD <= to_stored(now) < found[0]["expires_at"]:
        return None
    account = account_named(cursor, found[0]["account"])
    return account.viewer if account and not account.disabled else None


def signed_in_accounts(cursor: Cursor, now: datetime) -> list[SignedInAccount]:
    """Whoever is signed in by a password, the latest first."""
    return [
        SignedInAccount(**(row | {"latest": from_stored(row["latest"])}))
        for row in query_rows(cursor, "signed_in_accounts", {"now": to_stored(now)})
    ]


def sign_in_expired(cursor: Cursor, token_sha256: str, now: datetime) -> bool:
    """Whether this token's sign-in has run out, or begins on a day to come, and is not marked as ended."""
    return bool(query_rows(cursor, "sign_in_expired", {"token_sha256": token_sha256, "now": to_stored(now)}))


def signed_in_elsewhere(cursor: Cursor, issuer: str, subject: str, since: datetime) -> Viewer | None:
    """The account of this identity at another provider: None if unknown, disabled, or ended after ``since``."""
    found = query_rows(cursor, "account_elsewhere", {"issuer": issuer, "subject": subject})
    if not found or (found[0]["valid_from"] and to_stored(since) < found[0]["valid_from"]):
        return None
    account = account_named(cursor, found[0]["name"])
    return account.viewer if account and not account.disabled else None


def ended_at(cursor: Cursor, issuer: str, subject: str) -> tuple[str, datetime] | None:
    """The account of this identity and the moment up to which its sign-ins were ended, if they ever were."""
    found = query_rows(cursor, "account_elsewhere", {"issuer": issuer, "subject": subject})
    if not found or not found[0]["valid_from"]:
        return None
    return found[0]["name"], from_stored(found[0]["valid_from"])


def sign_ins(cursor: Cursor, account: str, now: datetime) -> list[SignIn]:
    """The account's valid sign-ins, the latest first."""
    return [
        SignIn(
            row["token_sha256"],
            from_stored(row["created_at"]),
            from_stored(row["expires_at"]),
            row["address"],
            row["device"],
        )
        for row in query_rows(cursor, "sign_ins", {"account": account, "now": to_stored(now)})
    ]


def failures(cursor: Cursor, bucket: str) -> Failures | None:
    found = query_rows(cursor, "failed_sign_ins", {"bucket": bucket})
    return Failures(found[0]["failures"], from_stored(found[0]["last_at"])) if found else None


def _account(row: SqlRow) -> Account:
    role: Role = row["role"]
    viewer = Viewer(
        account=row["name"],
        name=row["display"],
        role=role,
        scope=tuple(row["scope"] or ()),
        barred=tuple(row["barred"] or ()),
        must_change=bool(row["must_change"]),
    )
    return Account(
        viewer=viewer,
        password_hash=row["password_hash"],
        demonstration=row["demonstration"],
        disabled=row["disabled"],
        issuer=row["issuer"],
        subject=row["subject"],
        created_at=from_stored(row["created_at"]),
    )
