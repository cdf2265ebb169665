"""One reader apart from the tests, for all files that are made to harm."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.subprocesses import Apart
from tests.pages.conftest import copied_office, copy_of_store, office_here, signed_in
from tests.services.conftest import furnished, store
from tests.shortcuts import components_sought_once

__all__ = [
    "components_sought_once",
    "copied_office",
    "copy_of_store",
    "furnished",
    "office_here",
    "signed_in",
    "store",
]


@pytest.fixture(scope="session")
def apart() -> Iterator[Apart]:
    opened = Apart()
    yield opened
    opened.close()
