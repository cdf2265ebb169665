"""A furnished store for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi.store import Store
from tests.services.world import furnish


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a furnished store that nobody has open: to be copied, because freezing takes a second."""
    folder = tmp_path_factory.mktemp("furnished") / "store"
    with Store.open(folder) as store:
        furnish(store)
    return folder


@pytest.fixture
def store(furnished: Path, tmp_path: Path) -> Iterator[Store]:
    with Store.open(Path(shutil.copytree(furnished, tmp_path / "s"))) as opened:
        yield opened
