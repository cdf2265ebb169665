"""Accounts, sign-ins, and wrong passwords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi.model.times import CLOCK_PUT_BACK, from_stored, to_stored
from kpi.model.viewer import EnterpriseDuty, Role, Viewer
from kpi.store.database import Cursor
from kpi.tables.sql_runner import SqlRow, insert, insert_rows, query_rows

# Accounts, sign-ins, and wrong passwords.


@dataclass(frozen=True, slots=True)
class Account:
    """A stored account. ``viewer`` is what the rest of the product sees of it.

    ``issuer`` and ``subject`` identify it at another provider (OpenID Connect), if it signs in there.
    ``second_factor_at``: since when it signs in with one-time codes, None if it does not.
    """

    viewer: Viewer
    password_hash: str | None
    demonstration: bool
    disabled: bool
    issuer: str | None
    subject: str | None
    created_at: datetime
    second_factor_at: datetime | None


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
class AccountLink:
    """Whose account a link makes that is good still."""

    credit_code: str
    enterprise: str


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


def enterprise_people(cursor: Cursor, own: Sequence[str]) -> list[Account]:
    """Whoever acts for one of these enterprises, the first account first; also whom it lets in no more."""
    return [_account(row) for row in query_rows(cursor, "enterprise_people", {"own": list(own)})]


def signed_in(cursor: Cursor, token_sha256: str, now: datetime) -> Account | None:
    """The account of this token: None if unknown, ended, expired, or the account is disabled."""
    found = query_rows(cursor, "signed_in", {"token_sha256": token_sha256})
    if not found or not found[0]["created_at"] - CLOCK_PUT_BACK <= to_stored(now) < found[0]["expires_at"]:
        return None
    account = account_named(cursor, found[0]["account"])
    return account if account and not account.disabled else None


def signed_in_accounts(cursor: Cursor, now: datetime) -> list[SignedInAccount]:
    """Whoever is signed in by a password, the latest first."""
    return [
        SignedInAccount(**(row | {"latest": from_stored(row["latest"])}))
        for row in query_rows(cursor, "signed_in_accounts", {"now": to_stored(now)})
    ]


def sign_in_expired(cursor: Cursor, token_sha256: str, now: datetime) -> bool:
    """Whether this token's sign-in has run out, or begins on a day to come, and is not marked as ended."""
    until = {"now": to_stored(now), "since": to_stored(now + CLOCK_PUT_BACK)}
    return bool(query_rows(cursor, "sign_in_expired", {"token_sha256": token_sha256, **until}))


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
        named=tuple(row["duties"] or ()),
    )
    return Account(
        viewer=viewer,
        password_hash=row["password_hash"],
        demonstration=row["demonstration"],
        disabled=row["disabled"],
        issuer=row["issuer"],
        subject=row["subject"],
        created_at=from_stored(row["created_at"]),
        second_factor_at=from_stored(row["second_factor_at"]) if row["second_factor_at"] else None,
    )


# Accounts and sign-ins. A token is stored as its hash only: the store cannot be used to sign in as somebody.


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
    insert(
        cursor,
        "account",
        name=name,
        display=display,
        role=role,
        password_hash=password_hash,
        demonstration=demonstration,
        disabled=False,
        created_at=created_at,
        must_change=must_change,
        issuer=issuer,
        subject=subject,
    )
    update_scope(cursor, name, scope)


def update_scope(cursor: Cursor, account: str, scope: Sequence[str]) -> None:
    cursor.execute("delete from account_scope where account = $1", [account])
    for reach in scope:
        insert(cursor, "account_scope", account=account, reach=reach)


def update_enterprise_duties(cursor: Cursor, account: str, duties: Sequence[EnterpriseDuty]) -> None:
    cursor.execute("delete from enterprise_duty where account = $1", [account])
    for duty in duties:
        insert(cursor, "enterprise_duty", account=account, duty=duty)


def set_disabled(cursor: Cursor, account: str, disabled: bool) -> None:
    cursor.execute("update account set disabled = $2 where name = $1", [account, disabled])


def set_password(cursor: Cursor, account: str, password_hash: str, must_change: bool) -> None:
    cursor.execute(
        "update account set password_hash = $2, must_change = $3 where name = $1", [account, password_hash, must_change]
    )


def add_conflict(cursor: Cursor, reviewer: str, credit_code: str, reason: str, at: datetime) -> None:
    remove_conflict(cursor, reviewer, credit_code)
    insert(cursor, "conflict", reviewer=reviewer, credit_code=credit_code, reason=reason, declared_at=at)


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
    insert(
        cursor,
        "sign_in",
        token_sha256=token_sha256,
        account=account,
        created_at=created_at,
        expires_at=expires_at,
        ended=False,
        address=address,
        device=device,
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
    insert(cursor, "failed_sign_in", bucket=bucket, failures=failures, last_at=at)


def forget_failures(cursor: Cursor, bucket: str, older_than: datetime | None = None) -> None:
    """Forget one bucket's, and those unchanged since ``older_than``."""
    cursor.execute("delete from failed_sign_in where bucket = $1", [bucket])
    if older_than is not None:
        cursor.execute("delete from failed_sign_in where last_at < $1", [to_stored(older_than)])


def forget_account_failures(cursor: Cursor, account_bucket: str) -> None:
    """Forget an account's, from any device: all its buckets share a prefix."""
    cursor.execute("delete from failed_sign_in where starts_with(bucket, $1)", [account_bucket])


# Links by which an enterprise makes its own account. A token is stored as its hash only.


def insert_account_links(
    cursor: Cursor,
    links: Sequence[tuple[str, str, str]],
    issued_by: str,
    issued_at: datetime,
    expires_at: datetime,
) -> None:
    """``links``: of each the hash of its token, and the enterprise's credit code and name."""
    of = {"issued_by": issued_by, "issued_at": issued_at, "expires_at": expires_at}
    names = ("token_sha256", "credit_code", "enterprise")
    insert_rows(cursor, "account_link", [dict(zip(names, link, strict=True)) | of for link in links])


def end_account_links(cursor: Cursor, credit_codes: Sequence[str], at: datetime) -> None:
    """What was not used of these enterprises' links expires."""
    cursor.execute(
        "update account_link set expires_at = $2"
        " where list_contains($1, credit_code) and account is null and expires_at > $2",
        [list(credit_codes), to_stored(at)],
    )


def account_link(cursor: Cursor, token_sha256: str, now: datetime) -> AccountLink | None:
    """None where it is unknown, used, or over."""
    found = query_rows(cursor, "account_link", {"token_sha256": token_sha256, "now": to_stored(now)})
    return AccountLink(**found[0]) if found else None


def mark_link_used(cursor: Cursor, token_sha256: str, account: str, at: datetime) -> None:
    cursor.execute(
        "update account_link set account = $2, used_at = $3 where token_sha256 = $1",
        [token_sha256, account, to_stored(at)],
    )
