"""What the page of baselines says before its figures."""

from __future__ import annotations

from kpi.i18n import text
from tests.pages.app_runs import Office, opened, strings


def test_which_baseline_is_in_force_stands_on_the_page_once(office_here: Office) -> None:
    office_here.sit("administrator")
    said = [one for one in strings(opened("baselines")) if text("page.baselines.in_force", "zh", year=2025) in one]
    assert len(said) == 1
