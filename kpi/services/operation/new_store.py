"""A store made for one step: where the step fails, there is no store, as before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kpi import tables
from kpi.errors import StoreUnavailable
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.folder import AddedFiles, StoreFolder
from kpi.store.open_store import open_store, take_back
from kpi.store.saved_acts import begin_call
from kpi.store.store import Store
from kpi.store.store_place import StorePlace


@contextmanager
def store_for_a_step(place: StorePlace) -> Iterator[Store]:
    """The store to write in with a baseline; made, with the shipped one, where there is none.

    What is raised before anything else was saved in a new one, by this process or another, takes the store with it.

    Raises:
        StoreUnavailable: as ``open_store``.
    """
    root = place.folder
    added = AddedFiles.from_now_on(root)
    absent = not StoreFolder(root).exists()
    made_until, shared, gone = None, False, False
    try:
        with open_store(place) as store:
            shared = store.shared
            new = _without_acts(store) if shared else absent
            try:
                ensure_baseline(store)
                made_until = store.folder.head() if new else None
                yield store
            except Exception:
                # What several processes share is taken back while this one has it open.
                gone = made_until is not None and shared and take_back(store, made_until, added)
                raise
    except Exception:
        if gone or (made_until is not None and not shared and _unmade(root, added, made_until)):
            begin_call()  # what was saved is gone
        raise


def _without_acts(store: Store) -> bool:
    with store.cursor() as cursor:
        return tables.audit.audit_head(cursor) is None


def _unmade(root: Path, added: AddedFiles, made_until: tuple[int, str]) -> bool:
    """Remove what was made of a store whose last act is still ``made_until``. False where somebody has it open."""
    try:
        with StoreFolder(root).held(alone=True):
            with Store.open_to_read(root) as store, store.cursor() as cursor:
                last = tables.audit.audit_head(cursor)
            if last is None or (last.seq, last.mac) != made_until:
                return False
            added.remove()
    except (OSError, StoreUnavailable):
        return False
    return True
