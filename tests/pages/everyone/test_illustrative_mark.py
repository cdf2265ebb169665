"""Wherever a number of the baseline that ships is read, the page says that its enterprises are invented."""

from __future__ import annotations

import pytest

from kpi.access.roles import Role
from kpi.i18n import text
from tests.pages.app_runs import Office, opened, strings, submitted

PAGES: list[tuple[Role, str]] = [
    ("enterprise", "result"),
    ("enterprise", "way"),
    ("enterprise", "submission"),
    ("enterprise", "benchmarks"),
    ("reviewer", "candidates"),
    ("reviewer", "candidate"),
    ("reviewer", "compare"),
    ("leader", "coverage"),
    ("leader", "nomination"),
    ("administrator", "city-coverage"),
    ("administrator", "baselines"),
    ("administrator", "plan"),
]


@pytest.mark.campaign
@pytest.mark.parametrize(("role", "address"), PAGES)
def test_a_page_with_figures_of_the_shipped_baseline_says_that_it_is_illustrative(
    copied_office: Office, role: Role, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a demonstration once, over every page; elsewhere each page by itself."""
    submitted(copied_office, locked=False)
    copied_office.sit(role)
    said = strings(opened(address))
    assert text("page.demonstration", "zh") in said
    assert text("page.illustrative", "zh") not in "\n".join(said)
    monkeypatch.setattr("pages.widgets.acts.is_demonstration_app", lambda: False)
    page = opened(address)
    assert not page.exception
    assert text("page.illustrative", "zh") in "\n".join(strings(page))
