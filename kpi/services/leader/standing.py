"""A district leader's home: places left, candidates that cannot be put forward, industries without a candidate."""

from __future__ import annotations

from kpi import queries
from kpi.model.standing import Standing
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.leader.coverage import coverage
from kpi.services.programme_year import list_deadline, year_matters
from kpi.store.store import Store


@requires("see_coverage")
def leader_standing(store: Store, viewer: Viewer) -> list[Standing]:
    """Of the leader's body in the latest year."""
    found = coverage(store, viewer)
    with store.cursor() as cursor:
        dates = year_matters(cursor, found.year)
        deadline = list_deadline(cursor, found.year, found.body)
        awarded = {one.credit_code for one in queries.awarded(cursor) if one.year <= found.year}
    waiting = [one for one in found.candidates if one.credit_code not in found.put_forward]
    barred = [one.factory for one in waiting if one.credit_code in awarded]
    quota = {"left": found.quota.left, "allowed": found.quota.allowed, "used": found.quota.used}
    free = found.quota.left > 0 and len(waiting) > len(barred)
    matters = [
        Standing("places_left" if free else "no_places_left", free, "nomination", quota | {"waiting": len(waiting)}),
        Standing("industries_thin", True, "coverage", {"industries": found.empty_industries})
        if found.empty_industries
        else Standing("industries_covered", False, "coverage"),
    ]
    if deadline:
        said = {"day": str(deadline.day), "days": deadline.days_left}
        matters.append(Standing(f"closes_{deadline.state}", False, "nomination", said))
    matters += dates
    if barred:
        matters.append(Standing("awarded_before", False, "coverage", {"factories": barred}))
    return matters
