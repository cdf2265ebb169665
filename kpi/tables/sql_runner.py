"""Running a query: SQL from ``kpi/sql/<query>.sql``, values bound, never part of the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from kpi.model.times import to_stored
from kpi.store.cache import cached_read, once
from kpi.store.database import Cursor, Relation
from kpi.store.writes import tables_named

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa


SQL = Path(__file__).resolve().parents[1] / "sql"

SqlRow = dict[str, Any]

BoundTable: TypeAlias = Union["pd.DataFrame", "Mapping[str, np.ndarray]"]
"""A frame, or a column of numpy's for each name: where a query needs no frame, pandas is not loaded for it."""
BoundRecords: TypeAlias = Union[BoundTable, "pa.Table", "pa.RecordBatchReader", Relation]
"""Or records where they lie: pieces, which are read once, or the answer to another query of the same cursor."""


@cache
def sql_text(query: str) -> str:
    return (SQL / f"{query}.sql").read_text("utf-8")


def query_rows(
    cursor: Cursor, query: str, values: Mapping[str, Any] | None = None, **tables: BoundRecords
) -> list[SqlRow]:
    """The answer as one dict per row; for small answers. ``tables`` as ``query_frame``."""
    if tables:
        names, rows = _names_and_rows(cursor, query, values, tables)
    else:
        asked, read = (query, repr(values)), lambda: _names_and_rows(cursor, query, values, {})
        # A query about this very moment is never asked again: its answer would only take the room of others.
        of_now = any(isinstance(value, datetime) for value in (values or {}).values())
        names, rows = once(asked, read) if of_now else cached_read(asked, tables_named(sql_text(query)), read, _size)
    return [dict(zip(names, row, strict=True)) for row in rows]


def query_columns(cursor: Cursor, query: str, values: Mapping[str, Any] | None = None) -> Mapping[str, np.ndarray]:
    """The answer as a column for each name, for large answers without nulls: pandas is not loaded for it."""
    with _asked(cursor, query, values, {}):
        return cursor.fetchnumpy()


def query_frame(
    cursor: Cursor, query: str, values: Mapping[str, Any] | None = None, **tables: BoundRecords
) -> pd.DataFrame:
    """The answer as a frame; ``tables`` are bound by name for the duration of the query."""
    with _asked(cursor, query, values, tables):
        answer: pd.DataFrame = cursor.df()
    return answer


def query_table(
    cursor: Cursor, query: str, values: Mapping[str, Any] | None = None, **tables: BoundRecords
) -> pa.Table:
    """The answer as an Arrow table, for large answers with words in them: held whole, without an object a word."""
    with _bound(cursor, tables):
        return cursor.sql(sql_text(query), params=dict(values or {})).to_arrow_table()


def query_relation(cursor: Cursor, query: str, values: Mapping[str, Any] | None = None) -> BoundRecords:
    """The answer where it lies, not read yet: to be bound as a table of another query of the same cursor."""
    return cursor.sql(sql_text(query), params=dict(values or {}))


def query_batches(
    cursor: Cursor, query: str, rows: int, values: Mapping[str, Any] | None = None, **tables: BoundRecords
) -> Iterator[pa.RecordBatch]:
    """The answer piece by piece, at most ``rows`` rows each: for one that is too large to be held whole.

    Nothing else may be asked of the cursor before the last piece is taken.
    """
    with _bound(cursor, tables):
        yield from query_reader(cursor, query, rows, values)


def query_reader(
    cursor: Cursor, query: str, rows: int, values: Mapping[str, Any] | None = None
) -> pa.RecordBatchReader:
    """The same, to be handed on to who reads it."""
    # As a relation: what was executed would hand over a copy of all its rows.
    return cursor.sql(sql_text(query), params=dict(values or {})).to_arrow_reader(rows)


def unequal_rows(cursor: Cursor, made: str, kept: str, values: Mapping[str, Any]) -> int:
    """How many rows two queries with the same columns do not both have, and equally often.

    DuckDB counts them, and moves to the disk what its memory does not hold.
    """
    asked = f"""
        select count(*)
        from (
            select * exclude (side)
            from (
                select *, 1 as side from ({sql_text(made)})
                union all by name
                select *, -1 as side from ({sql_text(kept)})
            )
            group by all
            having sum(side) <> 0
        )
    """  # noqa: S608 - our own queries
    ((count,),) = cursor.execute(asked, dict(values)).fetchall()
    return int(count)


def _names_and_rows(
    cursor: Cursor, query: str, values: Mapping[str, Any] | None, tables: Mapping[str, BoundRecords]
) -> tuple[list[str], list[tuple[Any, ...]]]:
    with _asked(cursor, query, values, tables):
        return [column[0] for column in cursor.description or ()], cursor.fetchall()


def _size(answer: tuple[list[str], list[tuple[Any, ...]]]) -> int:
    """About how much room an answer takes: its texts, and a little for everything else."""
    _, rows = answer
    return sum(len(value) if isinstance(value, str) else 8 for row in rows for value in row)


@contextmanager
def _asked(
    cursor: Cursor, query: str, values: Mapping[str, Any] | None, tables: Mapping[str, BoundRecords]
) -> Iterator[None]:
    with _bound(cursor, tables):
        cursor.execute(sql_text(query), dict(values or {}))
        yield


@contextmanager
def _bound(cursor: Cursor, tables: Mapping[str, BoundRecords]) -> Iterator[None]:
    for name, table in tables.items():
        cursor.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            cursor.unregister(name)


def insert(cursor: Cursor, table: str, **row: object) -> None:
    """Add a row, by the names of its columns: a column that is not named is left empty. ``table`` is a name of ours."""
    columns, marks = ", ".join(row), ", ".join(f"${number}" for number in range(1, len(row) + 1))
    cursor.execute(f"insert into {table} ({columns}) values ({marks})", _stored(row))  # noqa: S608 - our own names


ROWS_AT_ONCE = 500
"""So many rows a statement adds."""


def insert_rows(cursor: Cursor, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    """As ``insert``, for many rows with the same columns: a statement each takes a minute for 20,000."""
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        piece = rows[begin : begin + ROWS_AT_ONCE]
        columns, width = ", ".join(piece[0]), len(piece[0])
        marks = ", ".join(
            f"({', '.join(f'${at * width + number}' for number in range(1, width + 1))})" for at in range(len(piece))
        )
        values = [value for row in piece for value in _stored(row)]
        cursor.execute(f"insert into {table} ({columns}) values {marks}", values)  # noqa: S608 - our own names


def fields_of(row: Any, *but: str) -> dict[str, object]:
    """The fields of a dataclass by name, for a table whose columns have the same names; ``but`` those it has not."""
    return {field.name: getattr(row, field.name) for field in fields(row) if field.name not in but}


def insert_numbered(cursor: Cursor, table: str, **row: object) -> None:
    """As ``insert``, with the next ``number`` of the table: its rows are in the order in which they were added."""
    columns, marks = ", ".join(row), ", ".join(f"${number}" for number in range(1, len(row) + 1))
    following = f"(select coalesce(max(number), 0) + 1 from {table})"  # noqa: S608 - our own names
    cursor.execute(f"insert into {table} ({columns}, number) values ({marks}, {following})", _stored(row))  # noqa: S608


def _stored(row: Mapping[str, object]) -> list[object]:
    return [to_stored(value) if isinstance(value, datetime) else value for value in row.values()]
