"""Opening a store, whichever kind it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kpi.errors import StoreUnavailable
from kpi.store.folder import AddedFiles, StoreFolder
from kpi.store.store import Store
from kpi.store.store_place import StorePlace

if TYPE_CHECKING:
    from kpi.store.shared.shared_store import SharedStore


def open_store(place: StorePlace, wait: float = 0.0) -> Store:
    """The store for reading and writing, made where there is none. ``wait`` as ``Store.open``.

    Raises:
        StoreUnavailable: it cannot be used.
    """
    return Store.open(place.folder, wait) if place.address is None else _shared(place, to_read=False)


def open_store_to_read(place: StorePlace) -> Store:
    """The store so that nothing of it can be changed or made.

    Raises:
        StoreUnavailable: there is none, or it cannot be used.
    """
    if place.address is None:
        return Store.open_to_read(place.folder)
    return _shared(place, to_read=True)


def refuse_absent(place: StorePlace) -> None:
    """Raises ``StoreUnavailable`` where there is no store yet."""
    if place.address is not None:
        _shared(place, to_read=True).close()
        return
    folder = StoreFolder(place.folder)
    folder.refuse_lost()
    if not folder.exists():
        raise StoreUnavailable("store_absent", path=place.folder.name)


def move_to_shared(source: Store, place: StorePlace) -> None:
    """Everything of a store in a folder into a new shared one, or nothing. Nobody writes to ``source`` meanwhile.

    Raises:
        StoreUnavailable: the database or the folder is not empty, or cannot be used.
    """
    with _with_driver():
        from kpi.store.shared.moving import migrate
    migrate(source, place)


def open_store_of_any_release(place: StorePlace) -> SharedStore:
    """A shared store, for who brings it forward: the questions of this program may not fit it.

    Raises:
        StoreUnavailable: there is none, or it cannot be used.
    """
    with _with_driver():
        from kpi.store.shared.moving import open_shared_of_any_release
    return open_shared_of_any_release(place)


def replace_tables(store: SharedStore, before: Collection[str], forward: Store) -> None:
    """Put all of ``forward`` in the place of the tables of ``store``, whose names were ``before``: all or nothing.

    The caller is ``upgrading`` it.

    Raises:
        StoreUnavailable: the database cannot be reached, others read for too long, or the disk is full.
    """
    with _with_driver():
        from kpi.store.shared.moving import replace_all
    replace_all(store, before, forward)


def take_back(store: Store, made_until: tuple[int, str], added: AddedFiles) -> bool:
    """Empty database and folder of a shared store that was just made: see ``roll_back``. False where it stays."""
    from kpi.store.shared.moving import roll_back

    return roll_back(store, made_until, added)


def refuse_taken(place: StorePlace) -> None:
    """Raises ``StoreUnavailable`` where no shared store can be put: the database or the folder is not empty, say."""
    with _with_driver():
        from kpi.store.shared.moving import refuse_filled
    refuse_filled(place)


def _shared(place: StorePlace, to_read: bool) -> SharedStore:
    with _with_driver():
        from kpi.store.shared.moving import open_shared
    return open_shared(place, to_read=to_read)


@contextmanager
def _with_driver() -> Iterator[None]:
    """What needs psycopg is loaded where it is asked for: a store in a folder needs no driver of a database."""
    try:
        yield
    except ImportError as error:
        if (error.name or "psycopg").startswith("kpi"):
            raise
        raise StoreUnavailable("psycopg_missing") from error
