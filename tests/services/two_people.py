"""Dates that one administrator proposes and another confirms."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kpi.services.administrator.year_dates import confirm_dates, year_overview
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR

SECOND_ADMINISTRATOR = replace(ADMINISTRATOR, account="administrator2")


def confirm_waiting(store: Store, year: int, at: datetime | None = None) -> None:
    """All that waits of that year."""
    for given in year_overview(store, ADMINISTRATOR, year).waiting:
        confirm_dates(store, SECOND_ADMINISTRATOR, year, getattr(given, "body", ""), given.set_at, at)
