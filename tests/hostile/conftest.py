"""One reader apart from the tests, for all files that are made to harm."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.apart import Apart


@pytest.fixture(scope="session")
def apart() -> Iterator[Apart]:
    opened = Apart()
    yield opened
    opened.close()
