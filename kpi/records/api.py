"""Tokens of the HTTP interface, and what writes were answered."""

from __future__ import annotations

from datetime import datetime

from kpi.model.times import to_stored
from kpi.store.cursor import Cursor


def insert_api_token(
    cursor: Cursor, number: str, token_sha256: str, account: str, label: str, by: str, at: datetime, expires: datetime
) -> None:
    cursor.execute(
        """insert into api_token (id, token_sha256, account, label, added_by, added_at, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7)""",
        [number, token_sha256, account, label, by, to_stored(at), to_stored(expires)],
    )


def end_api_token(cursor: Cursor, number: str, at: datetime) -> None:
    cursor.execute("update api_token set revoked_at = $2 where id = $1", [number, to_stored(at)])


def note_token_use(cursor: Cursor, number: str, at: datetime) -> None:
    cursor.execute("update api_token set used_at = $2 where id = $1", [number, to_stored(at)])


def keep_api_answer(cursor: Cursor, account: str, key: str, request: str, status: int, body: str, at: datetime) -> None:
    cursor.execute(
        "insert into api_answer values ($1, $2, $3, $4, $5, $6)", [account, key, request, status, body, to_stored(at)]
    )


def drop_api_answer(cursor: Cursor, account: str, key: str) -> None:
    cursor.execute("delete from api_answer where account = $1 and key = $2", [account, key])


def drop_api_answers(cursor: Cursor, older_than: datetime) -> None:
    cursor.execute("delete from api_answer where answered_at < $1", [to_stored(older_than)])
