"""Every page of a store with two notices, in either year: by the notice of the year that it shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi.model.viewer import Role
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.store.store import Store
from tests.pages.app_runs import ALLOWED, Office, all_say_no_conflict, each_tab, opened, strings
from tests.pages.conftest import office_on
from tests.services.notice_archives import take_in
from tests.services.submitting import lock_as_it_stands
from tests.services.test_two_notices import CODE, ENTERPRISE, IN_2025, begin_2026, in_2026

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

NUMBERS = {2025: "沪经信制〔2025〕514 号", 2026: "虚构示例〔2026〕"}


@pytest.fixture(scope="module")
def office(signed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Both years are locked, against a panel each."""
    with office_on(signed_in, tmp_path_factory.mktemp("two")) as here:
        store: Store = here.store
        for year, name, data in ((2025, IN_2025.name, IN_2025.read_bytes()), (2026, "example.csv", in_2026())):
            if year == 2026:
                take_in(store)
                begin_2026(store)
            accept_application(store, ENTERPRISE, receive_file(store, ENTERPRISE, name, data))
            lock_as_it_stands(store, ENTERPRISE, CODE, year)
        all_say_no_conflict(store)
        yield here


@pytest.mark.parametrize(("role", "address"), ALLOWED, ids=[f"{role}-{address}" for role, address in ALLOWED])
def test_a_page_opens_in_either_year(office: Office, role: Role, address: str) -> None:
    office.sit(role)
    for year in NUMBERS:
        for shown in each_tab(opened(address, year=str(year), application=f"{CODE} {year}")):
            assert not shown.exception, (year, shown.exception)


@pytest.mark.parametrize("year", NUMBERS)
@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("enterprise", "result"),
        ("enterprise", "conditions"),
        ("enterprise", "notice"),
        ("reviewer", "candidate"),
        ("leader", "coverage"),
    ],
)
def test_a_page_is_of_the_notice_of_the_year_that_it_shows(office: Office, role: Role, address: str, year: int) -> None:
    office.sit(role)
    said = " ".join(
        text
        for shown in each_tab(opened(address, year=str(year), application=f"{CODE} {year}"))
        for text in strings(shown)
    )
    [other] = set(NUMBERS) - {year}
    assert NUMBERS[year] in said
    assert NUMBERS[other] not in said
