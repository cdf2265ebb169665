"""The answer for a body: which candidates in which order, what each wish costs, and what else is nearly as good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from kpi.recommendation.choice import Choice, Option, Wish, Wishes, in_order, worth
from kpi.recommendation.conflict import can_be_met, smallest_conflict
from kpi.recommendation.integer_program import solve
from kpi.recommendation.optimum import Optimum, Solver, best_choice, settle_ties

ProposalStatus = Literal["optimal", "infeasible", "time_limit", "not_proven"]


@dataclass(frozen=True, slots=True)
class NearBest:
    """How near the best an alternative must be, as a share of its objective, and how many are looked for."""

    share: Fraction
    most: int


@dataclass(frozen=True, slots=True)
class Alternative:
    chosen: tuple[Option, ...]
    objective: Fraction


@dataclass(frozen=True, slots=True)
class WishPrice:
    """``objective_without``: the best there is without this one wish; None if it was not proven."""

    wish: Wish
    objective_without: Fraction | None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why an eligible candidate is not proposed: by how much the objective falls if it takes the place of another.

    ``instead_of`` is the one whose place costs least; None where every exchange would break a wish.
    """

    option: Option
    instead_of: Option | None
    loss: Fraction


@dataclass(frozen=True, slots=True)
class Proposal:
    """``order`` and ``objective`` are empty and None where the wishes conflict: ``conflict`` then names them."""

    status: ProposalStatus
    order: tuple[Option, ...] = ()
    objective: Fraction | None = None
    bound: Fraction | None = None
    conflict: tuple[Wish, ...] = ()
    prices: tuple[WishPrice, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    left_out: tuple[Shortfall, ...] = ()


def propose(choice: Choice, wishes: Wishes, near: NearBest, solver: Solver = solve) -> Proposal:
    """The best set under the wishes, in the order of quality."""
    if not can_be_met(choice, wishes):
        return Proposal("infeasible", conflict=smallest_conflict(choice, wishes))
    best = best_choice(choice, wishes, solver=solver)
    if best is None:
        return Proposal("not_proven")
    second = best_choice(choice, wishes, [best.chosen], solver)
    if best.proven and second is not None and second.bound >= best.objective:
        best, second = settle_ties(choice, wishes, best, solver), None
    return Proposal(
        status=_status(best),
        order=in_order(best.chosen),
        objective=best.objective,
        bound=best.bound,
        prices=tuple(_prices(choice, wishes, solver)),
        alternatives=tuple(_alternatives(choice, wishes, best, second, near, solver)),
        left_out=tuple(_shortfalls(choice, wishes, best)),
    )


def _status(best: Optimum) -> ProposalStatus:
    if best.proven:
        return "optimal"
    return "not_proven" if best.in_time else "time_limit"


def _prices(choice: Choice, wishes: Wishes, solver: Solver) -> Iterator[WishPrice]:
    named = wishes.named()
    for wish in named:
        found = best_choice(choice, Wishes.of([one for one in named if one != wish]), solver=solver)
        yield WishPrice(wish, found.objective if found is not None and found.proven else None)


def _alternatives(
    choice: Choice, wishes: Wishes, best: Optimum, second: Optimum | None, near: NearBest, solver: Solver
) -> Iterator[Alternative]:
    """The next best sets, one by one. ``second`` is the first of them where it is known already."""
    known = [best.chosen]
    while len(known) <= near.most:
        found = second or best_choice(choice, wishes, known, solver)
        if found is None or found.objective < (1 - near.share) * best.objective:
            return
        yield Alternative(in_order(found.chosen), found.objective)
        known.append(found.chosen)
        second = None


def _shortfalls(choice: Choice, wishes: Wishes, best: Optimum) -> Iterator[Shortfall]:
    codes = {one.credit_code for one in best.chosen}
    for option in choice.options:
        if option.credit_code not in codes and option.credit_code not in wishes.must_not:
            yield _shortfall(choice, wishes, best, option)


def _shortfall(choice: Choice, wishes: Wishes, best: Optimum, option: Option) -> Shortfall:
    changed = [([one for one in best.chosen if one != out] + [option], out) for out in best.chosen]
    exchanges = [
        (worth(chosen, choice.weights), out) for chosen, out in changed if wishes.met_by(chosen, choice.industries)
    ]
    if not exchanges:
        return Shortfall(option, None, Fraction(0))
    objective, out = max(exchanges, key=lambda one: one[0])
    return Shortfall(option, out, best.objective - objective)
