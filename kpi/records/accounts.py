"""Accounts and sign-ins. A token is kept as its hash only: the store cannot be used to sign in as somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kpi.model.times import stored
from kpi.model.viewer import Role
from kpi.store import Cursor


def add_account(
    cursor: Cursor,
    name: str,
    display: str,
    role: Role,
    scope: Sequence[str],
    password_hash: str,
    demonstration: bool,
    created_at: datetime,
) -> None:
    cursor.execute(
        "insert into account values ($1, $2, $3, $4, $5, false, $6)",
        [name, display, role, password_hash, demonstration, stored(created_at)],
    )
    for reach in scope:
        cursor.execute("insert into account_scope values ($1, $2)", [name, reach])


def start_sign_in(cursor: Cursor, token_sha256: str, account: str, created_at: datetime, expires_at: datetime) -> None:
    cursor.execute(
        "insert into sign_in values ($1, $2, $3, $4, false)",
        [token_sha256, account, stored(created_at), stored(expires_at)],
    )


def end_sign_in(cursor: Cursor, token_sha256: str) -> None:
    cursor.execute("update sign_in set ended = true where token_sha256 = $1", [token_sha256])
