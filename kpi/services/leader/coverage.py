"""What a district leader oversees: bodies on the map, the own candidates by industry and scenario, gaps, the quota."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from kpi import tables as store_tables
from kpi.access.roles import Scope, scope_of, whole_programme
from kpi.benchmark.comparable_value import comparable_value
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application, Basis
from kpi.model.evaluation import Baseline, Reason
from kpi.model.programme import Deadline, ToDo
from kpi.model.publication import PublishedCell
from kpi.model.times import year_end
from kpi.model.viewer import Viewer
from kpi.recommendation.choice import failed_conditions
from kpi.services.account_decisions import account_request_to_dos
from kpi.services.authorization import reads, requires
from kpi.services.evaluation import baseline_in_force
from kpi.services.leader.own_list import body_applications, judged_applications
from kpi.services.leader.recommendation import Quota, body_year, city_year, list_sent, quota_of, years_in_reach
from kpi.services.published import published_years
from kpi.services.year import begun_years, list_deadline, list_over, other_years, policy_of_year, year_matters
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.lists import QuotaUse

# The whole city's coverage: bodies, industries, scenarios, and the gaps. For those who run the programme.


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


@reads("run_programme")
def city_coverage(cursor: Cursor, viewer: Viewer, year: int | None = None) -> CityCoverage:
    """Of one year, by default the one at work (``city_year``)."""
    reached = store_tables.applications.locked_applications(cursor, whole_programme(viewer))
    applications = [locked.application for locked in reached]
    applied = {application.year for application in applications}
    shown = city_year(cursor, applied)
    year = year or shown
    candidates, awardees = behind_coverage(cursor, applications, year)
    bodies = _bodies(cursor, store_tables.lists.programme(cursor, year), year)
    baseline = baseline_in_force(cursor, year_end(year))
    industries = _city_coverage_industries(cursor, baseline, Counter(candidate.industry for candidate in candidates))
    scenarios = scenario_coverage(candidates, awardees)
    gaps = (
        *_body_gaps(bodies, {candidate.body for candidate in candidates}),
        *_city_coverage_industry_gaps(industries),
        *scenario_gaps(scenarios),
    )
    matrix = dict(Counter((candidate.body, candidate.industry) for candidate in candidates))
    years = years_in_reach(applied, shown)
    return CityCoverage(year, years, baseline, bodies, industries, scenarios, matrix, gaps, candidates, awardees)


def behind_coverage(
    cursor: Cursor, applications: Sequence[Application], year: int
) -> tuple[tuple[CoveredBy, ...], tuple[CoveredBy, ...]]:
    """The year's candidates, and the latest application of each awarded factory that is none of them.

    ``applications`` are those in the caller's reach, the latest year first.
    """
    bodies = tuple({application.body for application in applications if application.body})
    places = {
        code: place
        for codes in store_tables.stages.nominations_by_body(cursor, Scope(bodies=bodies), year).values()
        for place, code in enumerate(codes, start=1)
    }
    candidates = {
        application.credit_code: _covered(application, places.get(application.credit_code))
        for application in applications
        if application.year == year
    }
    awarded = {award.credit_code for award in store_tables.awards.awarded(cursor)} - candidates.keys()
    earlier = [
        application for application in applications if application.year < year and application.credit_code in awarded
    ]
    awardees = {application.credit_code: _covered(application, None) for application in reversed(earlier)}
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
    counts, awarded = (Counter(name for item in ones for name in item.scenarios) for ones in (candidates, awardees))
    stages = {stage.code: stage.name.zh for stage in catalogue().stages}
    return tuple(
        ScenarioCoverage(stages[scenario.stage], scenario.name.zh, counts[scenario.name.zh], awarded[scenario.name.zh])
        for scenario in catalogue().scenarios
    )


def scenario_gaps(scenarios: tuple[ScenarioCoverage, ...]) -> Iterator[Reason]:
    """A gap for each stage in which scenarios are named by nobody: "，" lists them in the text's own way."""
    for stage in dict.fromkeys(scenario.stage for scenario in scenarios):
        missing = [scenario.scenario for scenario in scenarios if scenario.stage == stage and not scenario.candidates]
        if missing:
            params: dict[str, str | float] = {"stage": stage, "count": len(missing), "scenarios": ",".join(missing)}
            yield Reason("scenarios_without_candidate", params)


def industry_gap(industry: str, enterprises: int) -> Reason:
    """No candidate in an industry, with the enterprises of it that the baseline knows."""
    code = "industry_without_candidate" if enterprises else "industry_without_enterprise"
    return Reason(code, {"industry": industry, "enterprises": enterprises})


def _bodies(cursor: Cursor, standing: dict[str, QuotaUse], year: int) -> tuple[BodyCoverage, ...]:
    rule = policy_of_year(cursor, year).quota
    found = [standing.get(body.name.zh, QuotaUse(body.name.zh, 0, 0)) for body in catalogue().bodies]
    return tuple(BodyCoverage(item.body, item.awarded, rule.of(item.awarded), item.nominated) for item in found)


def _city_coverage_industries(
    cursor: Cursor, baseline: Baseline, candidates: Counter[str]
) -> tuple[IndustryCoverage, ...]:
    enterprises = store_tables.lists.baseline_enterprises(cursor, baseline.name, baseline.region)
    awards = store_tables.awards.awarded_industries(cursor, baseline.name, baseline.region)
    names = [industry.name.zh for industry in catalogue().industries]
    return tuple(
        IndustryCoverage(name, candidates[name], awards.get(name, 0), enterprises.get(name, 0)) for name in names
    )


def _body_gaps(bodies: tuple[BodyCoverage, ...], applied: set[str | None]) -> Iterator[Reason]:
    for body in bodies:
        if body.body not in applied:
            yield Reason("body_without_candidate", {"body": body.body, "allowed": body.allowed})
        elif body.nominated < body.allowed:
            yield Reason(
                "places_left", {"body": body.body, "left": body.allowed - body.nominated, "allowed": body.allowed}
            )
        elif body.nominated > body.allowed:
            surplus: dict[str, str | float] = {"body": body.body, "nominated": body.nominated, "allowed": body.allowed}
            yield Reason("over_quota", surplus)


def _city_coverage_industry_gaps(industries: tuple[IndustryCoverage, ...]) -> Iterator[Reason]:
    yield from (
        industry_gap(industry.industry, industry.baseline_enterprises)
        for industry in industries
        if not industry.candidates
    )


@dataclass(frozen=True, slots=True)
class OwnIndustry:
    """One industry of the own body. ``awarded`` are factories that once applied with it and are no candidates now.

    ``enterprises`` of the body in the baseline; None where there are some, but fewer than may be published.
    """

    industry: str
    candidates: int
    nominated: int
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
    def nominated(self) -> list[str]:
        """Credit codes in their order."""
        placed = [candidate for candidate in self.candidates if candidate.place is not None]
        return [item.credit_code for item in sorted(placed, key=lambda item: item.place or 0)]

    @property
    def empty_industries(self) -> list[str]:
        """Industries without any candidate of the own body: where coverage is thin."""
        return [industry.industry for industry in self.industries if not industry.candidates]


@reads("see_coverage")
def coverage(cursor: Cursor, viewer: Viewer, year: int | None = None) -> Coverage:
    """The leader's body in one year, by default the one at work (``body_year``)."""
    body = viewer.scope[0]
    applications = [
        application.application
        for application in store_tables.applications.locked_applications(cursor, scope_of(viewer))
    ]
    applied = {application.year for application in applications}
    shown = body_year(cursor, body, applied)
    year = year or shown
    policy = policy_of_year(cursor, year)
    standing = store_tables.lists.programme(cursor, year)
    candidates, awardees = behind_coverage(cursor, applications, year)
    baseline = baseline_in_force(cursor, year_end(year))
    enterprises = store_tables.lists.baseline_enterprises(cursor, baseline.name, baseline.region, body)
    deadline = list_deadline(cursor, year, body)
    quota = quota_of(standing.get(body, QuotaUse(body, 0, 0)), policy)
    awarded = {item.name.zh: standing[item.name.zh].awarded for item in catalogue().bodies if item.name.zh in standing}
    scenarios = scenario_coverage(candidates, awardees)
    industries = tuple(_industries(candidates, awardees, enterprises, policy.disclosure.min_groups))
    gaps = (*_industry_gaps(industries, policy.disclosure.min_groups), *scenario_gaps(scenarios))
    return Coverage(
        body=body,
        year=year,
        years=years_in_reach(applied, shown),
        baseline=baseline,
        awarded=awarded,
        allowed={item.name.zh: policy.quota.of(awarded.get(item.name.zh, 0)) for item in catalogue().bodies},
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
    applied, awarded = (
        Counter(candidate.industry for candidate in candidates),
        Counter(awardee.industry for awardee in awardees),
    )
    forward = Counter(candidate.industry for candidate in candidates if candidate.place is not None)
    for name in (industry.name.zh for industry in catalogue().industries):
        known = enterprises.get(name, 0)
        yield OwnIndustry(name, applied[name], forward[name], awarded[name], None if 0 < known < least else known)


def _industry_gaps(industries: tuple[OwnIndustry, ...], least: int) -> Iterator[Reason]:
    for industry in industries:
        if not industry.candidates:
            known = {"enterprises": industry.enterprises} if industry.enterprises else {}
            word = "few" if industry.enterprises is None else "some" if industry.enterprises else "no"
            yield Reason(f"own_industry_{word}_enterprises", {"industry": industry.industry, "least": least, **known})


# One KPI of the own body's applications beside the region's published figures, year by year.


@dataclass(frozen=True, slots=True)
class YearSpread:
    """A year's published cell, and the own applications' values on the basis that it is published on."""

    year: int
    cell: PublishedCell
    values: tuple[float, ...]
    """Ascending; what cannot be compared on that basis is left out."""


@dataclass(frozen=True, slots=True)
class KpiSpread:
    """``years`` from the latest to the earliest."""

    years: tuple[YearSpread, ...]
    basis: Basis | None
    illustrative: bool


@requires("see_coverage")
def kpi_spread(store: Store, viewer: Viewer, industry: str, code: str) -> KpiSpread:
    """Of the leader's body in one industry.

    Raises:
        NotFound: there is no such industry.
    """
    tables = published_years(store, viewer, industry)
    with store.cursor() as cursor:
        applications = [
            application.application
            for application in store_tables.applications.locked_applications(cursor, scope_of(viewer))
        ]
    kpi = catalogue().kpi(code)
    years = []
    for table in tables:
        own = [
            application
            for application in applications
            if (application.year, application.industry) == (table.baseline.year, industry)
        ]
        values = [comparable_value(kpi, item.values[code], table.bases.get(code)) for item in own]
        known = sorted(value.value for value in values if value.settled is None and isfinite(value.value))
        if cell := table.cell(code):
            years.append(YearSpread(table.baseline.year, cell, tuple(known)))
    basis = tables[0].bases.get(code) if tables else None
    return KpiSpread(tuple(years), basis, any(published.baseline.illustrative for published in tables))


# A district leader's home: places left, candidates that cannot be put forward, industries without a candidate.


@requires("see_coverage")
def leader_to_dos(store: Store, viewer: Viewer) -> list[ToDo]:
    """Of the leader's body in the year at work, which each matter names; of the years beside it that they are there."""
    found = coverage(store, viewer)
    with store.cursor() as cursor:
        dates = year_matters(cursor, found.year)
        deadline = list_deadline(cursor, found.year, found.body)
        awarded = {award.credit_code for award in store_tables.awards.awarded(cursor) if award.year <= found.year}
        counts = Counter(
            application.application.year
            for application in store_tables.applications.locked_applications(cursor, scope_of(viewer))
        )
        later = [begun_year for begun_year in begun_years(cursor, counts) if begun_year > found.year]
        sent = list_sent(cursor, found.body, found.year)
        free = not sent and _takes_one_more(cursor, found)
        beside = other_years(cursor, "coverage", counts, found.year)
        asking = account_request_to_dos(cursor, viewer)
    waiting = [candidate for candidate in found.candidates if candidate.credit_code not in found.nominated]
    barred = [item.factory for item in waiting if item.credit_code in awarded]
    quota = {"left": found.quota.left, "allowed": found.quota.allowed, "used": found.quota.used}
    year, at = {"year": found.year}, {"year": str(found.year)}
    places = year | quota | {"waiting": len(waiting)}
    matters = [
        ToDo("places_left" if free else "places_sent" if sent else "no_places_left", free, "nomination", places, at)
    ]
    if later and not sent:
        matters.append(ToDo("list_unsent", True, "nomination", year, at))
    matters.append(
        ToDo("industries_thin", True, "coverage", year | {"industries": found.empty_industries}, at)
        if found.empty_industries
        else ToDo("industries_covered", False, "coverage", year, at)
    )
    if deadline:
        said = year | {"day": str(deadline.day), "days": deadline.days_left}
        matters.append(ToDo(f"closes_{deadline.state}", False, "nomination", said, at))
    matters += [*asking, *dates]
    if barred:
        matters.append(ToDo("awarded_before", False, "coverage", year | {"factories": barred}, at))
    return [*matters, *beside]


def _takes_one_more(cursor: Cursor, found: Coverage) -> bool:
    """Whether the body's list can be put forward with one candidate more. One that fails a condition cannot be on it:
    where it was put forward before that was known, nobody else can be added either.
    """
    if found.quota.left <= 0 or list_over(cursor, found.year, found.body):
        return False
    known = body_applications(cursor, found.body, found.year)
    judged = judged_applications(cursor, list(known.values()), found.year)
    unfit = {answer.application.credit_code for answer in judged if failed_conditions(answer)}
    return unfit.isdisjoint(found.nominated) and bool(known.keys() - unfit - set(found.nominated))
