"""A store made for one step: where the step fails, there is no store, as before it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kpi import queries
from kpi.errors import StoreUnavailable
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.saved_acts import begin_call
from kpi.store.store import Store
from kpi.store.store_folder import StoreFolder


@contextmanager
def store_for_a_step(root: Path) -> Iterator[Store]:
    """A new store at ``root``, where none is, with the shipped baseline.

    What is raised before anything else was saved there, by this process or another, takes the store with it.

    Raises:
        StoreUnavailable: as ``Store.open``.
    """
    absent = [folder for folder in (root, *root.parents) if not folder.exists()]
    before = frozenset(root.iterdir()) if root.is_dir() else frozenset()
    made_until = None
    try:
        with Store.open(root) as store:
            ensure_baseline(store)
            made_until = store.folder.head()
            yield store
    except Exception:
        if made_until is not None and _unmade(root, before, made_until):
            for folder in absent:
                with suppress(OSError):  # somebody has put something there
                    folder.rmdir()
            begin_call()  # what was saved is gone
        raise


def _unmade(root: Path, before: frozenset[Path], made_until: tuple[int, str]) -> bool:
    """Remove what was made of a store whose last act is still ``made_until``. False where somebody has it open."""
    try:
        with StoreFolder(root).held(alone=True):
            with Store.open_to_read(root) as store, store.cursor() as cursor:
                last = queries.audit_head(cursor)
            if last is None or (last.seq, last.mac) != made_until:
                return False
            # The database first: a kill on the way leaves what is called a lost store, never a store without its files.
            for path in sorted(set(root.iterdir()) - before, key=lambda one: one != StoreFolder(root).database):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    except (OSError, StoreUnavailable):
        return False
    return True
