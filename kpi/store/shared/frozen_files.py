"""Frozen records as files on storage that all processes share: one a baseline and table, named by its content's hash.

Each process reads them all into a DuckDB of its own when it is first asked about any; nothing of them ever changes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from kpi.errors import StoreUnavailable
from kpi.store.connecting import SETTINGS, Settings, within_store_memory
from kpi.store.cursor import Cursor
from kpi.store.frozen_tables import FROZEN, making_of_frozen_tables
from kpi.store.store_folder import PART, is_there, sha256_of_file, sync


def empty_records(files: Path, spilled: Path) -> Cursor:
    """A DuckDB in memory with the tables of frozen records, which reads and writes nothing but the two folders.

    What does not fit into the memory that it may take, records among it, is laid out in ``spilled``.
    """
    connection = records_database(":memory:", files, within_store_memory(spilled))
    connection.execute(making_of_frozen_tables())
    return connection


def records_database(database: str, files: Path, within: Settings) -> Cursor:
    """A DuckDB without tables that reads and writes files in the one folder. ``database`` is a path, or ":memory:"."""
    later = ("enable_external_access", "lock_configuration")
    at_once = {name: value for name, value in SETTINGS.items() if name not in later}
    connection = duckdb.connect(database, config=at_once | within)
    # In this order: with the access closed nothing is allowed any more.
    connection.execute("set allowed_directories = $1", [[str(files)]])
    for name in later:
        connection.execute(f"set {name} = {SETTINGS[name]}")
    return connection


def write_files(records: Cursor, baseline: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Each table's rows of a baseline as Parquet: the table, and its file's name as soon as it has that. At the end of
    them all are whole and on the disk.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    for table in sorted(FROZEN):
        yield table, _write(records, table, baseline, folder)
    sync(folder)


def read_files(records: Cursor, files: Mapping[str, str], folder: Path) -> None:
    """The rows of one baseline, in one transaction, after each file was found to be what its name says.

    Raises:
        StoreUnavailable: a file is missing or damaged.
    """
    refuse_changed(files, folder)
    records.begin()
    try:
        for table, sha256 in sorted(files.items()):
            records.execute(f"insert into {table} select * from read_parquet($1)", [str(folder / sha256)])  # noqa: S608
        records.commit()
    except BaseException:
        records.rollback()
        raise


def refuse_changed(files: Mapping[str, str], folder: Path) -> None:
    """Raises ``StoreUnavailable`` where a file is missing or not what its name says."""
    for sha256 in files.values():
        path = folder / sha256
        if not is_there(path) or sha256_of_file(path) != sha256:
            raise StoreUnavailable("frozen_file_damaged", path=folder.parent.name, file=f"frozen/{sha256}")


def _write(records: Cursor, table: str, baseline: str, folder: Path) -> str:
    part = folder / f".{secrets.token_hex(8)}{PART}"
    try:
        # As it is: the words of COPY take no values.
        records.execute(f"create temp table leaving as select * from {table} where baseline = $1", [baseline])  # noqa: S608
        quoted = str(part).replace("'", "''")
        records.execute(f"copy (from leaving order by all) to '{quoted}' (format parquet)")
        records.execute("drop table leaving")
        part.chmod(0o600)
        sha256 = sha256_of_file(part)
        sync(part)
        part.replace(folder / sha256)
    finally:
        part.unlink(missing_ok=True)
    return sha256
