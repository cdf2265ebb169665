"""A store that several processes share: readers on connections of their own, one writer at a time among all of them.

The lock is the database's: an advisory one of the writing connection's transaction, let go when that ends or its
process dies. READ COMMITTED, so that whoever waited for it sees what the one before has committed. What is read while
the lock is held, before the change or in it, is read within that transaction: who was cut off changes nothing.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from threading import get_ident
from typing import Any, cast

import duckdb
import psycopg

from kpi.errors import StoreUnavailable
from kpi.model.times import set_clock_offset
from kpi.store.cache import Cache, Versions, uncached
from kpi.store.database import Cursor, in_words, refused_access, store_trouble, within_store_memory
from kpi.store.folder import StoreFolder, flocked, sync
from kpi.store.schema import FROZEN, FrozenAhead, make_tables, operational_tables, operational_tables_of, table_names
from kpi.store.shared import connections, frozen_files
from kpi.store.shared.connections import (
    TRIES,
    WRITERS,
    Connections,
    Rows,
    begin,
    commit,
    having_lock,
    in_transaction,
    undo,
)
from kpi.store.shared.frozen_files import (
    FrozenRecords,
    WrittenAhead,
    files_by_baseline,
    records_database,
    removed_unless_named,
    unnamed_files,
)
from kpi.store.shared.postgresql_cursor import SharedCursor
from kpi.store.shared.tables import own_release, refuse_newer, refuse_other, release_of
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from kpi.store.writes import WatchedCursor

# The cache of a process whose tables other processes write to as well.
#
# How often each table was written to is counted in the database, in the transaction that writes to it.


DELETIONS = "deletions"
"""Counted beside the tables: how often persons' data were deleted."""


class SharedCache(Cache):
    """``counted`` asks the database."""

    def __init__(self, counted: Callable[[], dict[str, int]]) -> None:
        super().__init__()
        self._counted = counted
        self._deletions = 0
        self._unknown = count(-1, -1)

    def versions(self) -> Versions:
        """Where the database cannot be asked nothing in the cache holds: whoever reads on is answered by it."""
        try:
            counted = self._counted()
        except StoreUnavailable:
            return dict.fromkeys(table_names(), next(self._unknown))
        if (deletions := counted.get(DELETIONS, 0)) != self._deletions:
            self._deletions = deletions
            self.empty()
        return counted


def counted_writes(rows: psycopg.Connection[Any]) -> dict[str, int]:
    """By table, and by the word above."""
    return dict(rows.execute("select written, times from writes").fetchall())


def count_writes(rows: psycopg.Connection[Any], written: Collection[str]) -> None:
    """Within the transaction that wrote."""
    rows.execute(
        """insert into writes select name, 1 from unnest(%s::text[]) as changed (name) order by name
           on conflict (written) do update set times = writes.times + 1""",
        [list(written)],
    )


# A shared store becomes one in a folder: the same rows and records, as they stood at one moment.


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


def export_store(rows: psycopg.Connection[Any], frozen: Path, database: Path, version: int) -> None:
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
            # An older store may have files of tables that its upgrade would take away.
            of_today = {table: sha256 for table, sha256 in files.items() if table in FROZEN}
            frozen_files.read_files(connection, of_today, frozen)
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


class SharedStore(Store):
    """Opened by ``open_shared``. What it keeps in memory is asked again after any process wrote to it."""

    shared = True

    def __init__(self, place: StorePlace, *, to_read: bool = False) -> None:
        folder = StoreFolder(place.folder)
        self._frozen = FrozenRecords(folder.root / "frozen")
        super().__init__(folder, self._frozen.database)
        self._connections = Connections(place, to_read)
        self._held: Rows | None = None
        """The connection that has the lock, and in ``_holder`` the thread that works on it."""
        self._holder = 0
        self.cache = SharedCache(self._counted)

    def connection(self) -> AbstractContextManager[Rows]:
        """A connection to the database, for who asks it about itself.

        Raises:
            StoreUnavailable: the database cannot be reached, refuses, is full or busy.
        """
        return self._connections.one()

    def locked(self) -> AbstractContextManager[Rows]:
        """A connection in a transaction that has the lock, undone where the caller does not commit it. Raises as
        ``connection``."""
        return having_lock(self._connections, WRITERS)

    def own_connections(self) -> list[int]:
        """The server's processes for the connections of this store that nobody uses."""
        return self._connections.processes()

    def in_words(self) -> AbstractContextManager[None]:
        """Errors of the database as ``StoreUnavailable``."""
        return self._connections.in_words()

    def commit(self) -> None:
        """Commit what the connection that has the lock has done.

        Raises:
            StoreUnavailable: it was not kept, or nobody can say yet.
        """
        with self.in_words():
            commit(self._connections, self.held(), WRITERS)

    @contextmanager
    def upgrading(self) -> Iterator[None]:
        """The write lock while all tables are made again: whoever waits for it for too long is refused as busy."""
        with self.write_lock():
            with self.in_words():
                self.held().execute("set local idle_in_transaction_session_timeout = 0")
            yield

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        if self._held is not None and self._holder == get_ident():
            with self._reading(self._held) as cursor:
                yield cursor
            return
        with self._connections.one() as rows, self._reading(rows) as cursor:
            yield cursor

    @contextmanager
    def _reading(self, rows: Rows) -> Iterator[Cursor]:
        records = self._connection.cursor()
        try:
            yield cast("Cursor", SharedCursor(rows, records, self._frozen.read_needed))
        except duckdb.Error as error:
            if trouble := store_trouble(error, self.folder.root.name):
                raise trouble from error
            raise
        finally:
            records.close()

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        if not self._writer.acquire(timeout=connections.PATIENCE_SECONDS):
            raise StoreUnavailable("store_busy")
        try:
            if self._held is not None:
                if not in_transaction(self._held):
                    # The change before this one ended, and the lock with it.
                    with self._connections.in_words():
                        begin(self._held, WRITERS)
                yield
                return
            with uncached(), self.locked() as rows:
                # In this order: until it is another's, whoever had the lock before takes it for its own.
                self._holder, self._held = get_ident(), rows
                try:
                    yield
                finally:
                    self._held = None
        finally:
            self._writer.release()

    @contextmanager
    def transaction(self, *, upgrade: bool = False) -> Iterator[Cursor]:
        if upgrade:
            raise RuntimeError("all tables of a shared store are replaced: replace_tables")
        with self.write_lock(), self._change(self.held(), WRITERS) as cursor:
            yield cursor

    @contextmanager
    def transaction_of_a_try(self) -> Iterator[Cursor]:
        with uncached(), self._connections.one() as rows:
            begin(rows, TRIES)
            with self._change(rows, TRIES) as cursor:
                yield cursor

    @contextmanager
    def _change(self, rows: Rows, lock: int) -> Iterator[Cursor]:
        """The transaction that ``rows`` has begun: committed on leaving, rolled back if anything raises."""
        with self._connections.in_words():
            try:
                refuse_other(rows)
                with self._reading(rows) as cursor:
                    watched = WatchedCursor(cursor)
                    yield cast("Cursor", watched)
                count_writes(rows, watched.written)
                commit(self._connections, rows, lock)
            except BaseException as error:
                undo(rows)
                if isinstance(error, OSError):
                    raise refused_access(error, self.folder.root.name) from error
                raise

    @contextmanager
    def frozen_ahead(self, baseline: str, write: Callable[[Cursor], None]) -> Iterator[FrozenAhead]:
        with self.writing_ahead() as ahead:
            for table, sha256 in self._frozen.write_ahead(baseline, write):
                ahead.add(table, sha256)
            yield FrozenAhead(partial(ahead.keep, baseline))

    def writing_ahead(self) -> AbstractContextManager[WrittenAhead]:
        """What is noted meanwhile as written into the folder of frozen records is gone afterwards unless it is named
        by then. Nobody of this store has the lock at its end."""
        return removed_unless_named(self._connections, self._frozen.folder)

    @contextmanager
    def copying(self, target: Path) -> Iterator[Callable[[], None]]:
        copy = StoreFolder(target)

        def finish() -> None:
            with self._connections.in_words(), in_words(target):
                export_store(rows, self._frozen.folder, copy.database, self.schema())
            copy.close_to_others()
            sync(copy.database)
            sync(target)

        with self._connections.in_words():
            rows = self._connections.new()
            try:
                begin_snapshot(rows)
                yield finish
            finally:
                rows.close()

    @contextmanager
    def replacing_secret(self) -> Iterator[None]:
        with ExitStack() as held:
            try:
                alone = held.enter_context(flocked(self.folder.secret_lock, fcntl.LOCK_EX))
            except OSError as error:
                raise refused_access(error, self.folder.root.name) from error
            if not alone:
                raise StoreUnavailable("store_busy")
            yield

    def note_deletion(self, cursor: Cursor) -> None:
        cursor.execute(
            "insert into writes values ($1, 1) on conflict (written) do update set times = writes.times + 1",
            [DELETIONS],
        )

    def moment(self) -> datetime:
        """By the database's clock: this process goes by it from here on."""
        with self.write_lock():
            ((clock,),) = self.held().execute("select clock_timestamp()").fetchall()
        set_clock_offset(clock)
        return cast("datetime", clock).astimezone(UTC)

    def keep_head(self, seq: int, mac: str) -> None:  # noqa: ARG002 - another process may have gone on since
        """Under the lock again, and what is the last act by now: of several heads the newest is written last. Whoever
        has the lock meanwhile does this himself: a head that could not be written is one change behind at most."""
        rows = self.held()
        if rows.closed:
            return
        try:
            # The change is kept: where the database breaks off now, the next change brings the head up.
            with suppress(psycopg.Error):
                rows.execute("begin")
                ((free,),) = rows.execute(f"select pg_try_advisory_xact_lock({WRITERS})".encode()).fetchall()
                if free:
                    for last in rows.execute("select seq, mac from audit order by seq desc limit 1").fetchall():
                        self.folder.keep_head(*last)
        finally:
            undo(rows)

    def held(self) -> Rows:
        """The connection that has the lock: asked for by who has taken it."""
        if self._held is None:
            raise RuntimeError("the write lock is not held")
        return self._held

    def refuse_other_release(self) -> None:
        with self._connections.one() as rows:
            refuse_other(rows)

    def refuse_newer_release(self) -> None:
        """Raises ``StoreUnavailable`` where its program or its tables are newer than this one's."""
        with self._connections.one() as rows:
            refuse_newer(rows)

    def unnamed(self, unchanged_seconds: float) -> list[Path]:
        with self._connections.one() as rows:
            return unnamed_files(rows, self._frozen.folder, unchanged_seconds)

    def schema(self) -> int:
        return int(self._release().rpartition("/")[2])

    def is_of_this_release(self) -> bool:
        return self._release() == own_release()

    def _release(self) -> str:
        with self.connection() as rows:
            return release_of(rows)

    def database_bytes(self) -> int:
        with self._connections.one() as rows:
            ((size,),) = rows.execute("select pg_database_size(current_database())").fetchall()
        return int(size)

    def _counted(self) -> dict[str, int]:
        with self._connections.one() as rows:
            return counted_writes(rows)

    def refuse_damage(self) -> None:
        """Read every operational table, and every file of frozen records against its name."""
        with self._connections.one() as rows:
            for table in operational_tables():
                rows.execute(f"select count(*), max(t::text) from {table} t".encode())  # noqa: S608 - our own names
            self._frozen.refuse_changed(rows)

    def close(self) -> None:
        self._connections.close()
        self._frozen.close()
