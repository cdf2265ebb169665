"""An open store: cursors for reading, one writer at a time, a clean close."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Self, cast

import duckdb

from kpi.errors import StoreUnavailable
from kpi.model.audit import CheckedTrail
from kpi.model.times import now
from kpi.store.block_check import damaged_blocks
from kpi.store.cache import Cache, uncached
from kpi.store.database import (
    KEPT,
    Cursor,
    connect,
    has_stopped,
    in_words,
    refused_access,
    store_trouble,
    within_store_memory,
)
from kpi.store.folder import StoreFolder, free_bytes, make_room, remove_leftovers, use_reserve
from kpi.store.schema import FrozenAhead, bring_forward, make_tables, refuse_other_version, version
from kpi.store.store_copy import copy_database
from kpi.store.writes import WatchedCursor

CHECKPOINT_BYTES = 16_000_000
ROOM_TO_CHECKPOINT = 4
"""Times the log's size: what moving it into the database may take."""


class Store:
    """One open store. Close it, or use it as a context manager."""

    shared = False
    """Whether other processes may have it open too: then the database is a server's, and the folder holds files."""

    def __init__(self, folder: StoreFolder, connection: Cursor) -> None:
        self.folder = folder
        self._connection = connection
        self._writer = threading.RLock()
        self.cache = Cache()
        self.agreed_keys: list[bytes] | None = None
        """The audit trail's keys as they were last found to be as many as its parts."""
        self.checked_trail: CheckedTrail | None = None
        """How far the audit trail has been checked since the store was opened; None where it has not been."""

    @classmethod
    def open(cls, root: Path, wait: float = 0.0, any_version: bool = False) -> Store:
        """Open the store at ``root`` for reading and writing, making it where there is none.

        ``wait`` is how many seconds to go on trying while another process holds the database. ``any_version`` is for
        who brings it forward first of all: the questions of this program may not fit it.

        Raises:
            StoreUnavailable: locked by another process, damaged, full, unreachable, of another version, or without its
                database or its secret where there is work to lose.
        """
        folder = StoreFolder(root)
        with in_words(root):
            folder.create()
            with folder.held(alone=False):
                within = within_store_memory(folder.spilled())
                connection = connect(folder.database, wait, read_only=False, within=within)
                try:
                    _prepare(folder, connection, any_version)
                    folder.close_to_others()
                    remove_leftovers(folder.root)
                except BaseException:
                    # A refused store must not stay locked.
                    connection.close()
                    raise
        return cls(folder, connection)

    @classmethod
    def open_to_read(cls, root: Path, wait: float = 0.0, any_version: bool = False) -> Store:
        """Open the store at ``root`` so that nothing of it can be changed, made or brought forward.

        ``any_version`` is for who only copies it: the questions of this program may not fit it. What questions need
        beyond the memory that they may take is laid out within the folder until they are answered.

        Raises:
            StoreUnavailable: there is none, or as for ``open``.
        """
        folder = StoreFolder(root)
        folder.refuse_lost()
        with in_words(root):
            if not folder.exists():
                raise StoreUnavailable("store_absent", path=root.name)
            connection = connect(folder.database, wait, read_only=True, within=within_store_memory(folder.spilled()))
            try:
                if version(connection) == 0:
                    raise StoreUnavailable("store_absent", path=root.name)
                if not any_version:
                    refuse_other_version(connection)
            except BaseException:
                connection.close()
                raise
        return cls(folder, connection)

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """A separate cursor for reading committed data.

        Raises:
            StoreUnavailable: what is asked for cannot be read: DuckDB looks at a block when it needs it, not on
                opening.
        """
        cursor = self._connection.cursor()
        try:
            yield cursor
        except duckdb.Error as error:
            if trouble := store_trouble(error, self.folder.root.name):
                raise trouble from error
            raise
        finally:
            cursor.close()

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        """Excludes other writers: for actions that must follow the order of the transactions around them."""
        with self._writer, uncached():
            yield

    @contextmanager
    def transaction(self, *, upgrade: bool = False) -> Iterator[Cursor]:
        """One exclusive transaction: committed on leaving, rolled back if anything raises.

        ``upgrade``: it begins by bringing the tables forward to this program's version, so that they and what is done
        with them are kept together.

        Raises:
            StoreUnavailable: the disk is full, the database cannot be read or written, has stopped, or is of a version
                that nothing here brings forward.
        """
        name = self.folder.root.name
        with self.write_lock(), self.cursor() as cursor:
            make_room(self.folder.root)
            cursor.begin()
            watched = WatchedCursor(cursor)
            try:
                if upgrade:
                    bring_forward(cursor)
                    watched.everything()
                yield cast("Cursor", watched)
                use_reserve(self.folder.root)
            except BaseException as error:
                _undo(cursor)
                if isinstance(error, OSError):
                    raise refused_access(error, name) from error
                if isinstance(error, Exception) and (trouble := store_trouble(error, name)):
                    raise trouble from error
                raise
            try:
                cursor.commit()
            except duckdb.Error as error:
                # A commit that fails has undone itself, there is nothing left to roll back - unless it says otherwise.
                if KEPT not in str(error).lower():
                    if has_stopped(cursor):
                        raise StoreUnavailable("change_uncertain", path=name) from error
                    if trouble := store_trouble(error, name):
                        raise trouble from error
                    raise
            finally:
                self.cache.wrote(watched.written)
            # A database that stops here has kept everything, and says so when asked.
            with suppress(duckdb.Error, OSError):
                self._checkpoint(cursor)

    def _checkpoint(self, cursor: Cursor) -> None:
        """Move a long log into the database, where the disk has room for it. The change itself is kept already."""
        log = self.folder.write_ahead_log
        size = log.stat().st_size if log.exists() else 0
        if size > CHECKPOINT_BYTES and free_bytes(self.folder.root) > ROOM_TO_CHECKPOINT * size:
            cursor.execute("checkpoint")

    def transaction_of_a_try(self) -> AbstractContextManager[Cursor]:
        """A transaction that counts tries to sign in, which the trail does not record. It keeps no other process from
        writing."""
        return self.transaction()

    @contextmanager
    def frozen_ahead(self, baseline: str, write: Callable[[Cursor], None]) -> Iterator[FrozenAhead]:  # noqa: ARG002
        """The records of a baseline to be frozen: ``write`` inserts them. Begun before anybody is kept from writing.

        Where several processes share the store, they are written here, into files that nothing names yet; else with
        the change in which they are kept.
        """
        yield FrozenAhead(write)

    @contextmanager
    def copying(self, target: Path) -> Iterator[Callable[[], None]]:
        """The database into the folder ``target`` as it stands now. The caller has the write lock.

        Where several processes share the store, only the moment is held on to here: the copy is made by what is
        yielded, to be called once others may write again.

        Raises:
            OSError: the disk is full, or the copy cannot be written.
            StoreUnavailable: the database cannot be read, or a file of it is damaged.
        """
        copy_database(self.folder, target)
        yield lambda: None

    @contextmanager
    def replacing_secret(self) -> Iterator[None]:
        """Excludes others who would replace the secret: begun before the write lock, which a database takes away from
        who was stopped for too long, while nobody takes back what he then writes into a file.

        Raises:
            StoreUnavailable: another process is replacing it.
        """
        yield

    def note_deletion(self, cursor: Cursor) -> None:
        """Within the change that deletes persons' data: other processes let go of what they made of them too."""

    def moment(self) -> datetime:
        """By the clock that all who have the store open go by; asked for by whoever makes a change."""
        return now()

    def keep_head(self, seq: int, mac: str) -> None:
        """Store number and MAC of the trail's last act beside the database.

        Raises:
            OSError: it cannot be written.
        """
        self.folder.keep_head(seq, mac)

    def refuse_other_release(self) -> None:
        """Raises ``StoreUnavailable`` where another release of the program has taken a shared store over."""

    def unnamed(self, unchanged_seconds: float) -> list[Path]:  # noqa: ARG002 - baselines are rows here
        """Files of baselines that were not kept, unchanged for so many seconds."""
        return []

    def schema(self) -> int:
        """The version of its tables."""
        with self.cursor() as cursor:
            return version(cursor)

    def database_bytes(self) -> int:
        """What the database takes on its disk."""
        files = (self.folder.database, self.folder.write_ahead_log)
        return sum(file.stat().st_size for file in files if file.exists())

    def refuse_damage(self) -> None:
        """Read every block of the database and every value of every table. Nobody writes meanwhile.

        Raises:
            StoreUnavailable: something is not as it was written.
        """
        with self.write_lock(), in_words(self.folder.root):
            if damaged_blocks(self.folder.database):
                raise StoreUnavailable("store_damaged", path=self.folder.root.name)
            with self.cursor() as cursor:
                tables = cursor.execute("select table_name from duckdb_tables()").fetchall()
                for (table,) in tables:
                    cursor.execute(f'select bit_xor(hash(t)) from "{table}" t').fetchall()  # noqa: S608 - our own names

    def close(self) -> None:
        self._connection.close()

    def close_after_writers(self) -> None:
        """Close it when nobody in this process is writing: a change that was begun is brought to its end."""
        with self._writer:
            self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _prepare(folder: StoreFolder, connection: Cursor, any_version: bool) -> None:
    """Make a new store's tables and secret; of one that is there already nothing is changed."""
    if version(connection) == 0:
        if folder.traces():
            raise StoreUnavailable("store_lost", path=folder.root.name)
        # While this process alone holds the store: two makers would make two secrets.
        folder.make_secret()
        make_tables(connection)
    if not any_version:
        refuse_other_version(connection)


def _undo(cursor: Cursor) -> None:
    """A statement that failed on a full disk or a damaged block may have ended the transaction by itself."""
    try:
        cursor.rollback()
    except duckdb.Error:
        return
