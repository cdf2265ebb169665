"""The day by which a list is sent: counted in Shanghai's days, and unknown for a year that policy has set none for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kpi.services.leader.deadline import deadline_of
from kpi.store.store import Store

DAY = date(2025, 8, 15)


@pytest.mark.parametrize(
    ("at", "left", "state"),
    [
        (datetime(2025, 8, 14, 15, 59, tzinfo=UTC), 1, "open"),
        (datetime(2025, 8, 14, 16, 0, tzinfo=UTC), 0, "today"),
        (datetime(2025, 8, 15, 16, 0, tzinfo=UTC), -1, "past"),
    ],
)
def test_days_are_shanghais(store: Store, at: datetime, left: int, state: str) -> None:
    with store.cursor() as cursor:
        deadline = deadline_of(cursor, 2025, at)
    assert deadline
    assert (deadline.day, deadline.days_left, deadline.state) == (DAY, left, state)


def test_a_year_without_a_day_has_no_deadline(store: Store) -> None:
    with store.cursor() as cursor:
        assert deadline_of(cursor, 2026) is None
