"""Accounts and sign-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kpi.model.times import stored
from kpi.model.viewer import Role, Viewer
from kpi.queries.asking import Row, rows
from kpi.store import Cursor


@dataclass(frozen=True, slots=True)
class Account:
    """An account as kept. ``viewer`` is what the rest of the product knows of it."""

    viewer: Viewer
    password_hash: str | None
    demonstration: bool
    disabled: bool


def account_named(cursor: Cursor, name: str) -> Account | None:
    found = rows(cursor, "account", {"name": name})
    return _account(found[0]) if found else None


def accounts(cursor: Cursor) -> list[Account]:
    return [_account(row) for row in rows(cursor, "accounts")]


def signed_in(cursor: Cursor, token_sha256: str, now: datetime) -> Viewer | None:
    """Who holds this token: None where it is unknown, ended or run out, or where the account is disabled."""
    found = rows(cursor, "signed_in", {"token_sha256": token_sha256, "now": stored(now)})
    account = account_named(cursor, found[0]["account"]) if found else None
    return account.viewer if account and not account.disabled else None


def _account(row: Row) -> Account:
    role: Role = row["role"]
    return Account(
        viewer=Viewer(row["name"], row["display"], role, tuple(row["scope"] or ())),
        password_hash=row["password_hash"],
        demonstration=row["demonstration"],
        disabled=row["disabled"],
    )
