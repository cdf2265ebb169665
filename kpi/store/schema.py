"""The tables of this program's version, and which of them hold frozen baselines."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from kpi.errors import StoreUnavailable
from kpi.store.database import Cursor

# The schema's versions. An older store is brought forward by one command alone, a newer one is refused.


SCRIPTS = sorted((Path(__file__).parent / "migrations").glob("*.sql"))
LATEST = len(SCRIPTS)
FIRST_WITH_TRAIL = 2
"""Before it a store had no audit trail, and so no secret that proves one."""


@cache
def table_names() -> frozenset[str]:
    """Of all tables that a store has."""
    found = {"schema_version"}
    for script in SCRIPTS:
        text = script.read_text("utf-8")
        found |= set(re.findall(r"create table (?:if not exists )?(\w+)", text))
        found -= set(re.findall(r"drop table (\w+)", text))
    return frozenset(found)


def tables_changed_since(version: int) -> frozenset[str]:
    """Which tables may be others than at that version: a later one names them."""
    scripts = (re.sub(r"--.*", "", script.read_text("utf-8")) for script in SCRIPTS[version:])
    return frozenset(word for script in scripts for word in re.findall(r"\w+", script)) & table_names()


def version(cursor: Cursor) -> int:
    """The number of the last migration applied, 0 for an empty database. Asking changes nothing.

    Of an empty database it is asked outside a transaction, which the answer would end.
    """
    try:
        return int(cursor.execute("select coalesce(max(version), 0) from schema_version").fetchall()[0][0])
    except duckdb.CatalogException:
        # Not asked first: to list its tables DuckDB reads something of each, ten times the work of this question.
        return 0


def refuse_other_version(cursor: Cursor) -> None:
    """Raises ``StoreUnavailable`` for a store that another version of the product wrote."""
    present = version(cursor)
    if present > LATEST:
        raise StoreUnavailable("store_newer", version=present, latest=LATEST)
    if present < LATEST:
        raise StoreUnavailable("store_older", version=present, latest=LATEST)


def make_tables(cursor: Cursor, upto: int | None = None) -> None:
    """All the tables of a new store, or none of them: a store that was being made is never left half a version.

    ``upto`` is the version, where it is to be like an older store.
    """
    cursor.begin()
    try:
        bring_forward(cursor, upto)
        cursor.commit()
    except BaseException:
        cursor.rollback()
        raise


def bring_forward(cursor: Cursor, upto: int | None = None) -> None:
    """Apply what is missing, within the caller's transaction.

    Raises:
        StoreUnavailable: the store was written by a newer version of the product.
    """
    cursor.execute("create table if not exists schema_version (version integer not null)")
    present = version(cursor)
    if present > LATEST:
        raise StoreUnavailable("store_newer", version=present, latest=LATEST)
    for number, script in enumerate(SCRIPTS[present:upto], start=present + 1):
        cursor.execute(script.read_text("utf-8"))
        cursor.execute("insert into schema_version values ($1)", [number])


# Which tables hold frozen records, for DuckDB alone, and which are operational, for either engine.


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
    return bool(FROZEN & tables_changed_since(version))


def making_of_frozen_tables() -> str:
    """Statements that make the tables of frozen records as the migrations leave them: to apply each of them again
    whenever a store is opened takes four times as long.
    """
    return _making(tuple(SCRIPTS))


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
