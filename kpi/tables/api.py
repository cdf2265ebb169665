"""Tokens of the HTTP interface, and what writes were answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kpi.model.times import from_stored, to_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import insert, query_rows

# Tokens of the HTTP interface, and what writes were answered.


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as its administrator sees it: never the token itself. Times in UTC; None: not revoked, never used."""

    id: str
    account: str
    label: str
    added_by: str
    added_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class UsableToken:
    """A token that is accepted, and the account it stands for."""

    id: str
    account: str
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What a write was answered; ``request`` is the hash of what was sent."""

    request: str
    status: int
    body: str


def api_tokens(cursor: Cursor, account: str | None = None) -> list[ApiToken]:
    """All tokens, or one account's, the latest first."""
    return [
        ApiToken(
            row["id"],
            row["account"],
            row["label"],
            row["added_by"],
            from_stored(row["added_at"]),
            from_stored(row["expires_at"]),
            _moment(row["revoked_at"]),
            _moment(row["used_at"]),
        )
        for row in query_rows(cursor, "api_tokens", {"account": account})
    ]


def usable_token(cursor: Cursor, token_sha256: str, now: datetime) -> UsableToken | None:
    """The token with this hash, unless it is unknown, revoked, expired, or of a disabled account."""
    found = query_rows(cursor, "api_token_account", {"token_sha256": token_sha256, "now": to_stored(now)})
    return UsableToken(found[0]["id"], found[0]["account"], _moment(found[0]["used_at"])) if found else None


def kept_answer(cursor: Cursor, account: str, key: str) -> KeptAnswer | None:
    found = query_rows(cursor, "api_answer", {"account": account, "key": key})
    return KeptAnswer(found[0]["request"], found[0]["status"], found[0]["body"]) if found else None


def kept_answers(cursor: Cursor) -> list[tuple[str, str, str]]:
    """Account, key and body of every answer that is kept."""
    return [(row["account"], row["key"], row["body"]) for row in query_rows(cursor, "api_answers_kept", {})]


def _moment(stored: datetime | None) -> datetime | None:
    return None if stored is None else from_stored(stored)


# Tokens of the HTTP interface, and what writes were answered.


def insert_api_token(
    cursor: Cursor, number: str, token_sha256: str, account: str, label: str, by: str, at: datetime, expires: datetime
) -> None:
    insert(
        cursor,
        "api_token",
        id=number,
        token_sha256=token_sha256,
        account=account,
        label=label,
        added_by=by,
        added_at=at,
        expires_at=expires,
    )


def end_api_token(cursor: Cursor, number: str, at: datetime) -> None:
    cursor.execute("update api_token set revoked_at = $2 where id = $1", [number, to_stored(at)])


def note_token_use(cursor: Cursor, number: str, at: datetime) -> None:
    cursor.execute("update api_token set used_at = $2 where id = $1", [number, to_stored(at)])


def keep_api_answer(cursor: Cursor, account: str, key: str, request: str, status: int, body: str, at: datetime) -> None:
    insert(cursor, "api_answer", account=account, key=key, request=request, status=status, body=body, answered_at=at)


def drop_api_answer(cursor: Cursor, account: str, key: str) -> None:
    cursor.execute("delete from api_answer where account = $1 and key = $2", [account, key])


def drop_api_answers(cursor: Cursor, older_than: datetime) -> None:
    cursor.execute("delete from api_answer where answered_at < $1", [to_stored(older_than)])
