"""One store and one answer for all tests that only look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import WORKBOOK, here, made


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the shipped baseline alone. Whoever writes takes a store of its own."""
    return made(tmp_path_factory.mktemp("cli") / "store")


@pytest.fixture(scope="session")
def authority(store: Path) -> dict[str, Any]:
    """The sample factory's answer as the authority sees it."""
    call = here("benchmark", WORKBOOK, "--json", "--lang", "en", "--store", store)
    assert (call.code, call.err) == (0, "")
    return call.json


@pytest.fixture(scope="session")
def enterprise(store: Path) -> dict[str, Any]:
    """The same factory's answer as its enterprise sees it."""
    call = here("benchmark", WORKBOOK, "--view", "enterprise", "--json", "--lang", "en", "--store", store)
    assert (call.code, call.err) == (0, "")
    return call.json
