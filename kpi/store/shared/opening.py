"""Opening a shared store: made where the database is empty, refused where it is not what it must be."""

from __future__ import annotations

from contextlib import suppress

import duckdb

from kpi.errors import StoreUnavailable
from kpi.model.times import go_by
from kpi.store.file_locks import refuse_without_locks
from kpi.store.migrations import make_tables
from kpi.store.remains import ABANDONED_SECONDS, remove_remains
from kpi.store.shared.database_trouble import database_name
from kpi.store.shared.locks import Rows
from kpi.store.shared.shared_store import SharedStore
from kpi.store.shared.tables import make_shared_tables, refuse_other
from kpi.store.shared.unnamed_files import remove_unnamed_files
from kpi.store.store_folder import StoreFolder
from kpi.store.store_place import StorePlace
from kpi.store.store_trouble import refused_access


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
                    remove_remains(store.folder.root, ABANDONED_SECONDS)
                    if belongs:
                        remove_unnamed_files(rows, store.folder.root / "frozen")
            rows.execute("commit")
    store.refuse_other_release()
    with store.connection() as rows:
        ((clock,),) = rows.execute("select clock_timestamp()").fetchall()
    go_by(clock)


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
