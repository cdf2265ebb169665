"""A reviewer's candidates: the locked applications in scope, with every count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kpi import stats, tables
from kpi.access.roles import scope_of
from kpi.benchmark.comparison import DEFAULT_ORDER, OrderSettings, compare_candidates
from kpi.benchmark.evaluation import accepted_not_applicable, claimed_group
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.benchmark.stated_values import ValueDifference, stated_values, value_differences
from kpi.benchmark.what_would_decide import WhatWouldDecide, what_would_decide
from kpi.errors import NotFound, UserError
from kpi.model.application import Application
from kpi.model.comparison import Comparison
from kpi.model.evaluation import Evaluation
from kpi.model.problem import listed
from kpi.model.viewer import Viewer
from kpi.policy.policy import WeightBounds
from kpi.services.authorization import reads, reads_unscoped, requires
from kpi.services.claims import rulings_for
from kpi.services.evaluation import (
    EvaluationContext,
    decided_answers,
    deciding_contents,
    evaluation_context,
    full_evaluation,
)
from kpi.services.reviewer.readings import note_reading, noted_readings
from kpi.services.year import dates_of, policy_of_year, year_at_work
from kpi.store.cache import cached
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import LockedApplication

# Candidates side by side, and their order with its uncertainty: one answer for page and command line.


def compare_applications(
    cursor: Cursor, applications: Sequence[Application], on: EvaluationContext, settings: OrderSettings
) -> Comparison:
    """The authority's comparison, in the given order. The caller reached the applications before.

    Raises:
        UserError: one factory twice, or several industries or years.
    """
    _refuse_incomparable(applications)
    rulings = rulings_for(cursor, applications)

    def compare() -> Comparison:
        # Without the notice's conditions: no comparison shows them, and they are asked for one by one.
        answers = decided_answers(cursor, applications, on, rulings)
        left_out = [
            accepted_not_applicable(application, on.policy, ruled)
            for application, ruled in zip(applications, rulings, strict=True)
        ]
        known = tables.peers.reference_set(cursor, on.baseline.name, on.baseline.region, applications[0].industry)
        return compare_candidates(answers, left_out, known, on.policy, settings)

    weights = None if settings.weights is None else tuple(settings.weights.items())
    decided_by = tuple(deciding_contents(applications, on, rulings))
    return cached(("comparison", decided_by, settings.seed, settings.draws, weights), compare, _room)


def _room(found: Comparison) -> int:
    """The draws take the most."""
    return found.draws.group_weights.nbytes + found.draws.kpi_weights.nbytes + found.draws.places.nbytes


def _refuse_incomparable(applications: Sequence[Application]) -> None:
    codes = Counter(application.credit_code for application in applications)
    if twice := [code for code, count in codes.items() if count > 1]:
        raise UserError("compare_twice", codes=listed(twice))
    kinds = {f"{application.industry} {application.year}" for application in applications}
    if len(kinds) > 1:
        raise UserError("compare_mixed", kinds=listed(sorted(kinds)))


# Of which year a reviewer's pages are where nobody has chosen one.


def review_year(cursor: Cursor, applied: Collection[int], unread: Collection[int]) -> int:
    """The year before the latest until the last day that is set for it is over; without dates, until all is read.

    ``applied``: the years of the candidates in reach; ``unread``: those of which one is not yet looked at.
    """
    return year_at_work(cursor, applied, lambda year: year in unread or dates_of(cursor, year) is not None)


@dataclass(frozen=True, slots=True)
class CandidateEntry:
    """A candidate by name, as listed."""

    credit_code: str
    enterprise: str
    factory: str
    industry: str
    body: str
    year: int


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Candidates compared; ``year_before``: their locked applications of that year, by credit code."""

    comparison: Comparison
    year_before: Mapping[str, Application]


@dataclass(frozen=True, slots=True)
class PeersOfKpi:
    """The peers' values of one KPI, ascending, and what would decide it: None where it is decided, or cannot be."""

    values: tuple[float, ...]
    would_decide: WhatWouldDecide | None


@requires("see_candidates")
def candidates(store: Store, viewer: Viewer) -> list[CandidateEntry]:
    """All candidates in the viewer's scope: those of the year at work, then the others, the latest year first."""
    with store.cursor() as cursor:
        found = tables.applications.candidate_records(cursor, scope_of(viewer))
        if not found:
            return []
        read = tables.audit.candidates_noted(cursor, viewer.account) | noted_readings(store, viewer.account)
        shown = review_year(
            cursor, {record.year for record in found}, {record.year for record in found if record.key not in read}
        )
    return [
        CandidateEntry(record.credit_code, record.enterprise, record.factory, record.industry, record.body, record.year)
        for record in sorted(found, key=lambda record: record.year != shown)
    ]


@requires("see_candidates")
def candidate_evaluation(store: Store, viewer: Viewer, credit_code: str, year: int) -> Evaluation:
    """One candidate's full answer.

    Raises:
        NotFound: no such candidate in scope.
    """
    with store.cursor() as cursor:
        locked = find_candidate(cursor, viewer, credit_code, year)
        note_reading(store, viewer.actor, credit_code, year)
        return full_evaluation(cursor, locked.application, evaluation_context(cursor, year, locked.baseline))


@requires("compare_candidates")
def side_by_side(
    store: Store,
    viewer: Viewer,
    credit_codes: Sequence[str],
    year: int,
    settings: OrderSettings = DEFAULT_ORDER,
) -> SideBySide:
    """Candidates of one industry and year against the baseline in force, in the given order.

    Raises:
        NotFound: one of them is out of scope.
        UserError: they are of several industries.
    """
    with store.cursor() as cursor:
        found = _find_candidates(cursor, viewer, credit_codes, year)
        for credit_code in credit_codes:
            note_reading(store, viewer.actor, credit_code, year, reading="candidate_compared")
        on = evaluation_context(cursor, year)
        compared = compare_applications(cursor, [application.application for application in found], on, settings)
        before = tables.applications.locked_applications(cursor, scope_of(viewer), credit_codes, year - 1)
        return SideBySide(
            compared, {application.application.credit_code: application.application for application in before}
        )


# The same for everybody: a policy, which is public
@reads_unscoped("compare_candidates")
def group_weight_bounds(cursor: Cursor, year: int) -> WeightBounds:
    """How much policy lets a reviewer weigh a KPI group of an application of that year."""
    return policy_of_year(cursor, year).group_weight


@reads("see_candidates")
def peers_of(cursor: Cursor, viewer: Viewer, answer: Evaluation, code: str) -> PeersOfKpi:
    """The peers' own values of one KPI, and what would decide it."""
    application, kpi = answer.application, answer.kpi(code)
    find_candidate(cursor, viewer, application.credit_code, application.year)
    [rulings] = rulings_for(cursor, [application])
    baseline, industry = answer.baseline, application.industry
    own = tables.peers.own_standing(
        cursor, baseline.name, baseline.region, industry, application.credit_code, claimed_group(application, rulings)
    )
    known = tables.peers.peer_values(
        cursor, baseline.name, baseline.region, industry, code, kpi.basis or NO_BASIS, own.no_peers
    )
    alpha = stats.exact_alpha(answer.policy.confidence)
    return PeersOfKpi(
        tuple(peer.value for peer in known if not peer.sibling),
        what_would_decide(kpi, known, answer.policy.leading_quantile, alpha),
    )


@reads("see_candidates")
def reported_otherwise(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> list[ValueDifference]:
    """The KPIs of which the enterprise reported something else for the year's baseline than it applies with.

    Raises:
        NotFound, UserError: as ``find_candidate``.
    """
    locked = find_candidate(cursor, viewer, credit_code, year)
    report = tables.campaign.reports(cursor, year, [credit_code]).get(credit_code)
    if report is None:
        return []
    policy = policy_of_year(cursor, year)
    return value_differences(stated_values(report.application, policy), stated_values(locked.application, policy))


def find_candidate(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> LockedApplication:
    """The locked application of a factory and year within the viewer's reach: what hands out its material asks here.

    Raises:
        NotFound: there is none.
        UserError: the viewer has not said whether it has a conflict of interest.
    """
    return _find_candidates(cursor, viewer, [credit_code], year)[0]


def _find_candidates(cursor: Cursor, viewer: Viewer, credit_codes: Sequence[str], year: int) -> list[LockedApplication]:
    """In the given order, by one question that reads no other application."""
    locked_applications = tables.applications.locked_applications(cursor, scope_of(viewer), credit_codes, year)
    found = {locked.application.credit_code: locked for locked in locked_applications}
    if not found.keys() >= set(credit_codes):
        raise NotFound("candidate")
    refuse_unanswered(cursor, viewer, [f"{code} {year}" for code in credit_codes])
    return [found[credit_code] for credit_code in credit_codes]


def refuse_unanswered(cursor: Cursor, viewer: Viewer, candidates: Collection[str]) -> None:
    """Raises ``UserError`` where the viewer has not said of each candidate ("credit_code year") that it has no conflict
    of interest; those with one are out of its reach.
    """
    if not set(candidates) <= tables.audit.candidates_noted(cursor, viewer.account, "no_conflict_stated").keys():
        raise UserError("conflict_not_answered")


def candidate_entry(locked: LockedApplication) -> CandidateEntry:
    application = locked.application
    return CandidateEntry(
        credit_code=application.credit_code,
        enterprise=application.text("enterprise") or application.credit_code,
        factory=application.text("factory_name") or "",
        industry=application.industry,
        body=application.body or "",
        year=application.year,
    )
