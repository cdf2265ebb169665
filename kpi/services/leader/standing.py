"""A district leader's home: places left, candidates that cannot be put forward, industries without a candidate."""

from __future__ import annotations

from collections import Counter

from kpi import queries
from kpi.access.roles import scope_of
from kpi.model.programme import Standing
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.leader.coverage import coverage
from kpi.services.leader.year_shown import list_sent
from kpi.services.programme_year import begun_years, list_deadline, other_years, year_matters
from kpi.store.store import Store


@requires("see_coverage")
def leader_standing(store: Store, viewer: Viewer) -> list[Standing]:
    """Of the leader's body in the year at work, which each matter names; of the years beside it that they are there."""
    found = coverage(store, viewer)
    with store.cursor() as cursor:
        dates = year_matters(cursor, found.year)
        deadline = list_deadline(cursor, found.year, found.body)
        awarded = {one.credit_code for one in queries.awarded(cursor) if one.year <= found.year}
        counts = Counter(one.application.year for one in queries.locked_applications(cursor, scope_of(viewer)))
        later = [one for one in begun_years(cursor, counts) if one > found.year]
        unsent = later and not list_sent(cursor, found.body, found.year)
        beside = other_years(cursor, "coverage", counts, found.year)
    waiting = [one for one in found.candidates if one.credit_code not in found.put_forward]
    barred = [one.factory for one in waiting if one.credit_code in awarded]
    quota = {"left": found.quota.left, "allowed": found.quota.allowed, "used": found.quota.used}
    free = found.quota.left > 0 and len(waiting) > len(barred)
    year, at = {"year": found.year}, {"year": str(found.year)}
    places = year | quota | {"waiting": len(waiting)}
    matters = [Standing("places_left" if free else "no_places_left", free, "nomination", places, at)]
    if unsent:
        matters.append(Standing("list_unsent", True, "nomination", year, at))
    matters.append(
        Standing("industries_thin", True, "coverage", year | {"industries": found.empty_industries}, at)
        if found.empty_industries
        else Standing("industries_covered", False, "coverage", year, at)
    )
    if deadline:
        said = year | {"day": str(deadline.day), "days": deadline.days_left}
        matters.append(Standing(f"closes_{deadline.state}", False, "nomination", said, at))
    matters += dates
    if barred:
        matters.append(Standing("awarded_before", False, "coverage", year | {"factories": barred}, at))
    return [*matters, *beside]
