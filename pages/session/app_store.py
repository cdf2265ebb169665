"""The one open store of this process: every script run takes a cursor of its own from it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from kpi.services.operation.demonstration import is_demonstration
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.store import Store
from kpi.store.store_folder import chosen_folder


def app_store() -> Store:
    """The store that ``KPI_STORE`` names, opened once."""
    return _opened(_folder())


def _folder() -> Path:
    return _found(os.environ.get("KPI_STORE"))


@cache
def _found(named: str | None) -> Path:
    """Looked for once: to resolve a path asks the operating system about each folder on the way."""
    return chosen_folder(named)


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
    return _demonstration(_folder())
