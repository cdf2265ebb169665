"""A store in a folder becomes a shared one: the same rows, records, originals, secret and trail."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

from kpi.errors import StoreUnavailable
from kpi.store.cursor import Cursor
from kpi.store.frozen_tables import FROZEN, operational_tables, records_changed_since
from kpi.store.shared.connections import Connections
from kpi.store.shared.frozen_records import FilesOfBaseline, FrozenRecords, files_by_baseline
from kpi.store.shared.locks import WRITERS, Rows, begin, commit, having_lock, undo
from kpi.store.shared.opening import make_tables_of_store, refuse_unfit
from kpi.store.shared.shared_store import SharedStore
from kpi.store.shared.tables import FUNCTIONS_OF_ITS_OWN, TABLES_OF_ITS_OWN
from kpi.store.shared.unnamed_files import WrittenAhead, keep_for_readers
from kpi.store.store import Store
from kpi.store.store_folder import StoreFolder, write_whole
from kpi.store.store_place import StorePlace
from kpi.store.store_trouble import refused_access

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
