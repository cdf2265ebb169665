"""The proposal for a recommending body's list: candidates, eligibility, quality, and the best list under the wishes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from kpi import tables
from kpi.access.roles import Scope, scope_of
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.model.application import Application
from kpi.model.evaluation import ClauseVerdict, Evaluation, Reason, RuleResult
from kpi.model.language import Text
from kpi.model.lifecycle import ApplicationState, is_public, stage_of
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.policy.policy import Policy
from kpi.recommendation.choice import (
    Choice,
    Option,
    Quality,
    Weights,
    Wishes,
    WorthShare,
    composite_hundredths,
    failed_conditions,
    quality,
    worth_shares,
)
from kpi.recommendation.proposal import NearBest, Proposal, Shortfall, propose
from kpi.services.authorization import reads
from kpi.services.evaluation import answer_with_facts_of, evaluation_context, full_evaluations, newest_baseline
from kpi.services.lifecycle import last_stages
from kpi.services.year import dates_of, list_over, policy_of_year, year_at_work
from kpi.store.database import Cursor
from kpi.tables.applications import LockedApplication
from kpi.tables.lists import QuotaUse

# How candidates are judged for their recommending body: once a factory and year, while values can still be chosen.
#
# An application can be reopened and locked again as often as its enterprise likes. Were each lock judged for the body,
# an enterprise and its body together could move one value step by step and read words, clause and composite score each
# time: where every peer stands. So until the close that is set for its year a body sees the answer to the values that
# were locked first, and after it to those that stand.


def judged_for_body(
    cursor: Cursor, locked_applications: Sequence[LockedApplication], year: int
) -> list[tuple[Evaluation, bool]]:
    """The authority's answer for each, with the facts and conditions of what is locked now.

    Beside it, whether it is the answer to values that were locked first and have been changed since.
    """
    if not locked_applications:
        return []
    on, closed = evaluation_context(cursor, year), _closed(cursor, year)
    earlier = [
        not closed and _deciding(locked.first_of_year) != _deciding(locked.application)
        for locked in locked_applications
    ]
    judged = [
        locked.first_of_year if old else locked.application
        for locked, old in zip(locked_applications, earlier, strict=True)
    ]
    answers = full_evaluations(cursor, judged, on)
    return [
        (answer_with_facts_of(cursor, locked.application, answer, on.policy) if old else answer, old)
        for locked, answer, old in zip(locked_applications, answers, earlier, strict=True)
    ]


def _closed(cursor: Cursor, year: int) -> bool:
    """Whether no value of that year can be chosen any more: a day that nobody has set refuses nothing."""
    dates = dates_of(cursor, year)
    return dates is not None and shanghai_date(now()) > dates.closes


def _deciding(application: Application) -> Hashable:
    """What an answer follows from, without the cells that it was read from."""
    values = tuple(
        (value.code, value.state, value.value, value.basis, value.before, value.after)
        for value in application.values.values()
    )
    return application.industry, application.group, values


# Of which year the list and the coverage are where nobody has chosen one.


def city_year(cursor: Cursor, applied: Collection[int]) -> int:
    """For those who run the programme: the year before the latest until the last day that is set for it is over.

    ``applied`` are the years that have an application; the newest baseline's counts too.

    Raises:
        UserError: there is no baseline, so nothing can be judged.
    """
    return _year_shown(cursor, applied, lambda year: dates_of(cursor, year) is not None)


def body_year(cursor: Cursor, body: str, applied: Collection[int]) -> int:
    """For a recommending body: the year before the latest until its list is sent, or taken or waited for no more.

    Raises:
        UserError: there is no baseline.
    """

    def unfinished(year: int) -> bool:
        awaited = list_over(cursor, year, body) is None and not list_sent(cursor, body, year)
        return awaited and not _published(cursor, body, year)

    return _year_shown(cursor, applied, unfinished)


def list_sent(cursor: Cursor, body: str, year: int) -> bool:
    editions = tables.lists.nomination_lists(cursor, Scope(bodies=(body,)), year)
    return bool(editions) and editions[0].state == "sent"


def _published(cursor: Cursor, body: str, year: int) -> bool:
    """Whether a candidate of the body stands on a public list: its own list reached the authority on paper."""
    return any(is_public(stage) for stage in last_stages(cursor, Scope(bodies=(body,)), year).values())


def years_in_reach(applied: Collection[int], shown: int) -> tuple[int, ...]:
    """Those to choose from, the latest first."""
    return tuple(sorted({*applied, shown}, reverse=True))


def _year_shown(cursor: Cursor, applied: Collection[int], unfinished: Callable[[int], bool]) -> int:
    known = {*applied, newest_baseline(cursor).year}
    return year_at_work(cursor, known, lambda year: year in applied and unfinished(year))


@dataclass(frozen=True, slots=True)
class Quota:
    """A body's places. ``rule`` says why so many, text ``recommend.rule.<code>``; ``reference`` is its clause."""

    awarded: int
    allowed: int
    used: int
    rule: Reason
    reference: Text

    @property
    def left(self) -> int:
        return max(self.allowed - self.used, 0)


@dataclass(frozen=True, slots=True)
class RankedCandidate:
    """``failed`` conditions bar it; ``open_points`` only lower its quality.

    ``as_first_locked``: words and scores are of values that have been changed since (``body_judgement``).
    ``composite`` has two digits. No count, p-value or peer's value is in it, so a body may see all of it.
    """

    application: Application
    quality: Quality
    composite: Fraction
    clause: str
    as_first_locked: bool
    failed: tuple[RuleResult, ...]
    open_points: tuple[RuleResult, ...]

    @property
    def credit_code(self) -> str:
        return self.application.credit_code

    @property
    def factory(self) -> str:
        return self.application.label

    @property
    def industry(self) -> str:
        return self.application.industry

    @property
    def scenarios(self) -> tuple[str, ...]:
        return self.application.scenarios

    @property
    def eligible(self) -> bool:
        return not self.failed


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A body's proposal with all that it rests on. ``illustrative``: the baseline's enterprises are invented.

    ``nominated`` are on the list already, ``candidates`` are not; both by credit code.
    """

    body: str
    year: int
    illustrative: bool
    quota: Quota
    weights: Weights
    wishes: Wishes
    nominated: tuple[RankedCandidate, ...]
    candidates: tuple[RankedCandidate, ...]
    proposal: Proposal
    left_out: tuple[tuple[str, Reason], ...]
    """The credit codes of all others, with the reason; texts: ``recommend.left_out.<code>``."""

    def ranked(self) -> list[RankedCandidate]:
        """The candidates of the proposal, in its order."""
        known = {candidate.credit_code: candidate for candidate in self.candidates}
        return [known[option.credit_code] for option in self.proposal.order]

    def shares(self) -> tuple[WorthShare, ...]:
        """What each on the whole list is worth of the objective: those nominated, then the proposal in its order."""
        return worth_shares((*map(_option, self.nominated), *self.proposal.order), self.weights)

    def chosen(self) -> list[Application]:
        """The applications of the proposal, in its order."""
        return [candidate.application for candidate in self.ranked()]


@reads("see_coverage")
def own_recommendation(
    cursor: Cursor, viewer: Viewer, wishes: Wishes, weights: Weights | None = None, year: int | None = None
) -> Recommendation:
    """For the leader's own body. ``weights`` and ``year`` by default the policy's and the one at work.

    Raises:
        UserError: a wish names nobody among the candidates.
    """
    return _recommendation(cursor, viewer.scope[0], viewer.barred, wishes, weights, year)


@reads("run_programme")
def body_recommendation(
    cursor: Cursor, viewer: Viewer, body: str, wishes: Wishes, weights: Weights | None = None, year: int | None = None
) -> Recommendation:
    """For any body, by its exact name.

    Raises:
        NotFound: there is no such body.
        UserError: a wish names nobody among the candidates.
    """
    if body not in {item.name.zh for item in catalogue().bodies}:
        raise NotFound("body", body)
    return _recommendation(cursor, body, viewer.barred, wishes, weights, year)


def quota_of(standing: QuotaUse, policy: Policy) -> Quota:
    rule = policy.quota
    why = Reason(rule.case(standing.awarded), {"awarded": standing.awarded, "raised_from": rule.raised_from or 0})
    return Quota(standing.awarded, rule.of(standing.awarded), standing.nominated, why, rule.reference)


def default_weights(policy: Policy) -> Weights:
    """Those of the policy, as exact numbers."""
    rules = policy.recommendation
    return Weights(
        *(Fraction(str(item)) for item in (rules.weight_quality, rules.weight_industry, rules.weight_scenario))
    )


def _recommendation(
    cursor: Cursor, body: str, barred: tuple[str, ...], wishes: Wishes, weights: Weights | None, year: int | None
) -> Recommendation:
    scope = Scope(bodies=(body,), barred=barred)
    locked_applications = tables.applications.locked_applications(cursor, scope)
    year = year or body_year(cursor, body, {locked.application.year for locked in locked_applications})
    policy = policy_of_year(cursor, year)
    standing = tables.lists.programme(cursor, year).get(body, QuotaUse(body, 0, 0))
    forward = set(tables.stages.nominations(cursor, scope, year))
    of_year = [locked for locked in locked_applications if locked.application.year == year]
    judged = [_ranked(*answer, policy) for answer in judged_for_body(cursor, of_year, year)]
    by_code = sorted(judged, key=lambda candidate: candidate.credit_code)
    nominated = tuple(candidate for candidate in by_code if candidate.credit_code in forward)
    candidates = tuple(candidate for candidate in by_code if candidate.credit_code not in forward)
    _refuse_unknown(wishes, [candidate.credit_code for candidate in candidates])
    quota = quota_of(standing, policy)
    weights = weights or default_weights(policy)
    options = tuple(_option(candidate) for candidate in candidates if candidate.eligible)
    choice = Choice(options, quota.left, weights, tuple(map(_option, nominated)))
    near = NearBest(Fraction(str(policy.recommendation.near_best)), policy.recommendation.alternatives)
    proposal = propose(choice, wishes, near)
    left_out = tuple(_left_out(candidates, wishes, quota, proposal))
    illustrative = evaluation_context(cursor, year).baseline.illustrative
    return Recommendation(body, year, illustrative, quota, weights, wishes, nominated, candidates, proposal, left_out)


def _left_out(
    candidates: Sequence[RankedCandidate], wishes: Wishes, quota: Quota, proposal: Proposal
) -> Iterator[tuple[str, Reason]]:
    chosen = {option.credit_code for option in proposal.order}
    shortfalls = {item.option.credit_code: item for item in proposal.left_out}
    for candidate in candidates:
        code = candidate.credit_code
        if candidate.failed:
            yield code, Reason("not_eligible", {"conditions": ",".join(rule.rule for rule in candidate.failed)})
        elif proposal.status == "infeasible":
            yield code, Reason("conflict")
        elif code in wishes.must_not:
            yield code, Reason("barred")
        elif not quota.left:
            yield code, Reason("no_places")
        elif code in shortfalls:
            yield code, _short(shortfalls[code], candidates, wishes, chosen)
        elif code not in chosen:
            yield code, Reason("conflict")


def _short(
    shortfall: Shortfall, candidates: Sequence[RankedCandidate], wishes: Wishes, chosen: Collection[str]
) -> Reason:
    if shortfall.instead_of is None:
        return Reason("must_only" if chosen and set(chosen) <= set(wishes.must) else "no_exchange")
    factory = next(
        candidate.factory for candidate in candidates if candidate.credit_code == shortfall.instead_of.credit_code
    )
    if not shortfall.loss:
        return Reason("tie", {"factory": factory})
    return Reason("exchange", {"factory": factory, "loss": float(shortfall.loss)})


def _ranked(answer: Evaluation, as_first_locked: bool, policy: Policy) -> RankedCandidate:
    failed = failed_conditions(answer)
    return RankedCandidate(
        application=answer.application,
        quality=quality(answer, policy.recommendation),
        composite=composite_hundredths(answer),
        clause=answer.clause.verdict,
        as_first_locked=as_first_locked,
        failed=tuple(failed),
        open_points=tuple(rule for rule in answer.eligibility if rule.state != "ok" and rule not in failed),
    )


def _option(candidate: RankedCandidate) -> Option:
    return Option(candidate.credit_code, candidate.industry, frozenset(candidate.scenarios), candidate.quality.value)


def _refuse_unknown(wishes: Wishes, known: Sequence[str]) -> None:
    unknown = sorted({*wishes.must, *wishes.must_not} - set(known))
    if unknown:
        raise UserError("wish_unknown", codes=_listed(unknown))


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(codes)


# The own candidates as their recommending body may see them: words, conditions, the composite score to two digits.


@dataclass(frozen=True, slots=True)
class StateReached:
    """A stage of an application, and when it was reached."""

    state: ApplicationState
    at: datetime


@dataclass(frozen=True, slots=True)
class JudgedCandidate:
    """No count, p-value or peer's value is in it. ``failed`` conditions bar it, ``open_points`` are not known yet.

    ``as_first_locked``: clause and composite are of values that have been changed since (``body_judgement``).
    ``states`` in the order of time, from its lock on.
    """

    application: Application
    clause: ClauseVerdict
    composite: Fraction
    as_first_locked: bool
    failed: tuple[RuleResult, ...]
    open_points: tuple[RuleResult, ...]
    states: tuple[StateReached, ...]

    @property
    def state(self) -> ApplicationState:
        return self.states[-1].state


@reads("see_coverage")
def body_candidates(cursor: Cursor, viewer: Viewer, year: int) -> list[JudgedCandidate]:
    """The candidates of the leader's body in that year, by credit code."""
    locked_applications = tables.applications.locked_applications(cursor, scope_of(viewer), year=year)
    reached = _reached(cursor, viewer, locked_applications)
    answers = judged_for_body(cursor, locked_applications, year)
    found = []
    for locked, (answer, as_first_locked) in zip(locked_applications, answers, strict=True):
        failed = tuple(failed_conditions(answer))
        found.append(
            JudgedCandidate(
                application=locked.application,
                clause=answer.clause.verdict,
                composite=composite_hundredths(answer),
                as_first_locked=as_first_locked,
                failed=failed,
                open_points=tuple(rule for rule in answer.eligibility if rule.state != "ok" and rule not in failed),
                states=reached[locked.application.credit_code],
            )
        )
    return found


def _reached(
    cursor: Cursor, viewer: Viewer, locked_applications: list[LockedApplication]
) -> dict[str, tuple[StateReached, ...]]:
    """From the lock that holds on: a step before it belongs to a lock that was opened again."""
    stages = tables.stages.stages_entered(cursor, scope_of(viewer))
    found = {}
    for locked in locked_applications:
        code, year, locked_at = locked.application.credit_code, locked.application.year, locked.locked_at
        later = [
            stage for stage in stages if (stage.credit_code, stage.year) == (code, year) and stage.taken_at >= locked_at
        ]
        taken = [StateReached(stage.state, stage.taken_at) for stage in later]
        found[code] = tuple(
            taken if taken and taken[0].state == stage_of(None) else [StateReached(stage_of(None), locked_at), *taken]
        )
    return found
