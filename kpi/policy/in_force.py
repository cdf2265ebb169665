"""The policy of a given day."""

from __future__ import annotations

from datetime import date

from kpi.policy.load import policies
from kpi.policy.policy import Policy, PolicyEntry


def policy_on(day: date) -> Policy:
    """The policy in force on ``day``. Raises ``UserError("no_policy", day=...)`` where there is none."""
    return policies().on(day)


def policy_of_year(year: int) -> Policy:
    """The policy at the end of a year; for a year before the first, the first: a baseline may be older."""
    return policy_on(max(date(year, 12, 31), in_force_dates()[0]))


def statements(day: date | None = None) -> tuple[PolicyEntry, ...]:
    """Every value in force on ``day`` (by default: the last known) with its unit, reference and reason."""
    return policies().statements(day)


def in_force_dates() -> tuple[date, ...]:
    """The days on which the policy changed, the earliest first."""
    return policies().in_force_dates()
