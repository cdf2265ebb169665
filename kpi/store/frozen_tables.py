"""Which tables hold frozen records, for DuckDB alone, and which are operational, for either engine."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from kpi.store import migrations
from kpi.store.cursor import Cursor
from kpi.store.migrations import table_names

FROZEN = frozenset(
    {
        "observation",
        "industry_size",
        "group_register",
        "sub_industry",
        "peer_cell",
        "peer_enterprise",
        "peer_record",
    }
)
"""A baseline's records and what is made of them at freeze: many rows, never changed, counted in whole columns."""


@dataclass(frozen=True, slots=True)
class FrozenAhead:
    """Records of a baseline on their way into a store."""

    write: Callable[[Cursor], None]

    def keep(self, cursor: Cursor) -> None:
        """Keep them with the change whose transaction ``cursor`` is."""
        self.write(cursor)


def records_changed_since(version: int) -> bool:
    """Whether what is frozen may be another than at that version of the tables."""
    return bool(FROZEN & migrations.tables_changed_since(version))


def making_of_frozen_tables() -> str:
    """Statements that make the tables of frozen records as the migrations leave them: to apply each of them again
    whenever a store is opened takes four times as long.
    """
    return _making(tuple(migrations.SCRIPTS))


@cache
def _making(scripts: tuple[Path, ...]) -> str:
    with duckdb.connect(":memory:") as described:
        for script in scripts:
            described.execute(script.read_text("utf-8"))
        made = described.execute(
            "select sql from duckdb_tables() where list_contains($1, table_name) order by table_name", [sorted(FROZEN)]
        ).fetchall()
    return "\n".join(statement for (statement,) in made)


def operational_tables() -> list[str]:
    return sorted(table_names() - FROZEN - {"schema_version"})


def operational_tables_of(cursor: Cursor) -> list[str]:
    """Those of a DuckDB, which may be of an older version."""
    present = cursor.execute("select table_name from duckdb_tables()").fetchall()
    return sorted({name for (name,) in present} - FROZEN - {"schema_version"})


@cache
def tables_used(statement: str) -> frozenset[str]:
    """The store's tables that a statement reads or writes, as it says after "from", "join", "into" and "update"."""
    said = re.sub(r"--.*", "", statement)
    own = set(re.findall(r"(?:with\s+|,\s+)(\w+) as (?:not )?(?:materialized )?\(", said))
    return (
        frozenset({name for name in re.findall(r"\b(?:from|join|into|update)\s+(\w+)", said) if name not in own})
        & table_names()
    )


@cache
def is_operational(statement: str) -> bool:
    """Whether it is for the engine of the operational rows: it names no table of frozen records."""
    return not tables_used(statement) & FROZEN
