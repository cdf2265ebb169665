"""A furnished store behind the interface, and tokens of two enterprises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kpi.api.application import api_application
from kpi.services.administrator.accounts import add_token
from kpi.store.store import Store
from tests.either_store import copied_store
from tests.services.conftest import furnished
from tests.services.sample_store import ADMINISTRATOR

__all__ = ["furnished"]


@pytest.fixture
def store(furnished: Path, tmp_path: Path) -> Iterator[Store]:
    with Store.open(copied_store(furnished, tmp_path / "s")) as opened:
        yield opened


@pytest.fixture
def client(store: Store) -> TestClient:
    return TestClient(api_application(lambda: store), raise_server_exceptions=False)


@pytest.fixture
def a(store: Store) -> dict[str, str]:
    """Headers of enterprise A."""
    return headers_of(store, "a")


@pytest.fixture
def b(store: Store) -> dict[str, str]:
    return headers_of(store, "b")


def headers_of(store: Store, account: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {add_token(store, ADMINISTRATOR, account, 30).token}"}
