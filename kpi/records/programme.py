"""The recommending bodies' lists, the awards so far, and marks on the store itself."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.store.cursor import Cursor


def set_award(cursor: Cursor, body: str, count: int) -> None:
    """How many factories of a body hold an award of the advanced tier or above."""
    cursor.execute("delete from award where body = $1", [body])
    cursor.execute("insert into award values ($1, $2)", [body, count])


def nominate(cursor: Cursor, body: str, year: int, credit_codes: Sequence[str]) -> None:
    """Replace the body's list of that year, in order of priority."""
    cursor.execute("delete from nomination where body = $1 and year = $2", [body, year])
    for place, credit_code in enumerate(credit_codes, start=1):
        cursor.execute("insert into nomination values ($1, $2, $3, $4)", [body, year, credit_code, place])


def set_mark(cursor: Cursor, name: str, value: str) -> None:
    cursor.execute("delete from mark where name = $1", [name])
    cursor.execute("insert into mark values ($1, $2)", [name, value])
