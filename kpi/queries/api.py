"""Tokens of the HTTP interface, and what writes were answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kpi.model.times import from_stored, to_stored
from kpi.queries.sql_runner import query_rows
from kpi.store.cursor import Cursor


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
