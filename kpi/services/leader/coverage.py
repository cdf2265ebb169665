"""What a district leader oversees: bodies on the map, the own candidates by industry and scenario, gaps, the quota."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from kpi import queries
from kpi.access.roles import scope_of
from kpi.catalogue.catalogue import catalogue
from kpi.model.evaluation import Baseline, Reason
from kpi.model.programme import Deadline
from kpi.model.times import year_end
from kpi.model.viewer import Viewer
from kpi.queries import BodyStanding
from kpi.services.authorization import requires
from kpi.services.evaluation import baseline_in_force
from kpi.services.leader.city_coverage import (
    CoveredBy,
    ScenarioCoverage,
    behind_coverage,
    scenario_coverage,
    scenario_gaps,
)
from kpi.services.leader.recommendation import Quota, quota_of
from kpi.services.leader.year_shown import body_year, years_in_reach
from kpi.services.policies import policy_of_year
from kpi.services.programme_year import list_deadline
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class OwnIndustry:
    """One industry of the own body. ``awarded`` are factories that once applied with it and are no candidates now.

    ``enterprises`` of the body in the baseline; None where there are some, but fewer than may be published.
    """

    industry: str
    candidates: int
    put_forward: int
    awarded: int
    enterprises: int | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """One leader's view. ``awarded`` and ``allowed`` are public for every body; all else is of the own body only.

    Gaps: texts ``gap.<code>``. ``years``: to choose from, the latest first.
    """

    body: str
    year: int
    years: tuple[int, ...]
    baseline: Baseline
    awarded: dict[str, int]
    allowed: dict[str, int]
    quota: Quota
    deadline: Deadline | None
    industries: tuple[OwnIndustry, ...]
    scenarios: tuple[ScenarioCoverage, ...]
    gaps: tuple[Reason, ...]
    candidates: tuple[CoveredBy, ...]
    awardees: tuple[CoveredBy, ...]

    @property
    def put_forward(self) -> list[str]:
        """Credit codes in their order."""
        placed = [one for one in self.candidates if one.place is not None]
        return [one.credit_code for one in sorted(placed, key=lambda one: one.place or 0)]

    @property
    def empty_industries(self) -> list[str]:
        """Industries without any candidate of the own body: where coverage is thin."""
        return [one.industry for one in self.industries if not one.candidates]


@requires("see_coverage")
def coverage(store: Store, viewer: Viewer, year: int | None = None) -> Coverage:
    """The leader's body in one year, by default the one at work (``body_year``)."""
    body = viewer.scope[0]
    with store.cursor() as cursor:
        applications = [one.application for one in queries.locked_applications(cursor, scope_of(viewer))]
        applied = {one.year for one in applications}
        shown = body_year(cursor, body, applied)
        year = year or shown
        policy = policy_of_year(cursor, year)
        standing = queries.programme(cursor, year)
        candidates, awardees = behind_coverage(cursor, applications, year)
        baseline = baseline_in_force(cursor, year_end(year))
        enterprises = queries.baseline_enterprises(cursor, baseline.name, baseline.region, body)
        deadline = list_deadline(cursor, year, body)
    quota = quota_of(standing.get(body, BodyStanding(body, 0, 0)), policy)
    awarded = {one.name.zh: standing[one.name.zh].awarded for one in catalogue().bodies if one.name.zh in standing}
    scenarios = scenario_coverage(candidates, awardees)
    industries = tuple(_industries(candidates, awardees, enterprises, policy.disclosure.min_groups))
    gaps = (*_industry_gaps(industries, policy.disclosure.min_groups), *scenario_gaps(scenarios))
    return Coverage(
        body=body,
        year=year,
        years=years_in_reach(applied, shown),
        baseline=baseline,
        awarded=awarded,
        allowed={one.name.zh: policy.quota.of(awarded.get(one.name.zh, 0)) for one in catalogue().bodies},
        quota=quota,
        deadline=deadline,
        industries=industries,
        scenarios=scenarios,
        gaps=gaps,
        candidates=candidates,
        awardees=awardees,
    )


def _industries(
    candidates: tuple[CoveredBy, ...], awardees: tuple[CoveredBy, ...], enterprises: dict[str, int], least: int
) -> Iterator[OwnIndustry]:
    applied, awarded = Counter(one.industry for one in candidates), Counter(one.industry for one in awardees)
    forward = Counter(one.industry for one in candidates if one.place is not None)
    for name in (one.name.zh for one in catalogue().industries):
        known = enterprises.get(name, 0)
        yield OwnIndustry(name, applied[name], forward[name], awarded[name], None if 0 < known < least else known)


def _industry_gaps(industries: tuple[OwnIndustry, ...], least: int) -> Iterator[Reason]:
    for one in industries:
        if not one.candidates:
            known = {"enterprises": one.enterprises} if one.enterprises else {}
            word = "few" if one.enterprises is None else "some" if one.enterprises else "no"
            yield Reason(f"own_industry_{word}_enterprises", {"industry": one.industry, "least": least, **known})
