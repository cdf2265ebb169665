"""What policy asks of the main KPIs is what the enterprise's pages say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpi.i18n import text
from kpi.policy.change_file import EnteredValue
from kpi.services.administrator.policy import approve_policy_change, set_policy_value
from kpi.services.operation.authentication import viewer_of
from tests.pages.app_runs import Office, opened, strings, submitted

LATER = date(2999, 1, 1)


def ask_for(office: Office, needed: int) -> None:
    """So many main KPIs, as if it had been in force all year: a change for a year with sealed verdicts is refused."""
    viewer = viewer_of(office.store, office.tokens["administrator"])
    assert viewer is not None
    stated = EnteredValue(LATER, "clause_at_least", needed, ("某通知，二", ""), ("通知调整", ""))
    number = set_policy_value(office.store, replace(viewer, account="another"), stated)
    approve_policy_change(office.store, viewer, number, 1)
    with office.store.transaction() as cursor:
        cursor.execute(f"update policy_change set content = replace(content, '{LATER}', '2025-06-01')")


@pytest.mark.parametrize("needed", [0, 4])
def test_gap_and_lock_state_the_rule_in_force(copied_office: Office, needed: int) -> None:
    if needed:
        ask_for(copied_office, needed)
    submitted(copied_office, locked=False)
    copied_office.sit("enterprise")
    gap, lock = ("\n".join(strings(opened(page))) for page in ("way", "submission"))
    plain = [
        text("page.what_if.clause", "zh", share=0.65) in gap,
        text("page.before_lock.means.not_reported", "zh") in lock,
    ]
    counted = [
        text("page.what_if.clause_at_least", "zh", needed=4, of=6) in gap,
        text("page.before_lock.means.not_reported_at_least", "zh", needed=4) in lock,
    ]
    assert (plain, counted) == ([not needed] * 2, [bool(needed)] * 2)
