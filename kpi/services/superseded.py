"""Whether what an answer was decided by is still what holds: old answers stay, and say what has come since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kpi.model.times import now, shanghai_date, year_end
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.evaluation import baseline_in_force
from kpi.services.policies import policies_known
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class Superseded:
    """``baseline``: the one now in force for that year; ``policy``: the first day of today's. None: still the same."""

    baseline: str | None
    policy: date | None


@requires("see_published")
def what_superseded(
    store: Store, _: Viewer, baseline: str, policy: date, year: int, at: datetime | None = None
) -> Superseded:
    """What came after the ``baseline`` and the ``policy``, named by its day, that an answer for ``year`` rests on."""
    with store.cursor() as cursor:
        return superseded_by(cursor, baseline, policy, year, at)


def superseded_by(cursor: Cursor, baseline: str, policy: date, year: int, at: datetime | None = None) -> Superseded:
    """As ``what_superseded``, for whoever has a cursor."""
    today = shanghai_date(at or now())
    current = baseline_in_force(cursor, year_end(year)).name
    latest = max((day for day in policies_known(cursor).in_force_dates() if day <= today), default=policy)
    return Superseded(None if current == baseline else current, latest if latest > policy else None)
