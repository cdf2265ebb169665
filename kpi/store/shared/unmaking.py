"""A shared store that was just made for a step that failed is taken back: the database is as empty as before."""

from __future__ import annotations

from contextlib import suppress

from kpi.errors import StoreUnavailable
from kpi.store.added_files import AddedFiles
from kpi.store.frozen_tables import operational_tables
from kpi.store.shared.locks import WRITERS, Rows, undo
from kpi.store.shared.shared_store import SharedStore
from kpi.store.shared.tables import FUNCTIONS_OF_ITS_OWN, TABLES_OF_ITS_OWN
from kpi.store.store import Store


def unmake(store: Store, made_until: tuple[int, str], added: AddedFiles) -> bool:
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
