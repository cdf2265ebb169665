"""The one open store of this process: every script run takes a cursor of its own from it."""

from __future__ import annotations

import os
from functools import cache

from kpi.catalogue.catalogue import serve_notice
from kpi.services.notices import notice_of_store
from kpi.services.operation.demonstration import is_demonstration
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.open_store import open_store
from kpi.store.store import Store
from kpi.store.store_place import StorePlace, chosen_place


def app_store() -> Store:
    """The store that ``KPI_STORE`` names, opened once."""
    return _opened(_place())


def _place() -> StorePlace:
    return _found(os.environ.get("KPI_STORE"), os.environ.get("KPI_STORE_FILES"))


@cache
def _found(_named: str | None, _files: str | None) -> StorePlace:
    """Looked for once: to resolve a path asks the operating system about each folder on the way."""
    return chosen_place(None)


# Kept for everybody: the open store, by its place, of whatever notices
@cache
def _opened(place: StorePlace) -> Store:
    # Seconds of patience: at a restart the process before may still be letting go.
    opened = open_store(place, wait=10.0)
    ensure_baseline(opened)
    serve_notice(notice_of_store(opened))
    return opened


# Kept for everybody: every page shows the badge
@cache
def _demonstration(place: StorePlace) -> bool:
    return is_demonstration(_opened(place))


def is_demonstration_app() -> bool:
    """Whether this store holds fictitious enterprises; settled when it is opened."""
    return _demonstration(_place())
