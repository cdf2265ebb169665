"""What a district leader oversees: bodies on the map, candidates by industry, and the quota."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from kpi import queries
from kpi.access.scope import scope_of
from kpi.catalogue.load import catalogue
from kpi.model.times import year_end
from kpi.model.viewer import Viewer
from kpi.queries import BodyStanding
from kpi.services.authorization import requires
from kpi.services.leader.city_coverage import latest_year
from kpi.services.policies import policy_on
from kpi.services.reviewer.candidates import CandidateEntry, candidate_entry
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """How many candidates a body may nominate, and has nominated."""

    allowed: int
    used: int

    @property
    def left(self) -> int:
        return self.allowed - self.used


@dataclass(frozen=True, slots=True)
class Coverage:
    """One leader's view. ``awarded`` is public for every body; candidates and quota are of the own body only.

    ``matrix`` counts the own candidates by (body, industry), both by exact Chinese name.
    """

    body: str
    year: int
    awarded: dict[str, int]
    matrix: dict[tuple[str, str], int]
    candidates: list[CandidateEntry]
    put_forward: list[str]
    quota: QuotaUse

    @property
    def empty_industries(self) -> list[str]:
        """Industries without any candidate of the own body: where coverage is thin."""
        return [
            industry.name.zh
            for industry in catalogue().industries
            if not self.matrix.get((self.body, industry.name.zh))
        ]


@requires("see_coverage")
def coverage(store: Store, viewer: Viewer) -> Coverage:
    """The leader's body in the latest year that has a candidate or a baseline."""
    scope = scope_of(viewer)
    body = viewer.scope[0]
    with store.cursor() as cursor:
        releases = queries.locked_applications(cursor, scope)
        year = latest_year(cursor, [release.application.year for release in releases])
        standing = queries.programme(cursor, year)
        candidates = [candidate_entry(release) for release in releases if release.application.year == year]
        put_forward = queries.nominations(cursor, scope, year)
        rule = policy_on(cursor, year_end(year)).quota
    own = standing.get(body, BodyStanding(body, 0, 0))
    return Coverage(
        body=body,
        year=year,
        awarded={one.name.zh: standing[one.name.zh].awarded for one in catalogue().bodies if one.name.zh in standing},
        matrix=dict(Counter((candidate.body, candidate.industry) for candidate in candidates)),
        candidates=candidates,
        put_forward=put_forward,
        quota=QuotaUse(rule.of(own.awarded), own.nominated),
    )
