"""The tables of this program's version, and which of them hold frozen baselines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from kpi.errors import StoreUnavailable
from kpi.store.database import Cursor

# The schema's version. An older store is brought forward by one command alone, where there is an upgrade from its
# version; all others are refused.


LATEST = 34
"""The version of ``tables.sql``: what a new store has, and where the last upgrade ends."""
TABLES = Path(__file__).parent / "tables.sql"
UPGRADES: Mapping[int, tuple[int, Path]] = {22: (34, Path(__file__).parent / "upgrades" / "from_22.sql")}
"""From a version to which, and by which script."""


def table_names() -> frozenset[str]:
    """Of all tables that a store has."""
    return frozenset(_making(TABLES))


@cache
def _making(tables: Path) -> Mapping[str, str]:
    """The statement that makes each table."""
    found = re.finditer(r"^create table (\w+) \(.*?\);$", tables.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return {made[1]: made[0] for made in found}


def tables_changed_since(version: int) -> frozenset[str]:
    """Which tables may be others than at that version: the script of an upgrade names them."""
    scripts = (re.sub(r"--.*", "", script) for _, script in _upgrades_since(version))
    return table_names() & {word for script in scripts for word in re.findall(r"\w+", script)}


def _upgrades_since(version: int) -> list[tuple[int, str]]:
    """Each with the version that it leads to, and its script, the earliest first."""
    found = []
    while version in UPGRADES:
        version, script = UPGRADES[version]
        found.append((version, script.read_text("utf-8")))
    return found


def version(cursor: Cursor) -> int:
    """The version of the store's tables, 0 for an empty database. Asking changes nothing.

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
    refuse_without_upgrade(present)
    if present < LATEST:
        raise StoreUnavailable("store_older", version=present, latest=LATEST)


def refuse_without_upgrade(present: int) -> None:
    """Raises ``StoreUnavailable`` for a version that is not this one's, and that nothing here brings forward."""
    if present > LATEST:
        raise StoreUnavailable("store_newer", version=present, latest=LATEST)
    refuse_too_old(present)


def refuse_too_old(present: int) -> None:
    """Raises ``StoreUnavailable`` for an older version that nothing here brings forward."""
    if present < LATEST and present not in UPGRADES:
        raise StoreUnavailable("store_too_old", version=present, first=min(UPGRADES), latest=LATEST)


def make_tables(cursor: Cursor, of_version: int | None = None) -> None:
    """All the tables of a new store, or none of them: a store that was being made is never left with half of them.

    ``of_version`` makes them as an older version had them: without what upgrades have added since.
    """
    cursor.begin()
    try:
        cursor.execute(TABLES.read_text("utf-8"))
        for _, script in reversed(_upgrades_since(of_version) if of_version else []):
            for table in re.findall(r"^create table (\w+)", script, re.MULTILINE):
                cursor.execute(f"drop table {table}")
            for table, column in re.findall(r"^alter table (\w+) add column (\w+)", script, re.MULTILINE):
                cursor.execute(f"alter table {table} drop column {column}")
        cursor.execute("insert into schema_version values ($1)", [of_version or LATEST])
        cursor.commit()
    except BaseException:
        cursor.rollback()
        raise


def bring_forward(cursor: Cursor) -> None:
    """Apply the upgrades that are missing, within the caller's transaction.

    Raises:
        StoreUnavailable: there is none from the store's version.
    """
    present = version(cursor)
    refuse_without_upgrade(present)
    for reached, script in _upgrades_since(present):
        cursor.execute(script)
        cursor.execute("insert into schema_version values ($1)", [reached])


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
    """Statements that make the tables of frozen records."""
    return "\n".join(statement for table, statement in _making(TABLES).items() if table in FROZEN)


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
