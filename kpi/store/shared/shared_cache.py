"""The cache of a process whose tables other processes write to as well.

How often each table was written to is counted in the database, in the transaction that writes to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import count
from typing import Any

import psycopg

from kpi.errors import StoreUnavailable
from kpi.store.cache import Cache, Versions
from kpi.store.migrations import table_names

DELETIONS = "deletions"
"""Counted beside the tables: how often persons' data were deleted."""


class SharedCache(Cache):
    """``counted`` asks the database."""

    def __init__(self, counted: Callable[[], dict[str, int]]) -> None:
        super().__init__()
        self._counted = counted
        self._deletions = 0
        self._unknown = count(-1, -1)

    def versions(self) -> Versions:
        """Where the database cannot be asked nothing in the cache holds: whoever reads on is answered by it."""
        try:
            counted = self._counted()
        except StoreUnavailable:
            return dict.fromkeys(table_names(), next(self._unknown))
        if (deletions := counted.get(DELETIONS, 0)) != self._deletions:
            self._deletions = deletions
            self.empty()
        return counted


def counted_writes(rows: psycopg.Connection[Any]) -> dict[str, int]:
    """By table, and by the word above."""
    return dict(rows.execute("select written, times from writes").fetchall())


def count_writes(rows: psycopg.Connection[Any], written: Collection[str]) -> None:
    """Within the transaction that wrote."""
    rows.execute(
        """insert into writes select name, 1 from unnest(%s::text[]) as changed (name) order by name
           on conflict (written) do update set times = writes.times + 1""",
        [list(written)],
    )
