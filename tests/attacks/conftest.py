"""A store with the planted panel frozen in it, copied for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kpi.store.store import Store
from tests.attacks.rival import planted
from tests.benchmark.panels import freeze
from tests.either_store import copied_store
from tests.shortcuts import components_sought_once, made_once

__all__ = ["components_sought_once"]


@pytest.fixture(scope="session")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:

    def make(folder: Path) -> None:
        with Store.open(folder) as store:
            freeze(store, "planted", planted())

    return made_once(tmp_path_factory, "frozen", make)


@pytest.fixture
def copied(frozen: Path, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """A new store with the planted panel each time it is called."""
    made: list[Store] = []

    def copy() -> Store:
        made.append(Store.open(copied_store(frozen, tmp_path / f"s{len(made)}")))
        return made[-1]

    yield copy
    for store in made:
        store.close()


@pytest.fixture
def store(copied: Callable[[], Store]) -> Store:
    return copied()
