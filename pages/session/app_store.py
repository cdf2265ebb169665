"""The one open store of this process: every script run takes a cursor of its own from it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kpi.services.operation.demonstration import is_demonstration
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.store import Store
from kpi.store.store_folder import chosen_folder


def app_store() -> Store:
    """The store that ``KPI_STORE`` names, opened once."""
    return _opened(chosen_folder(None))


@cache
def _opened(folder: Path) -> Store:
    # Seconds of patience: at a restart the process before may still be letting go.
    opened = Store.open(folder, wait=10.0)
    ensure_baseline(opened)
    return opened


@cache
def _demonstration(folder: Path) -> bool:
    return is_demonstration(_opened(folder))


def is_demonstration_app() -> bool:
    """Whether this store holds fictitious enterprises; settled when it is opened."""
    return _demonstration(chosen_folder(None))
