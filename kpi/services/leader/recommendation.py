"""The proposal for a recommending body's list: candidates, eligibility, quality, and the best list under the wishes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi import queries
from kpi.access.roles import Scope
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.model.application import Application
from kpi.model.evaluation import Evaluation, Reason, RuleResult
from kpi.model.language import Text
from kpi.model.viewer import Viewer
from kpi.policy.policy import Policy
from kpi.queries import BodyStanding
from kpi.recommendation.choice import (
    Choice,
    Option,
    Quality,
    Weights,
    Wishes,
    composite_hundredths,
    failed_conditions,
    quality,
)
from kpi.recommendation.proposal import NearBest, Proposal, Shortfall, propose
from kpi.services.authorization import requires
from kpi.services.evaluation import evaluation_context
from kpi.services.leader.body_judgement import judged_for_body
from kpi.services.leader.year_shown import body_year
from kpi.services.policies import policy_of_year
from kpi.store.cursor import Cursor
from kpi.store.store import Store


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
    """A candidate not yet put forward. ``failed`` conditions bar it; ``open_points`` only lower its quality.

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
    """A body's proposal with all that it rests on. ``illustrative``: the baseline's enterprises are invented."""

    body: str
    year: int
    illustrative: bool
    quota: Quota
    weights: Weights
    wishes: Wishes
    candidates: tuple[RankedCandidate, ...]
    proposal: Proposal
    left_out: tuple[tuple[str, Reason], ...]
    """The credit codes of all others, with the reason; texts: ``recommend.left_out.<code>``."""

    def ranked(self) -> list[RankedCandidate]:
        """The candidates of the proposal, in its order."""
        known = {one.credit_code: one for one in self.candidates}
        return [known[one.credit_code] for one in self.proposal.order]

    def chosen(self) -> list[Application]:
        """The applications of the proposal, in its order."""
        return [one.application for one in self.ranked()]


@requires("see_coverage")
def own_recommendation(
    store: Store, viewer: Viewer, wishes: Wishes, weights: Weights | None = None, year: int | None = None
) -> Recommendation:
    """For the leader's own body. ``weights`` and ``year`` by default the policy's and the one at work.

    Raises:
        UserError: a wish names nobody among the candidates.
    """
    with store.cursor() as cursor:
        return _recommendation(cursor, viewer.scope[0], viewer.barred, wishes, weights, year)


@requires("run_programme")
def body_recommendation(
    store: Store, viewer: Viewer, body: str, wishes: Wishes, weights: Weights | None = None, year: int | None = None
) -> Recommendation:
    """For any body, by its exact name.

    Raises:
        NotFound: there is no such body.
        UserError: a wish names nobody among the candidates.
    """
    if body not in {one.name.zh for one in catalogue().bodies}:
        raise NotFound("body", body)
    with store.cursor() as cursor:
        return _recommendation(cursor, body, viewer.barred, wishes, weights, year)


def quota_of(standing: BodyStanding, policy: Policy) -> Quota:
    rule = policy.quota
    raised = standing.awarded >= rule.raised_from
    why = Reason("raised" if raised else "base", {"awarded": standing.awarded, "raised_from": rule.raised_from})
    return Quota(standing.awarded, rule.of(standing.awarded), standing.nominated, why, rule.reference)


def default_weights(policy: Policy) -> Weights:
    """Those of the policy, as exact numbers."""
    rules = policy.recommendation
    return Weights(
        *(Fraction(str(one)) for one in (rules.weight_quality, rules.weight_industry, rules.weight_scenario))
    )


def _recommendation(
    cursor: Cursor, body: str, barred: tuple[str, ...], wishes: Wishes, weights: Weights | None, year: int | None
) -> Recommendation:
    scope = Scope(bodies=(body,), barred=barred)
    releases = queries.locked_applications(cursor, scope)
    year = year or body_year(cursor, body, {one.application.year for one in releases})
    policy = policy_of_year(cursor, year)
    standing = queries.programme(cursor, year).get(body, BodyStanding(body, 0, 0))
    forward = set(queries.nominations(cursor, scope, year))
    of_year = [one for one in releases if one.application.year == year]
    open_ones = [one for one in of_year if one.application.credit_code not in forward]
    answers = judged_for_body(cursor, open_ones, year)
    candidates = tuple(sorted((_ranked(*one, policy) for one in answers), key=lambda one: one.credit_code))
    _refuse_unknown(wishes, [one.credit_code for one in candidates])
    quota = quota_of(standing, policy)
    weights = weights or default_weights(policy)
    choice = Choice(tuple(_option(one) for one in candidates if one.eligible), quota.left, weights)
    near = NearBest(Fraction(str(policy.recommendation.near_best)), policy.recommendation.alternatives)
    proposal = propose(choice, wishes, near)
    left_out = tuple(_left_out(candidates, wishes, quota, proposal))
    illustrative = evaluation_context(cursor, year).baseline.illustrative
    return Recommendation(body, year, illustrative, quota, weights, wishes, candidates, proposal, left_out)


def _left_out(
    candidates: Sequence[RankedCandidate], wishes: Wishes, quota: Quota, proposal: Proposal
) -> Iterator[tuple[str, Reason]]:
    chosen = {one.credit_code for one in proposal.order}
    shortfalls = {one.option.credit_code: one for one in proposal.left_out}
    for one in candidates:
        code = one.credit_code
        if one.failed:
            yield code, Reason("not_eligible", {"conditions": ",".join(rule.rule for rule in one.failed)})
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
    factory = next(one.factory for one in candidates if one.credit_code == shortfall.instead_of.credit_code)
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
