"""The whole city's coverage: bodies, industries, scenarios, and the gaps. For those who run the programme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kpi import queries
from kpi.access.roles import Scope, whole_programme
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application
from kpi.model.evaluation import Baseline, Reason
from kpi.model.times import year_end
from kpi.model.viewer import Viewer
from kpi.queries import BodyStanding
from kpi.services.authorization import requires
from kpi.services.evaluation import baseline_in_force
from kpi.services.leader.year_shown import city_year, years_in_reach
from kpi.services.policies import policy_of_year
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class BodyCoverage:
    """A body's awards, the candidates it may nominate, and those it has nominated this year."""

    body: str
    awarded: int
    allowed: int
    nominated: int


@dataclass(frozen=True, slots=True)
class IndustryCoverage:
    """``awarded``: listed awards whose enterprise is known to be of the industry."""

    industry: str
    candidates: int
    awarded: int
    baseline_enterprises: int


@dataclass(frozen=True, slots=True)
class ScenarioCoverage:
    """How many candidates name a scenario of annex 2, and how many awarded factories that are no candidates do.

    Both by exact Chinese name; of an awarded factory only what it once applied with is known.
    """

    stage: str
    scenario: str
    candidates: int
    awarded: int


@dataclass(frozen=True, slots=True)
class CoveredBy:
    """One application behind a count, by name. ``place`` on its body's list, None where it is not put forward."""

    credit_code: str
    enterprise: str
    factory: str
    industry: str
    body: str
    year: int
    scenarios: frozenset[str]
    place: int | None


@dataclass(frozen=True, slots=True)
class CityCoverage:
    """``matrix`` counts candidates by (body, industry). Gaps: texts ``gap.<code>``. ``years``: those to choose from.

    Behind the counts stand ``candidates``, the year's applications, and ``awardees``, earlier ones of factories awarded
    since.
    """

    year: int
    years: tuple[int, ...]
    baseline: Baseline
    bodies: tuple[BodyCoverage, ...]
    industries: tuple[IndustryCoverage, ...]
    scenarios: tuple[ScenarioCoverage, ...]
    matrix: dict[tuple[str, str], int]
    gaps: tuple[Reason, ...]
    candidates: tuple[CoveredBy, ...]
    awardees: tuple[CoveredBy, ...]


@requires("run_programme")
def city_coverage(store: Store, viewer: Viewer, year: int | None = None) -> CityCoverage:
    """Of one year, by default the one at work (``city_year``)."""
    with store.cursor() as cursor:
        reached = queries.locked_applications(cursor, whole_programme(viewer))
        applications = [release.application for release in reached]
        applied = {one.year for one in applications}
        shown = city_year(cursor, applied)
        year = year or shown
        candidates, awardees = behind_coverage(cursor, applications, year)
        bodies = _bodies(cursor, queries.programme(cursor, year), year)
        baseline = baseline_in_force(cursor, year_end(year))
        industries = _industries(cursor, baseline, Counter(one.industry for one in candidates))
    scenarios = scenario_coverage(candidates, awardees)
    gaps = (
        *_body_gaps(bodies, {one.body for one in candidates}),
        *_industry_gaps(industries),
        *scenario_gaps(scenarios),
    )
    matrix = dict(Counter((one.body, one.industry) for one in candidates))
    years = years_in_reach(applied, shown)
    return CityCoverage(year, years, baseline, bodies, industries, scenarios, matrix, gaps, candidates, awardees)


def behind_coverage(
    cursor: Cursor, applications: Sequence[Application], year: int
) -> tuple[tuple[CoveredBy, ...], tuple[CoveredBy, ...]]:
    """The year's candidates, and the latest application of each awarded factory that is none of them.

    ``applications`` are those in the caller's reach, the latest year first.
    """
    bodies = tuple({one.body for one in applications if one.body})
    places = {
        code: place
        for codes in queries.nominations_by_body(cursor, Scope(bodies=bodies), year).values()
        for place, code in enumerate(codes, start=1)
    }
    candidates = {
        one.credit_code: _covered(one, places.get(one.credit_code)) for one in applications if one.year == year
    }
    awarded = {one.credit_code for one in queries.awarded(cursor)} - candidates.keys()
    earlier = [one for one in applications if one.year < year and one.credit_code in awarded]
    awardees = {one.credit_code: _covered(one, None) for one in reversed(earlier)}
    return tuple(candidates.values()), tuple(awardees.values())


def _covered(application: Application, place: int | None) -> CoveredBy:
    return CoveredBy(
        credit_code=application.credit_code,
        enterprise=application.text("enterprise") or application.credit_code,
        factory=application.label,
        industry=application.industry,
        body=application.body or "",
        year=application.year,
        scenarios=frozenset(application.scenarios),
        place=place,
    )


def scenario_coverage(candidates: Sequence[CoveredBy], awardees: Sequence[CoveredBy]) -> tuple[ScenarioCoverage, ...]:
    """All forty scenarios in the notice's order."""
    counts, awarded = (Counter(name for one in ones for name in one.scenarios) for ones in (candidates, awardees))
    stages = {stage.code: stage.name.zh for stage in catalogue().stages}
    return tuple(
        ScenarioCoverage(stages[one.stage], one.name.zh, counts[one.name.zh], awarded[one.name.zh])
        for one in catalogue().scenarios
    )


def scenario_gaps(scenarios: tuple[ScenarioCoverage, ...]) -> Iterator[Reason]:
    """A gap for each stage in which scenarios are named by nobody: "，" lists them in the text's own way."""
    for stage in dict.fromkeys(one.stage for one in scenarios):
        missing = [one.scenario for one in scenarios if one.stage == stage and not one.candidates]
        if missing:
            params: dict[str, str | float] = {"stage": stage, "count": len(missing), "scenarios": ",".join(missing)}
            yield Reason("scenarios_without_candidate", params)


def industry_gap(industry: str, enterprises: int) -> Reason:
    """No candidate in an industry, with the enterprises of it that the baseline knows."""
    code = "industry_without_candidate" if enterprises else "industry_without_enterprise"
    return Reason(code, {"industry": industry, "enterprises": enterprises})


def _bodies(cursor: Cursor, standing: dict[str, BodyStanding], year: int) -> tuple[BodyCoverage, ...]:
    rule = policy_of_year(cursor, year).quota
    found = [standing.get(one.name.zh, BodyStanding(one.name.zh, 0, 0)) for one in catalogue().bodies]
    return tuple(BodyCoverage(one.body, one.awarded, rule.of(one.awarded), one.nominated) for one in found)


def _industries(cursor: Cursor, baseline: Baseline, candidates: Counter[str]) -> tuple[IndustryCoverage, ...]:
    enterprises = queries.baseline_enterprises(cursor, baseline.name, baseline.region)
    awards = queries.awarded_industries(cursor, baseline.name, baseline.region)
    names = [one.name.zh for one in catalogue().industries]
    return tuple(
        IndustryCoverage(name, candidates[name], awards.get(name, 0), enterprises.get(name, 0)) for name in names
    )


def _body_gaps(bodies: tuple[BodyCoverage, ...], applied: set[str | None]) -> Iterator[Reason]:
    for one in bodies:
        if one.body not in applied:
            yield Reason("body_without_candidate", {"body": one.body, "allowed": one.allowed})
        elif one.nominated < one.allowed:
            yield Reason("places_left", {"body": one.body, "left": one.allowed - one.nominated, "allowed": one.allowed})
        elif one.nominated > one.allowed:
            surplus: dict[str, str | float] = {"body": one.body, "nominated": one.nominated, "allowed": one.allowed}
            yield Reason("over_quota", surplus)


def _industry_gaps(industries: tuple[IndustryCoverage, ...]) -> Iterator[Reason]:
    yield from (industry_gap(one.industry, one.baseline_enterprises) for one in industries if not one.candidates)
