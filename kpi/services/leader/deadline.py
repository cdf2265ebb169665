"""The day by which a recommending body sends its list: the close of the year's window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kpi.model.times import now, shanghai_date
from kpi.services.policies import policy_of_year
from kpi.store.cursor import Cursor


@dataclass(frozen=True, slots=True)
class Deadline:
    """``days_left`` is 0 on the day itself and negative after it."""

    day: date
    days_left: int

    @property
    def state(self) -> str:
        """Texts: ``page.nomination.closes_<state>`` and ``page.home.closes_<state>``."""
        return "past" if self.days_left < 0 else "today" if self.days_left == 0 else "open"


def deadline_of(cursor: Cursor, year: int, at: datetime | None = None) -> Deadline | None:
    """None where policy has set no day for that year yet."""
    day = policy_of_year(cursor, year).window_closes
    return Deadline(day, (day - shanghai_date(at or now())).days) if day.year == year else None
