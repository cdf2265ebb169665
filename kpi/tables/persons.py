"""Where words stand in the store, whatever the column, and other words in their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi.store.database import Cursor
from kpi.store.writes import KEYS

_KEYS_OF_THE_TRAIL = ("seq",)


def rows_with(cursor: Cursor, place: str, words: str) -> list[dict[str, Any]]:
    """The rows of a table in whose column these words stand. ``place`` is table.column, never an external value."""
    table, _, column = place.partition(".")
    cursor.execute(f"select * from {table} where position($1 in {column}) > 0", [words])  # noqa: S608 - our own names
    names = [described[0] for described in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def key_of(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that name the row within its table."""
    return {column: row[column] for column in KEYS.get(table, _KEYS_OF_THE_TRAIL)}


def put_words(cursor: Cursor, place: str, row: Mapping[str, Any], words: str, becomes: str) -> None:
    """Other words in the place of these in one column of one row."""
    table, _, column = place.partition(".")
    key = key_of(table, row)
    named = " and ".join(f"{name} is not distinct from ${number}" for number, name in enumerate(key, start=3))
    cursor.execute(
        f"update {table} set {column} = replace({column}, $1, $2) where {named}",  # noqa: S608 - our own names
        [words, becomes, *key.values()],
    )
