"""All rows of a table with all their columns, for whoever binds them to the audit trail or compares them with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kpi.store.cursor import Cursor

ROWS_AT_ONCE = 10_000


def rows_of(cursor: Cursor, table: str) -> Iterator[dict[str, Any]]:
    """The cursor is asked nothing else until they are read. ``table`` is one of ``KEYS``, never an external value."""
    cursor.execute(f"select * from {table}")  # noqa: S608 - our own names
    names = [column[0] for column in cursor.description or ()]
    while some := cursor.fetchmany(ROWS_AT_ONCE):
        for row in some:
            yield dict(zip(names, row, strict=True))
