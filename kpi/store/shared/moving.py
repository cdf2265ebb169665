"""A store in a folder becomes a shared one: the same rows, records, originals, secret and trail."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

import duckdb

from kpi.errors import StoreUnavailable
from kpi.model.times import set_clock_offset
from kpi.store.database import Cursor, refused_access
from kpi.store.folder import (
    ABANDONED_SECONDS,
    AddedFiles,
    StoreFolder,
    refuse_without_locks,
    remove_leftovers,
    write_whole,
)
from kpi.store.schema import FROZEN, make_tables, operational_tables, records_changed_since
from kpi.store.shared.connections import WRITERS, Connections, Rows, begin, commit, database_name, having_lock, undo
from kpi.store.shared.frozen_files import (
    FilesOfBaseline,
    FrozenRecords,
    WrittenAhead,
    files_by_baseline,
    keep_for_readers,
    remove_unnamed_files,
)
from kpi.store.shared.shared_store import SharedStore
from kpi.store.shared.tables import FUNCTIONS_OF_ITS_OWN, TABLES_OF_ITS_OWN, make_shared_tables, refuse_other
from kpi.store.store import Store
from kpi.store.store_place import StorePlace

# Opening a shared store: made where the database is empty, refused where it is not what it must be.


def open_shared(place: StorePlace, *, to_read: bool = False) -> SharedStore:
    """``to_read``: nothing of it can be changed or made.

    Raises:
        StoreUnavailable: the database or the folder cannot be used, or there is nothing to be read.
    """
    folder = StoreFolder(place.folder)
    if folder.exists():
        raise StoreUnavailable("files_hold_a_store", path=place.folder.name)
    try:
        if not to_read:
            _make_folders(folder)
            refuse_without_locks(folder.root)
        store = SharedStore(place, to_read=to_read)
    except OSError as error:
        raise refused_access(error, place.folder.name) from error
    try:
        _make_or_refuse(store, place, to_read)
    except BaseException:
        store.close()
        raise
    return store


def open_shared_of_any_release(place: StorePlace) -> SharedStore:
    """For who brings it forward: the questions of this program may not fit it.

    Raises:
        StoreUnavailable: there is none, or it cannot be used.
    """
    store = SharedStore(place)
    try:
        with store.connection() as rows:
            if not _made(rows):
                raise StoreUnavailable("store_absent", path=database_name(place.address or ""))
    except BaseException:
        store.close()
        raise
    return store


def _make_or_refuse(store: SharedStore, place: StorePlace, to_read: bool) -> None:
    if to_read:
        with store.connection() as rows:
            if not _made(rows):
                raise StoreUnavailable("store_absent", path=database_name(place.address or ""))
    else:
        # Of several that start at once one makes tables and secret, the others find them.
        with store.locked() as rows:
            if not _made(rows):
                _make(store, rows, database_name(place.address or ""))
            else:
                refuse_other(rows)
                rows.execute("delete from change_mark where made_at < clock_timestamp() - interval '1 hour'")
                belongs = _bring_head_up(store.folder, rows)
                with suppress(OSError):  # `store verify` names what cannot be removed
                    remove_leftovers(store.folder.root, ABANDONED_SECONDS)
                    if belongs:
                        remove_unnamed_files(rows, store.folder.root / "frozen")
            rows.execute("commit")
    store.refuse_other_release()
    with store.connection() as rows:
        ((clock,),) = rows.execute("select clock_timestamp()").fetchall()
    set_clock_offset(clock)


def _bring_head_up(folder: StoreFolder, rows: Rows) -> bool:
    """A head that names an act of the trail is behind at most, after a kill or in a restored backup: it is brought up.

    One that names no act of it shows a loss, or another store's folder, and is left. Returns whether it names one.
    """
    if (kept := folder.head()) is None:
        return False
    ((known, last_seq, last_mac),) = rows.execute(
        """select exists(select from audit where seq = %s and mac = %s), seq, mac
           from audit order by seq desc limit 1""",
        kept,
    ).fetchall() or [(False, 0, "")]
    if known and (last_seq, last_mac) != kept:
        folder.keep_head(last_seq, last_mac)
    return bool(known)


def _make_folders(folder: StoreFolder) -> None:
    folder.make_folders()
    (folder.root / "frozen").mkdir(mode=0o700, exist_ok=True)


def _made(rows: Rows) -> bool:
    ((made,),) = rows.execute("select to_regclass('store_release') is not null").fetchall()
    return bool(made)


def _make(store: SharedStore, rows: Rows, name: str) -> None:
    """Raises ``StoreUnavailable``: the database is not fit for it, or the folder's own database is missing."""
    refuse_unfit(rows, name)
    if store.folder.traces():
        raise StoreUnavailable("store_lost", path=store.folder.root.name)
    # Once more: what was made before the lock was had may have gone with a store that was taken back meanwhile.
    _make_folders(store.folder)
    store.folder.make_secret()
    make_tables_of_store(rows)


def refuse_unfit(rows: Rows, name: str) -> None:
    """Raises ``StoreUnavailable`` where no store can be made in the database: it sorts otherwise, or is not empty."""
    _refuse_other_order(rows, name)
    ((others,),) = rows.execute(
        "select count(*) from information_schema.tables where table_schema = current_schema()"
    ).fetchall()
    if others:
        raise StoreUnavailable("database_occupied", name=name)


def make_tables_of_store(rows: Rows) -> None:
    """In the caller's transaction."""
    with duckdb.connect(":memory:") as described:
        make_tables(described)
        make_shared_tables(rows, described)


def _refuse_other_order(rows: Rows, name: str) -> None:
    """Texts sort by code point on both engines, and letters other than English ones have capitals."""
    ((fitting,),) = rows.execute(
        "select 'B' < 'a' and 'a' < '一' and lower('Ä') = 'ä' and current_setting('server_encoding') = 'UTF8'"
    ).fetchall()
    if not fitting:
        raise StoreUnavailable("database_collation", name=name)


# A shared store that was just made for a step that failed is taken back: the database is as empty as before.


def roll_back(store: Store, made_until: tuple[int, str], added: AddedFiles) -> bool:
    """Drop the tables of a store that this one made, and remove what was ``added`` to its folder, where its last act is
    still ``made_until`` and nobody else is connected to its database.

    Returns whether it was done. A kill on the way leaves what is called a lost store, never one without its files.
    """
    if not isinstance(store, SharedStore):
        return False
    with suppress(OSError, StoreUnavailable):
        return _unmade(store, made_until, added)
    return False


def _unmade(store: SharedStore, made_until: tuple[int, str], added: AddedFiles) -> bool:
    with store.connection() as rows:
        # The session's and not the transaction's: nobody makes a store there before the files of this one are gone.
        rows.execute(f"select pg_advisory_lock({WRITERS})".encode())
        try:
            if not _unused(rows, made_until, store.own_connections()):
                return False
            _drop_all(rows)
            added.remove()
        finally:
            undo(rows)
            rows.execute(f"select pg_advisory_unlock({WRITERS})".encode())
    return True


def _unused(rows: Rows, made_until: tuple[int, str], own: list[int]) -> bool:
    last = rows.execute("select seq, mac from audit order by seq desc limit 1").fetchall()
    # The server's own housekeeping is nobody's; what kind of process another is only a superuser may see.
    ((others,),) = rows.execute(
        """select count(*) from pg_stat_activity
           where datname = current_database() and usesysid is not null
             and pid <> pg_backend_pid() and pid <> all(%s)""",
        [own],
    ).fetchall()
    return last == [made_until] and not others


def _drop_all(rows: Rows) -> None:
    rows.execute("begin")
    for table in (*operational_tables(), *TABLES_OF_ITS_OWN):
        rows.execute(f"drop table {table}".encode())
    for function in FUNCTIONS_OF_ITS_OWN:
        rows.execute(f"drop function {function}".encode())
    rows.execute("commit")


ROWS_AT_ONCE = 10_000
RECORDS_AT_ONCE = 250_000
"""Of a panel of millions a piece is held at a time."""


def migrate(source: Store, place: StorePlace) -> None:
    """Files first, then all rows in one transaction: what fails leaves an empty database and no files.

    Raises:
        StoreUnavailable: the database or the folder is not empty, or cannot be used; or nobody can say yet whether the
            rows are kept, and the files stay.
    """
    refuse_filled(place, source.folder.root)
    folder = StoreFolder(place.folder)
    connections = Connections(place, to_read=False)
    try:
        made = _claim(connections, source.folder, folder)
        try:
            files = _move_files(source, folder)
            with connections.one() as rows, source.cursor() as cursor:
                _move_rows(cursor, rows, files, connections)
        except BaseException as error:
            if not (isinstance(error, StoreUnavailable) and error.uncertain):
                _empty(connections, folder.root, made, source.folder.root)
            raise
    except OSError as error:
        raise refused_access(error, folder.root.name) from error
    finally:
        connections.close()


def _claim(connections: Connections, source: StoreFolder, folder: StoreFolder) -> bool:
    """Have the folder, with the trail's head in it: from then on nobody else makes a store there. Returns whether the
    folder was made.

    Raises:
        StoreUnavailable: somebody else has made a store there since it was asked; nothing of that is touched.
        OSError: nothing can be written there.
    """
    with having_lock(connections, WRITERS) as rows:
        refuse_unfit(rows, connections.name)
        _refuse_files(folder.root, source.root)
        made = not folder.root.exists()
        try:
            folder.make_folders()
            if head := source.head():
                folder.keep_head(*head)
        except BaseException:
            _remove_all(folder.root, made, source.root)
            raise
    return made


def replace_all(store: SharedStore, before: Collection[str], forward: Store) -> None:
    """Put what ``forward`` holds in the place of all tables, whose names were ``before``, in the transaction that has
    the lock, and commit it: whoever is of the release before writes no more.

    Raises:
        StoreUnavailable: the database cannot be reached, others read for too long, or the disk is full.
    """
    with store.in_words(), store.writing_ahead() as ahead:
        rows = store.held()
        try:
            _replace(store, rows, before, forward, ahead)
            store.commit()
        except BaseException:
            undo(rows)  # the lock goes with it: what was written is removed under it
            raise


def _replace(store: SharedStore, rows: Rows, before: Collection[str], forward: Store, ahead: WrittenAhead) -> None:
    changed = records_changed_since(store.schema())
    files = _write_records(forward, ahead) if changed else files_by_baseline(rows)
    keep_for_readers(rows, ahead.folder, files)
    for table in (*before, *TABLES_OF_ITS_OWN):
        rows.execute(f"drop table {table}".encode())
    for function in FUNCTIONS_OF_ITS_OWN:
        rows.execute(f"drop function {function}".encode())
    with forward.cursor() as cursor:
        _fill(cursor, rows, files)


def refuse_filled(place: StorePlace, but: Path | None = None) -> None:
    """Raises ``StoreUnavailable`` where the database or the folder is not empty, or cannot be used.

    ``but`` is what may lie in the folder: a store on its way.
    """
    connections = Connections(place, to_read=True)
    try:
        with connections.one() as rows:
            refuse_unfit(rows, connections.name)
        _refuse_files(place.folder, but)
    except OSError as error:
        raise refused_access(error, place.folder.name) from error
    finally:
        connections.close()


def _refuse_files(root: Path, but: Path | None) -> None:
    if root.exists() and any(path != but for path in root.iterdir()):
        raise StoreUnavailable("files_not_empty", path=root.name)


def _move_files(source: Store, folder: StoreFolder) -> dict[str, FilesOfBaseline]:
    """Originals, secret and frozen records. Returns the files of each baseline."""
    frozen = folder.root / "frozen"
    frozen.mkdir(mode=0o700, exist_ok=True)  # who finds that the folder is taken has made this one before
    for original in source.folder.originals():
        write_whole(folder.original(original.name), original.read_bytes())
    folder.replace_secret(source.folder.secrets())
    return _write_records(source, WrittenAhead(frozen))


def _write_records(source: Store, ahead: WrittenAhead) -> dict[str, FilesOfBaseline]:
    records = FrozenRecords(ahead.folder)
    files: dict[str, FilesOfBaseline] = {}
    try:
        with source.cursor() as cursor:
            for (name,) in cursor.execute("select name from baseline order by number").fetchall():
                files[name] = {}
                for table, sha256 in records.write_ahead(name, partial(_copy_records, cursor, baseline=name)):
                    ahead.add(table, sha256)
                    files[name][table] = sha256
    finally:
        records.close()
    return files


def _copy_records(cursor: Cursor, into: Cursor, *, baseline: str) -> None:
    for table in sorted(FROZEN):
        asked = f"select * from {table} where baseline = $1"  # noqa: S608 - our own names
        rows = cursor.sql(asked, params=[baseline]).to_arrow_reader(RECORDS_AT_ONCE)
        into.register("incoming", rows)
        into.execute(f"insert into {table} select * from incoming")  # noqa: S608 - our own names
        into.unregister("incoming")


def _move_rows(cursor: Cursor, rows: Rows, files: Mapping[str, FilesOfBaseline], connections: Connections) -> None:
    begin(rows, WRITERS)
    refuse_unfit(rows, connections.name)
    _fill(cursor, rows, files)
    commit(connections, rows, WRITERS)


def _fill(cursor: Cursor, rows: Rows, files: Mapping[str, FilesOfBaseline]) -> None:
    """All tables and rows, within the transaction of ``rows``."""
    make_tables_of_store(rows)
    for table in operational_tables():
        cursor.execute(f"select * from {table}")  # noqa: S608 - our own names
        with rows.cursor().copy(f"copy {table} from stdin".encode()) as copy:
            while some := cursor.fetchmany(ROWS_AT_ONCE):
                for row in some:
                    copy.write_row(row)
    for baseline, own in files.items():
        for table, sha256 in own.items():
            rows.execute("insert into frozen_file values (%s, %s, %s)", [baseline, table, sha256])


def _empty(connections: Connections, root: Path, made: bool, but: Path) -> None:
    """The folder as it was before, ``but`` in it. Under the lock: the files of who makes a store there next are made
    after it.
    """
    with ExitStack() as held:
        with suppress(StoreUnavailable):  # in a database that is away nobody makes one
            rows = held.enter_context(having_lock(connections, WRITERS))
            rows.execute("set local idle_in_transaction_session_timeout = 0")
        _remove_all(root, made, but)


def _remove_all(root: Path, made: bool, but: Path) -> None:
    for path in [root] if made else [path for path in root.iterdir() if path != but]:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
