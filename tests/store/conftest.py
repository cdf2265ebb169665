"""The furnished store of the services' tests serves here too; the same as one that several processes share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi.store.open_store import open_store
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from tests.services.conftest import furnished
from tests.services.sample_store import furnish
from tests.store.shared_places import Databases, furnished_place

__all__ = ["furnished"]


@pytest.fixture(scope="session")
def furnished_shared(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> StorePlace:
    return furnished_place(databases, tmp_path_factory.mktemp("furnished") / "owner's files", furnish)


@pytest.fixture
def place(databases: Databases, furnished_shared: StorePlace, tmp_path: Path) -> StorePlace:
    return databases.copy(furnished_shared, tmp_path / "owner's files")


@pytest.fixture
def stores(place: StorePlace) -> Iterator[tuple[Store, Store]]:
    """To each other they are as two processes are."""
    with open_store(place) as one, open_store(place) as other:
        yield one, other
