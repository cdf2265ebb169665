"""Choosing baseline and policy, and evaluating an application by them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar, get_args

from kpi import tables
from kpi.access.roles import Scope
from kpi.benchmark.enterprise_view import (
    HELD_FOR_GROUP,
    HELD_TO_CLOSE,
    NOTHING_RELEASED,
    ReleasedVerdicts,
    enterprise_view,
)
from kpi.benchmark.evaluation import evaluate_all, policy_used
from kpi.benchmark.method import Method
from kpi.benchmark.sealed_record import released_verdicts
from kpi.catalogue.catalogue import Catalogue, catalogue, notice_in_hand
from kpi.eligibility.checklist import eligibility_checklist
from kpi.eligibility.rules import CaseFacts
from kpi.errors import UserError
from kpi.model.application import Application, dump_application
from kpi.model.claims import Rulings, standing_rulings
from kpi.model.evaluation import Baseline, ClauseVerdict, Evaluation
from kpi.model.publication import EnterpriseView, PublishedCell
from kpi.model.representation import Band, PublishedRepresentation, published_representation
from kpi.model.times import day_end, now, shanghai_date, year_end
from kpi.policy.policy import Policy
from kpi.services.claims import rulings_for, words_wait_for_group
from kpi.services.notices import notice_of_year
from kpi.services.year import policy_of_words, policy_on, window_open
from kpi.store.cache import PerObject, cached_each
from kpi.store.database import Cursor
from kpi.tables.applications import LockedApplication

Answer = TypeVar("Answer", Evaluation, EnterpriseView)

_reported: PerObject[Application, str] = PerObject(dump_application)
"""As it is sealed: two zeros are equal, of which one has a minus sign that a sealed record shows."""


@dataclass(frozen=True, slots=True)
class EvaluationContext:
    """What an answer is based on: ``notice`` is that of the year."""

    baseline: Baseline
    policy: Policy
    as_of: date
    notice: Catalogue = field(default_factory=catalogue)


def evaluation_context(
    cursor: Cursor, year: int, baseline: str | None = None, as_of: date | None = None
) -> EvaluationContext:
    """The baseline (by name, else the one in force) and the policy of the day.

    Who asks ``as_of`` a day is answered by the baseline that was in force on it, whatever came in or was decided since.

    Raises:
        UserError: no baseline or no policy is in force on that day.
        NotFound: there is no baseline of that name.
    """
    day = as_of or year_end(year)
    with notice_in_hand(notice_of_year(cursor, year)):
        if baseline:
            chosen = tables.baselines.baseline_named(cursor, baseline)
        else:
            chosen = (as_of and _baseline_known_on(cursor, as_of)) or baseline_in_force(cursor, day)
        return EvaluationContext(chosen, policy_on(cursor, day), day)


def baseline_in_force(cursor: Cursor, day: date) -> Baseline:
    """The home region's baseline of the latest year so far, imported ones before the shipped illustrative one.

    A baseline of another region does not apply here (method 1): it is used only if named.
    """
    if chosen := _applicable(tables.baselines.baselines(cursor), day):
        return chosen
    raise UserError("no_baseline", day=day.isoformat())


def _baseline_known_on(cursor: Cursor, day: date) -> Baseline | None:
    """The one that was in force at the end of the day, or None where none had come in by then."""
    if day == date.max:
        return None
    return _applicable(tables.baselines.baselines(cursor, day_end(day)), day)


def _applicable(preferred_first: Sequence[Baseline], day: date) -> Baseline | None:
    region = catalogue().notice.region.zh
    return next((item for item in preferred_first if item.region == region and item.year <= day.year), None)


def newest_baseline(cursor: Cursor) -> Baseline:
    """The home region's baseline that the latest applications are held against.

    Raises:
        UserError: there is none.
    """
    return baseline_in_force(cursor, date.max)


def full_evaluation(
    cursor: Cursor,
    application: Application,
    on: EvaluationContext,
    rulings: Rulings | None = None,
    method: Method | None = None,
) -> Evaluation:
    """The authority's answer: for reviewers, the authority, and the store's own command line.

    ``rulings`` None: those that are on record for the application's claims.
    """
    return full_evaluations(cursor, [application], on, None if rulings is None else [rulings], method)[0]


def full_evaluations(
    cursor: Cursor,
    applications: Sequence[Application],
    on: EvaluationContext,
    rulings: Sequence[Rulings] | None = None,
    method: Method | None = None,
) -> list[Evaluation]:
    """As ``full_evaluation``, for several applications counted at once."""
    by = rulings_for(cursor, applications) if rulings is None else rulings
    codes = tuple(application.credit_code for application in applications)
    stated = tables.conditions.statements_of(cursor, Scope(own=codes), codes)
    ruled = tables.conditions.condition_rulings(cursor, codes)
    facts = [
        CaseFacts(
            stated.get((application.credit_code, application.year), {}),
            listed,
            rulings=standing_rulings(ruled.get((application.credit_code, application.year), ())),
        )
        for application, listed in zip(applications, tables.awards.award_lists(cursor, applications), strict=True)
    ]

    def decide(places: list[int]) -> list[Evaluation]:
        chosen = [applications[place] for place in places]
        answers = decided_answers(cursor, chosen, on, [by[place] for place in places], method)
        stand_for = tables.representation.representations(cursor, on.baseline.name)
        return [
            replace(
                _with_conditions(answer, replace(facts[place], clause=answer.clause.verdict), on.policy),
                representation=stand_for.get(answer.application.industry),
            )
            for place, answer in zip(places, answers, strict=True)
        ]

    contents = deciding_contents(applications, on, by, method)
    with notice_in_hand(on.notice):
        return cached_each(
            [(content, *_known_beside(known)) for content, known in zip(contents, facts, strict=True)], decide
        )


def decided_answers(
    cursor: Cursor,
    applications: Sequence[Application],
    on: EvaluationContext,
    rulings: Sequence[Rulings],
    method: Method | None = None,
) -> list[Evaluation]:
    """As ``full_evaluations``, without the notice's conditions.

    For pages each is decided once, and kept under all that decides it: values, snapshot, policy, day, rulings, method.
    """

    def decide(places: list[int]) -> list[Evaluation]:
        chosen, by = [applications[place] for place in places], [rulings[place] for place in places]
        with notice_in_hand(on.notice):
            return evaluate_all(cursor, chosen, on.baseline, on.policy, on.as_of, by, method)

    return cached_each(deciding_contents(applications, on, rulings, method), decide)


def deciding_contents(
    applications: Sequence[Application], on: EvaluationContext, rulings: Sequence[Rulings], method: Method | None = None
) -> list[Hashable]:
    """For each application all that decides its answer, but for the baseline's own records, which its hashes name."""
    rules = (on.baseline, repr(on.policy), on.as_of, method, on.notice)
    return [
        (_reported(application), tuple(by.given.items()), rules)
        for application, by in zip(applications, rulings, strict=True)
    ]


def enterprise_evaluation(
    cursor: Cursor,
    application: Application,
    on: EvaluationContext,
    locked: LockedApplication | None = None,
    at: datetime | None = None,
) -> EnterpriseView:
    """The enterprise's view ``at`` a moment, with the verdicts released by then for its locked values, if any.

    For pages it is made once, and kept under all that it follows from.
    """
    with notice_in_hand(on.notice):
        return _enterprise_evaluation(cursor, application, on, locked, at or now())


def _enterprise_evaluation(
    cursor: Cursor, application: Application, on: EvaluationContext, locked: LockedApplication | None, at: datetime
) -> EnterpriseView:
    known = case_facts(cursor, application, None)
    may_know = _may_know(cursor, application, locked, at, on.policy) if locked else _MayKnow("not_released")
    used = policy_of_words(cursor, policy_used(on.policy, application.industry), on.as_of, application, may_know.record)

    def view() -> EnterpriseView:
        published = tables.baselines.published_table(cursor, on.baseline.name, on.baseline.region, application.industry)
        found = enterprise_view(
            application=application,
            published=published,
            baseline=on.baseline,
            policy=on.policy,
            used=used,
            as_of=on.as_of,
            released=_released(may_know, application.industry),
        )
        stand_for = published_representation_of(cursor, on.baseline, on.policy, application.industry, published)
        whole = _with_conditions(found, replace(known, clause=found.clause), on.policy)
        return replace(whole, representation=stand_for)

    rules = (on.baseline, repr(on.policy), used, on.as_of, on.notice)
    content = (_reported(application), rules, may_know, *_known_beside(known))
    return cached_each([("enterprise view", content)], lambda _: [view()])[0]


def published_representation_of(
    cursor: Cursor, baseline: Baseline, policy: Policy, industry: str, published: Mapping[str, PublishedCell]
) -> PublishedRepresentation | None:
    """What everybody may know of whom the peers of an industry stand for; None where nobody counted."""
    found = tables.representation.representations(cursor, baseline.name).get(industry)
    if found is None:
        return None
    largest = max((cell.band for cell in published.values() if cell.band), key=_BANDS.index, default=None)
    # The panel may hold enterprises that the register has not: the band is of those that it has.
    own = next((band.name for band in policy.disclosure.bands if band.covers(found.included)), None)
    band = min(largest, own, key=_BANDS.index) if largest and own else None if found.registered else largest
    least = policy.disclosure.min_groups
    of = next((item for item in policy.disclosure.bands if item.name == band), None)
    # Beside the size of the register a band says more: where that ends it, or nearly all are in, it says who is.
    if found.registered and of and found.registered < max(of.last or of.first, found.included) + least:
        band = None
    return published_representation(found, band, least)


_BANDS = get_args(Band)


def _known_beside(known: CaseFacts) -> tuple[Hashable, ...]:
    return tuple(known.statements.items()), known.awards, tuple(known.rulings.items())


def _with_conditions(answer: Answer, known: CaseFacts, policy: Policy) -> Answer:
    """The only place where the notice's conditions are judged: with what is known beside the application."""
    return replace(answer, eligibility=eligibility_checklist(answer.application, policy, known))


def answer_with_facts_of(cursor: Cursor, application: Application, answer: Evaluation, policy: Policy) -> Evaluation:
    """The ``answer`` to other values of the same factory, with the facts and conditions of ``application``."""
    known = case_facts(cursor, application, answer.clause.verdict)
    return _with_conditions(replace(answer, application=application), known, policy)


def case_facts(cursor: Cursor, application: Application, clause: ClauseVerdict | None) -> CaseFacts:
    """What is known beside the application itself; ``clause`` as the caller may know it."""
    code = application.credit_code
    statements = tables.conditions.statements(cursor, Scope(own=(code,)), code, application.year)
    given = tables.conditions.condition_rulings(cursor, [code]).get((code, application.year), ())
    [listed] = tables.awards.award_lists(cursor, [application])
    return CaseFacts(statements, listed, clause, standing_rulings(given))


def first_lock(cursor: Cursor, application: Application) -> LockedApplication | None:
    """The locked application of this factory and year, if any. For the command line."""
    for locked in tables.applications.locked_applications(cursor, Scope(own=(application.credit_code,))):
        if locked.application.year == application.year:
            return locked
    return None


@dataclass(frozen=True, slots=True)
class _MayKnow:
    """What an enterprise may know of its verdicts: ``held`` is why nothing at all, else from the sealed ``record`` the
    words of cells with ``enough`` groups, those of ``later`` after the close."""

    held: str | None
    record: str = ""
    enough: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()


_NOTHING = {item.held: item for item in (NOTHING_RELEASED, HELD_TO_CLOSE, HELD_FOR_GROUP)}


def _may_know(
    cursor: Cursor, application: Application, locked: LockedApplication, at: datetime, policy: Policy
) -> _MayKnow:
    """Verdicts are released only from cells with enough groups, and when policy allows (method 5, rule 4).

    They are those of the factory's first lock against that year's baselines: a value changed after reopening, or
    reported for another year or industry, gets no new verdict. ``application`` is what is asked about, of which a file
    may say another industry than what is locked now: the rules are those of the cells that its words would be of.
    """
    waits, enough, later = released_now(cursor, locked.first_baseline, application, policy, at)
    if waits:
        return _MayKnow("held_to_close")
    if words_wait_for_group(cursor, locked):
        return _MayKnow("held_for_group")
    return _MayKnow(None, locked.first_record, enough, later)


def _released(may_know: _MayKnow, industry: str) -> ReleasedVerdicts:
    if may_know.held:
        return _NOTHING[may_know.held]
    return released_verdicts(may_know.record, may_know.enough, industry, may_know.later)


def released_now(
    cursor: Cursor, baseline: str, application: Application, policy: Policy, at: datetime
) -> tuple[bool, frozenset[str], frozenset[str]]:
    """What policy lets an enterprise know at that moment of words among the peers of ``baseline``.

    Whether all words wait for the close of the window; the KPIs of cells with enough groups, of which there are words
    at all; and those whose word waits for the close alone, because some word of their cell would expose peers.
    """
    industry = application.industry
    open_still = window_open(cursor, policy, application.year, shanghai_date(at))
    exposing = open_still and policy.disclosure.exposing_words == "at_close"
    later = tables.baselines.kpis_of_exposing_words(cursor, baseline, industry) if exposing else frozenset()
    waits = open_still and policy.release == "at_close"
    return waits, kpis_of_enough_groups(cursor, baseline, industry, policy), later


def kpis_of_enough_groups(cursor: Cursor, baseline: str, industry: str, policy: Policy) -> frozenset[str]:
    """The KPIs whose word may be given out at all: those of cells with enough groups."""
    return frozenset(
        cell.kpi
        for cell in tables.baselines.cells(cursor, baseline)
        if cell.industry == industry
        and cell.basis == (policy.basis(cell.kpi) or "only")
        and cell.groups >= policy.disclosure.min_groups
    )
