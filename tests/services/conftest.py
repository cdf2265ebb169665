"""A furnished store for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi import tables
from kpi.model.viewer import SYSTEM
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.either_store import copied_store
from tests.services.sample_store import AT, CODE_B, furnish
from tests.services.service_calls import World
from tests.shortcuts import made_once


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a furnished store that nobody has open: to be copied, because freezing takes a second."""

    def make(folder: Path) -> None:
        with Store.open(folder) as store:
            furnish(store)

    return made_once(tmp_path_factory, "furnished", make)


@pytest.fixture
def store(furnished: Path, tmp_path: Path) -> Iterator[Store]:
    with Store.open(copied_store(furnished, tmp_path / "s")) as opened:
        yield opened


@pytest.fixture(scope="session")
def made(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with everything in it, that nobody has open."""

    def make(folder: Path) -> None:
        with Store.open(copied_store(furnished, folder)) as store:
            World.made(store)
            with unit_of_work(store, SYSTEM, AT) as change:
                tables.accounts.insert_account(change.cursor, "barred", "演示评审员四", "reviewer", (), None, False, AT)
                tables.accounts.add_conflict(change.cursor, "barred", CODE_B, "曾任职", AT)
                change.audit("accounts_imported", "sample")

    return made_once(tmp_path_factory, "made", make)


@pytest.fixture
def world(made: Path, tmp_path: Path) -> Iterator[World]:
    with Store.open(copied_store(made, tmp_path / "w")) as store:
        yield World(store)
