"""The recommending bodies' lists, the awards so far, and marks on the store itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpi.model.programme import ListEdition, dump_list
from kpi.model.times import to_stored
from kpi.store.cursor import Cursor


def set_award(cursor: Cursor, body: str, count: int) -> None:
    """How many factories of a body hold an award of the advanced tier or above."""
    cursor.execute("delete from award where body = $1", [body])
    cursor.execute("insert into award values ($1, $2)", [body, count])


def set_awards(cursor: Cursor, by_body: Mapping[str, int]) -> None:
    """Replace the counts of all bodies."""
    cursor.execute("delete from award")
    for body, count in by_body.items():
        set_award(cursor, body, count)


def nominate(cursor: Cursor, body: str, year: int, credit_codes: Sequence[str]) -> None:
    """Replace the body's list of that year, in order of priority."""
    cursor.execute("delete from nomination where body = $1 and year = $2", [body, year])
    for place, credit_code in enumerate(credit_codes, start=1):
        cursor.execute("insert into nomination values ($1, $2, $3, $4)", [body, year, credit_code, place])


def add_list_edition(cursor: Cursor, edition: ListEdition) -> None:
    """Keep an edition of a body's list; earlier ones stay."""
    cursor.execute(
        "insert into nomination_list values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            edition.body,
            edition.year,
            edition.edition,
            edition.state,
            dump_list(edition.content),
            edition.sha256,
            edition.note,
            edition.saved_by,
            to_stored(edition.saved_at),
        ],
    )


def set_mark(cursor: Cursor, name: str, value: str) -> None:
    cursor.execute("delete from mark where name = $1", [name])
    cursor.execute("insert into mark values ($1, $2)", [name, value])
