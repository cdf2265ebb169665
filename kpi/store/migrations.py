"""The schema's versions. An older store is brought forward by one command alone, a newer one is refused."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import duckdb

from kpi.errors import StoreUnavailable
from kpi.store.cursor import Cursor

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
