"""The tables of a shared store: those of every store, as DuckDB has them by now, and what sharing needs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg

from kpi.errors import StoreUnavailable
from kpi.store import schema
from kpi.store.database import Cursor
from kpi.store.schema import operational_tables, refuse_too_old
from kpi.store.version import program_version

OWN = Path(__file__).parent / "tables.sql"
TABLES_OF_ITS_OWN = ("store_release", "frozen_file", "writes", "change_mark")
FUNCTIONS_OF_ITS_OWN = ("list_contains", "json_column")
"""What that file makes."""


def own_release() -> str:
    """Of the program and of the tables: who has another one does not write."""
    return f"{program_version()}/{schema.LATEST}"


def make_shared_tables(rows: psycopg.Connection[Any], described: Cursor) -> None:
    """All of them, in the caller's transaction.

    They are read off ``described``, a DuckDB that has all of them: one description of the schema, not two.
    """
    for table in operational_tables():
        columns = described.execute(
            """select column_name, data_type, is_nullable, column_default from duckdb_columns()
               where table_name = $1 order by column_index""",
            [table],
        ).fetchall()
        rules = described.execute(
            """select constraint_text from duckdb_constraints()
               where table_name = $1 and constraint_type in ('PRIMARY KEY', 'UNIQUE', 'CHECK')""",
            [table],
        ).fetchall()
        said = [
            f'"{name}" {kind.replace("DOUBLE", "double precision")}{"" if nullable else " not null"}'
            f"{f' default {default}' if default else ''}"
            for name, kind, nullable, default in columns
        ]
        rows.execute(f"create table {table} ({', '.join([*said, *(rule for (rule,) in rules)])})".encode())
    rows.execute(OWN.read_bytes())
    rows.execute("insert into store_release values (%s)", [own_release()])


def release_of(rows: psycopg.Connection[Any]) -> str:
    """Of the program and of the tables that may write here."""
    ((present,),) = rows.execute("select release from store_release").fetchall()
    return str(present)


def refuse_other(rows: psycopg.Connection[Any]) -> None:
    """Raises ``StoreUnavailable`` where the store is of another release than this program."""
    if (present := release_of(rows)) != own_release():
        refuse_too_old(_numbers(present)[1])
        raise StoreUnavailable("store_other_release", present=present, own=own_release())


def refuse_newer(rows: psycopg.Connection[Any]) -> None:
    """Raises ``StoreUnavailable`` where its program or its tables are newer than this one's."""
    present, own = release_of(rows), own_release()
    (program, tables), (own_program, own_tables) = _numbers(present), _numbers(own)
    if program > own_program or tables > own_tables:
        raise StoreUnavailable("store_newer", version=present, latest=own)


def _numbers(release: str) -> tuple[tuple[int, ...], int]:
    """Of the program major, minor and patch; of the tables their version."""
    program, _, tables = release.rpartition("/")
    return tuple(map(int, re.findall(r"[0-9]+", program)[:3])), int(tables)
