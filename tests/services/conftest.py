"""A furnished store for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi.store import Store
from tests.services.world import furnish


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s") as opened:
        furnish(opened)
        yield opened
