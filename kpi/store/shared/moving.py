"""A store in a folder becomes a shared one: the same rows, records, originals, secret and trail."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from kpi.errors import StoreUnavailable
from kpi.store.cursor import Cursor
from kpi.store.frozen_tables import FROZEN, operational_tables
from kpi.store.shared.connections import Connections
from kpi.store.shared.frozen_files import rows_of_baseline
from kpi.store.shared.frozen_records import FilesOfBaseline, FrozenRecords
from kpi.store.shared.locks import WRITERS, Rows, begin
from kpi.store.shared.opening import make_tables_of_store, refuse_unfit
from kpi.store.store import Store
from kpi.store.store_folder import StoreFolder, write_whole
from kpi.store.store_place import StorePlace
from kpi.store.store_trouble import refused_access

ROWS_AT_ONCE = 10_000


def move(source: Store, place: StorePlace) -> None:
    """Files first, then all rows in one transaction: what fails leaves an empty database and no files.

    Raises:
        StoreUnavailable: the database or the folder is not empty, or cannot be used.
    """
    folder = StoreFolder(place.folder)
    made = not folder.root.exists()
    connections = Connections(place, to_read=False)
    try:
        with connections.one() as rows:
            refuse_unfit(rows, connections.name)
        if not made and any(folder.root.iterdir()):
            raise StoreUnavailable("files_not_empty", path=folder.root.name)
        try:
            files = _move_files(source, folder)
            with connections.one() as rows, source.cursor() as cursor:
                _move_rows(cursor, rows, files, connections.name)
        except BaseException:
            _empty(folder.root, made)
            raise
    except OSError as error:
        raise refused_access(error, folder.root.name) from error
    finally:
        connections.close()


def _move_files(source: Store, folder: StoreFolder) -> dict[str, FilesOfBaseline]:
    """Originals, secret, the trail's head, and frozen records. Returns the files of each baseline."""
    folder.make_folders()
    frozen = folder.root / "frozen"
    frozen.mkdir(mode=0o700)
    for original in source.folder.originals():
        write_whole(folder.original(original.name), original.read_bytes())
    folder.replace_secret(source.folder.secrets())
    if head := source.folder.head():
        folder.keep_head(*head)
    records = FrozenRecords(frozen, memory=None)
    try:
        with source.cursor() as cursor:
            names = [name for (name,) in cursor.execute("select name from baseline order by number").fetchall()]
            return {name: records.write_ahead(name, partial(_copy_records, cursor, baseline=name)) for name in names}
    finally:
        records.close()


def _copy_records(cursor: Cursor, into: Cursor, *, baseline: str) -> None:
    for table in sorted(FROZEN):
        asked = f"select * from {table} where {rows_of_baseline(table)}"  # noqa: S608 - our own names
        rows = cursor.sql(asked, params=[baseline]).to_arrow_table()
        into.register("incoming", rows)
        into.execute(f"insert into {table} select * from incoming")  # noqa: S608 - our own names
        into.unregister("incoming")


def _move_rows(cursor: Cursor, rows: Rows, files: Mapping[str, FilesOfBaseline], name: str) -> None:
    begin(rows, WRITERS)
    refuse_unfit(rows, name)
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
    rows.execute("commit")


def _empty(root: Path, made: bool) -> None:
    """The folder as it was before."""
    for path in [root] if made else list(root.iterdir()):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
