"""The secret addresses at which accounts' calendars are read: one an account, of which the hash alone is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kpi.model.language import Lang
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import insert, query_rows


@dataclass(frozen=True, slots=True)
class CalendarAddress:
    """Whose it is, in which language it answers, and since when."""

    account: str
    lang: Lang
    made_at: datetime


def calendar_address(cursor: Cursor, account: str) -> CalendarAddress | None:
    """The account's, if it has one."""
    return _found(cursor, account, None)


def calendar_address_of(cursor: Cursor, token_sha256: str) -> CalendarAddress | None:
    """The one with this hash, unless it is unknown, replaced or revoked."""
    return _found(cursor, None, token_sha256)


def set_calendar_address(cursor: Cursor, account: str, token_sha256: str, lang: Lang, at: datetime) -> None:
    """In the place of the one before."""
    drop_calendar_address(cursor, account)
    insert(cursor, "calendar_address", account=account, token_sha256=token_sha256, lang=lang, made_at=at)


def drop_calendar_address(cursor: Cursor, account: str) -> None:
    cursor.execute("delete from calendar_address where account = $1", [account])


def _found(cursor: Cursor, account: str | None, token_sha256: str | None) -> CalendarAddress | None:
    found = query_rows(cursor, "calendar_address", {"account": account, "token_sha256": token_sha256})
    return CalendarAddress(found[0]["account"], found[0]["lang"], from_stored(found[0]["made_at"])) if found else None
