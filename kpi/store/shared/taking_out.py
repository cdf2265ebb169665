"""A shared store becomes one in a folder: the same rows and records, as they stood at one moment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from kpi.store.connecting import within_store_memory
from kpi.store.cursor import Cursor
from kpi.store.frozen_tables import operational_tables_of
from kpi.store.migrations import make_tables
from kpi.store.shared.frozen_files import read_files, records_database
from kpi.store.shared.frozen_records import files_by_baseline
from kpi.store.store_folder import StoreFolder

ROWS_AT_ONCE = 10_000


def begin_snapshot(rows: psycopg.Connection[Any]) -> None:
    """From here on ``rows`` sees the store as it stands now, for as long as it takes to copy it.

    Raises:
        psycopg.Error: the database cannot be reached.
    """
    rows.execute("begin isolation level repeatable read read only")
    # What is copied is written down elsewhere between two questions, for longer than a writer may say nothing.
    rows.execute("set local idle_in_transaction_session_timeout = 0")
    rows.execute("select release from store_release").fetchall()  # the first question sets the moment


def take_out(rows: psycopg.Connection[Any], frozen: Path, database: Path, version: int) -> None:
    """Make a folder store's database of what the transaction of ``rows`` sees and of the files that it names.

    ``version`` is that of the tables, which may be older than this program's.

    Raises:
        StoreUnavailable: a file is missing or damaged.
        psycopg.Error: the database cannot be read.
        duckdb.Error: the disk is full.
    """
    connection = records_database(str(database), frozen, within_store_memory(StoreFolder(database.parent).spilled()))
    try:
        make_tables(connection, version)
        connection.begin()
        for table in operational_tables_of(connection):
            _take_rows(rows, connection, table)
        connection.commit()
        for _, files in sorted(files_by_baseline(rows).items()):
            read_files(connection, files, frozen)
        connection.execute("checkpoint")
    finally:
        connection.close()


def _take_rows(rows: psycopg.Connection[Any], into: Cursor, table: str) -> None:
    # Here and not above: every command on a shared store loads this module.
    import pyarrow as pa

    schema = into.sql(f"select * from {table} limit 0").to_arrow_table().schema  # noqa: S608 - our own names
    columns = ", ".join(f'"{name}"' for name in schema.names)
    # Its rows stay with the server until they are asked for.
    with rows.cursor(name="taken") as found:
        found.execute(f"select {columns} from {table}".encode())  # noqa: S608 - our own names
        while some := found.fetchmany(ROWS_AT_ONCE):
            arrays = [
                pa.array(column, field.type) for column, field in zip(zip(*some, strict=True), schema, strict=True)
            ]
            into.register("taken", pa.Table.from_arrays(arrays, schema=schema))
            into.execute(f"insert into {table} select * from taken")  # noqa: S608 - our own names
            into.unregister("taken")
