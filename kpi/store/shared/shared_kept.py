"""What a process keeps in memory of tables that other processes write to as well.

How often each table was written to is counted in the database, in the transaction that writes to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import count
from typing import Any

import psycopg

from kpi.errors import StoreUnavailable
from kpi.store.kept import Kept, Writes
from kpi.store.migrations import table_names

DECISIONS, DELETIONS = "decisions", "deletions"
"""Counted beside the tables: changes that may touch any answer, and deletions of persons' data."""


class SharedKept(Kept):
    """``counted`` asks the database."""

    def __init__(self, counted: Callable[[], dict[str, int]]) -> None:
        super().__init__()
        self._counted = counted
        self._deletions_counted = 0
        """By the database, of all processes; ``_deletions`` counts how often this one let go of what it had made."""
        self._unknown = count(-1, -1)

    def as_of(self) -> tuple[int, Writes]:
        """Where the database cannot be asked nothing that is kept holds: whoever reads on is answered by it."""
        try:
            counted = self._counted()
        except StoreUnavailable:
            never = next(self._unknown)
            return never, dict.fromkeys(table_names(), never)
        if (deletions := counted.pop(DELETIONS, 0)) != self._deletions_counted:
            self._deletions_counted = deletions
            self.forget_content()
        return counted.pop(DECISIONS, 0), counted


def counted_writes(rows: psycopg.Connection[Any]) -> dict[str, int]:
    """By table, and by the two words above."""
    return dict(rows.execute("select written, times from writes").fetchall())


def count_writes(rows: psycopg.Connection[Any], written: Collection[str], decides: bool) -> None:
    """Within the transaction that wrote."""
    rows.execute(
        """insert into writes select name, 1 from unnest(%s::text[]) as changed (name) order by name
           on conflict (written) do update set times = writes.times + 1""",
        [[*written, *([DECISIONS] if decides else [])]],
    )
