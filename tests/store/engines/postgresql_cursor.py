"""PostgreSQL behind the few methods of a store's cursor that questions and writes use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import psycopg

from kpi.store.cursor import Cursor

FUNCTIONS = Path(__file__).parent / "functions.sql"


class PostgresqlCursor:
    """Bound values only, by number (``$1``) or by name (``$year``), as DuckDB takes them."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._cursor = psycopg.RawCursor(connection)

    def execute(self, statement: str, values: Sequence[Any] | Mapping[str, Any] | None = None) -> Self:
        if isinstance(values, Mapping):
            statement, values = numbered(statement, values)
        self._cursor.execute(statement, list(values or ()))
        return self

    def executemany(self, statement: str, values: Sequence[Sequence[Any]]) -> Self:
        self._cursor.executemany(statement, values)
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._cursor.fetchall()

    @property
    def description(self) -> Any:
        return self._cursor.description


def numbered(statement: str, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """The statement with numbers in place of names, and the values in their order; comments are left out.

    Raises:
        KeyError: the statement names what is not given.
    """
    names: list[str] = []

    def number(found: re.Match[str]) -> str:
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    return re.sub(r"\$([a-z]\w*)", number, re.sub(r"--.*", "", statement)), [values[name] for name in names]


def make_tables(connection: psycopg.Connection[Any], duckdb: Cursor, tables: Sequence[str]) -> None:
    """The same tables as DuckDB has by now, with their keys and checks, and the functions that questions use."""
    for table in tables:
        columns = duckdb.execute(
            """select column_name, data_type, is_nullable, column_default from duckdb_columns()
               where table_name = $1 order by column_index""",
            [table],
        ).fetchall()
        rules = duckdb.execute(
            """select constraint_text from duckdb_constraints()
               where table_name = $1 and constraint_type in ('PRIMARY KEY', 'UNIQUE', 'CHECK')""",
            [table],
        ).fetchall()
        said = [
            f'"{name}" {kind.replace("DOUBLE", "double precision")}{"" if nullable else " not null"}'
            f"{f' default {default}' if default else ''}"
            for name, kind, nullable, default in columns
        ]
        connection.execute(f"create table {table} ({', '.join([*said, *(rule for (rule,) in rules)])})")
    connection.execute(FUNCTIONS.read_text("utf-8"))
