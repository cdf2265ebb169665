"""Every page once a notice is taken in and nothing is of its year yet: what there is of the year before still shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi.model.viewer import Role
from tests.pages.app_runs import ALLOWED, Office, all_say_no_conflict, opened
from tests.pages.conftest import office_on
from tests.services.notice_archives import take_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def office(signed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The notice of 2026 is in force, and nothing is of its year yet."""
    with office_on(signed_in, tmp_path_factory.mktemp("before")) as here:
        take_in(here.store)
        all_say_no_conflict(here.store)
        yield here


@pytest.mark.parametrize(("role", "address"), ALLOWED, ids=[f"{role}-{address}" for role, address in ALLOWED])
def test_a_page_opens_before_anything_is_of_the_new_year(office: Office, role: Role, address: str) -> None:
    office.sit(role)
    shown = opened(address)
    assert not shown.exception, shown.exception
    shown.query_params["year"] = "2026"
    assert not shown.run().exception, shown.exception
