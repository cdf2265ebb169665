"""The answer for a body: which candidates in which order, what each wish costs, and what else is nearly as good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor, isfinite, lcm
from typing import Literal

from kpi.recommendation.choice import Choice, Option, Wish, Wishes, in_order, industry_worth, scenario_worth

# Whether wishes can be met together, decided without any solver, and the smallest set that cannot.


def can_be_met(choice: Choice, wishes: Wishes) -> bool:
    """Whether some set of eligible candidates within the places meets all wishes beside those nominated.

    The must-haves need a place each, and each industry that nobody covers by then one more.
    """
    must, barred = set(wishes.must), set(wishes.must_not)
    eligible = {option.credit_code: option.industry for option in choice.options}
    if must & barred or not must <= eligible.keys():
        return False
    most, asked = wishes.most_of_industry, Counter(eligible[code] for code in must)
    if most is not None and any(choice.nominated_of[name] + count > most for name, count in asked.items()):
        return False
    missing: set[str] = set()
    if wishes.each_industry:
        missing = set(choice.industries) - asked.keys() - choice.nominated_of.keys()
        if missing - {option.industry for option in choice.options if option.credit_code not in barred} or (
            missing and most == 0
        ):
            return False
    places = choice.places if wishes.most_places is None else min(choice.places, wishes.most_places)
    return len(must) + len(missing) <= places


def smallest_conflict(choice: Choice, wishes: Wishes) -> tuple[Wish, ...]:
    """Wishes that cannot be met together, though they could without any one of them; empty if all can be met.

    Found by deletion: a wish without which the rest still conflicts is dropped. Which set remains depends on the order,
    so every wish has its turn to be the last, and the smallest set counts.
    """
    named = wishes.named()
    if can_be_met(choice, wishes):
        return ()
    turns = (named[at:] + named[:at] for at in range(len(named)))
    return min((_irreducible(choice, turn) for turn in turns), key=len)


def _irreducible(choice: Choice, named: Sequence[Wish]) -> tuple[Wish, ...]:
    kept = list(named)
    for wish in named:
        without = [item for item in kept if item != wish]
        if not can_be_met(choice, Wishes.of(without)):
            kept = without
    return tuple(sorted(kept))


# A small integer program, solved by HiGHS; every answer is checked again in exact arithmetic.
#
# HiGHS has called infeasible points optimal (scipy 22812, 24141) and feasible programs infeasible (18907): what it
# says is a suggestion. All coefficients are integers, so the check is exact, and an objective within one unit of the
# bound is the optimum.


SECONDS = 10.0
"""The time one program may take: far above what a body's list needs, and a person waits for it."""

_TIME_LIMIT = 1
"""scipy's status of a run that was ended by its time."""

_TOLERANCE = 1e-6
"""How far HiGHS lets an integer be from a whole number, and the share of its bound that is rounding."""


@dataclass(frozen=True, slots=True)
class Row:
    """``least <= sum(coefficient * variable) <= most``; None is unbounded."""

    coefficients: Mapping[int, int]
    least: int | None = None
    most: int | None = None

    def holds(self, values: Sequence[int]) -> bool:
        total = sum(factor * values[at] for at, factor in self.coefficients.items())
        return (self.least is None or self.least <= total) and (self.most is None or total <= self.most)


@dataclass(frozen=True, slots=True)
class IntegerProgram:
    """Maximise ``gain`` over whole numbers between ``lower`` and ``upper`` that meet every row."""

    gain: Sequence[int]
    lower: Sequence[int]
    upper: Sequence[int]
    rows: Sequence[Row]

    def feasible(self, values: Sequence[int]) -> bool:
        within = all(low <= value <= high for low, value, high in zip(self.lower, values, self.upper, strict=True))
        return within and all(row.holds(values) for row in self.rows)

    def worth(self, values: Sequence[int]) -> int:
        return sum(factor * value for factor, value in zip(self.gain, values, strict=True))


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """A point that meets every rule exactly. ``bound``: no other is worth more, as far as the solver can say."""

    values: tuple[int, ...]
    objective: int
    bound: int
    in_time: bool

    @property
    def proven(self) -> bool:
        return self.objective == self.bound


def solve(program: IntegerProgram, seconds: float = SECONDS) -> CheckedAnswer | None:
    """The best point, or the best found in time; None where the solver found none that meets every rule.

    None is no proof that there is none.
    """
    if not program.gain:  # scipy takes no program without variables
        return CheckedAnswer((), 0, 0, in_time=True) if program.feasible(()) else None
    for presolve in (True, False):
        answer = _checked(program, presolve, seconds)
        if answer is not None:
            return answer
    return None


def _checked(program: IntegerProgram, presolve: bool, seconds: float) -> CheckedAnswer | None:
    # Loaded here: a page that does not optimise must not wait seconds for it.
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    cells = [(at, column, factor) for at, row in enumerate(program.rows) for column, factor in row.coefficients.items()]
    at, column, factor = (np.array(part) for part in zip(*cells, strict=True)) if cells else (np.zeros(0, int),) * 3
    matrix = coo_array((factor.astype(float), (at, column)), shape=(len(program.rows), len(program.gain)))
    least = [-np.inf if row.least is None else row.least for row in program.rows]
    most = [np.inf if row.most is None else row.most for row in program.rows]
    found = milp(
        c=-np.array(program.gain, dtype=float),
        integrality=np.ones(len(program.gain)),
        bounds=Bounds(np.array(program.lower, dtype=float), np.array(program.upper, dtype=float)),
        constraints=LinearConstraint(matrix.tocsc(), least, most) if program.rows else (),
        options={"presolve": presolve, "mip_rel_gap": 0.0, "time_limit": seconds},
    )
    if found.x is None or not np.isfinite(found.x).all():
        return None
    values = tuple(round(float(value)) for value in found.x)
    if np.abs(found.x - np.array(values)).max(initial=0.0) > _TOLERANCE or not program.feasible(values):
        return None
    objective = program.worth(values)
    return CheckedAnswer(values, objective, _bound(found.mip_dual_bound, objective), found.status != _TIME_LIMIT)


def _bound(stated: float | None, objective: int) -> int:
    """The solver's bound as a whole number. Below the point's own objective it is no bound, and proves nothing."""
    if stated is None or not isfinite(stated):
        return objective + 1
    bound = floor(-stated + max(_TOLERANCE, abs(stated) * 1e-12))
    return bound if bound >= objective else objective + 1


# The best set of candidates under the wishes. Ties are settled in published stages, never by the solver.
#
# 1. the highest objective; 2. of those the highest sum of quality; 3. of those the one whose credit codes come first:
# the earliest code that one set has and the other has not decides.


CODES_AT_A_TIME = 20
"""So many candidates make one stage of the order by credit code: powers of two that a solver still tells apart."""

Solver = Callable[[IntegerProgram], CheckedAnswer | None]


@dataclass(frozen=True, slots=True)
class Optimum:
    """A set that meets every rule. ``proven``: no other is worth more."""

    chosen: tuple[Option, ...]
    objective: Fraction
    bound: Fraction
    in_time: bool = True

    @property
    def proven(self) -> bool:
        return self.objective == self.bound


def best_choice(
    choice: Choice, wishes: Wishes, excluded: Sequence[Collection[Option]] = (), solver: Solver = solve
) -> Optimum | None:
    """A set that is worth most, the ``excluded`` sets aside; None where none was found.

    The wishes can be met together (``can_be_met``).
    """
    model = _Model(choice, wishes, excluded)
    answer = solver(model.program(model.objective_gain()))
    return None if answer is None else model.optimum(answer)


def settle_ties(choice: Choice, wishes: Wishes, best: Optimum, solver: Solver = solve) -> Optimum:
    """The first of all sets that are worth as much as ``best``, by the stages; not proven if a stage is not."""
    model = _Model(choice, wishes)
    kept = [Row(_sparse(model.objective_gain()), least=int((best.objective - model.base) * model.unit))]
    chosen = best.chosen
    for gain in model.tie_stages():
        answer = solver(model.program(gain, kept))
        if answer is None or not answer.proven:
            return replace(best, bound=best.bound + Fraction(1, model.unit))
        kept.append(Row(_sparse(gain), least=answer.objective))
        chosen = model.chosen(answer)
    return replace(best, chosen=chosen)


class _Model:
    """The integer program: a variable for each candidate, each industry and each scenario, 1 if chosen or covered.

    What those nominated are worth and cover is there already: ``base`` of the objective, and no variable.
    """

    def __init__(self, choice: Choice, wishes: Wishes, excluded: Sequence[Collection[Option]] = ()) -> None:
        self.choice, self.wishes = choice, wishes
        self.unit = choice.unit
        self.base = choice.worth(())
        covered = {name for option in choice.nominated for name in (option.industry, *option.scenarios)}
        self.industries = [name for name in choice.industries if name not in covered]
        self.scenarios = [name for name in choice.scenarios if name not in covered]
        self.covers = [*self.industries, *self.scenarios]
        self.rows = [*self._rules(), *map(self._not_this, excluded)]

    def program(self, gain: Sequence[int], more: Iterable[Row] = ()) -> IntegerProgram:
        must, barred = set(self.wishes.must), set(self.wishes.must_not)
        codes = [option.credit_code for option in self.choice.options]
        asked = [int(self.wishes.each_industry)] * len(self.industries)
        lower = [int(code in must) for code in codes] + asked + [0] * len(self.scenarios)
        upper = [int(code not in barred) for code in codes] + [1] * len(self.covers)
        return IntegerProgram(gain, lower, upper, [*self.rows, *more])

    def objective_gain(self) -> list[int]:
        weights = self.choice.weights
        parts = [weights.quality * option.quality for option in self.choice.options]
        parts += [industry_worth(weights)] * len(self.industries)
        parts += [scenario_worth(weights)] * len(self.scenarios)
        return [int(part * self.unit) for part in parts]

    def tie_stages(self) -> Iterator[list[int]]:
        """The gain of each stage after the objective: the sum of quality, then the credit codes in their order."""
        options = self.choice.options
        scale = lcm(*(option.quality.denominator for option in options))
        yield self._of_candidates([int(option.quality * scale) for option in options])
        for start in range(0, len(options), CODES_AT_A_TIME):
            end = min(start + CODES_AT_A_TIME, len(options))
            yield self._of_candidates([2 ** (end - 1 - at) if start <= at < end else 0 for at in range(len(options))])

    def chosen(self, answer: CheckedAnswer) -> tuple[Option, ...]:
        return tuple(option for at, option in enumerate(self.choice.options) if answer.values[at])

    def optimum(self, answer: CheckedAnswer) -> Optimum:
        chosen = self.chosen(answer)
        bound = self.base + Fraction(answer.bound, self.unit)
        return Optimum(chosen, self.choice.worth(chosen), bound, answer.in_time)

    def _rules(self) -> Iterator[Row]:
        """At most so many places, and so many of an industry; what nobody chosen covers is not covered."""
        options, bounds = self.choice.options, self.wishes
        places = self.choice.places if bounds.most_places is None else min(self.choice.places, bounds.most_places)
        yield Row(dict.fromkeys(range(len(options)), 1), most=places)
        if bounds.most_of_industry is not None:
            for name in self.choice.industries:
                yield Row(
                    {place: 1 for place, option in enumerate(options) if option.industry == name},
                    most=max(bounds.most_of_industry - self.choice.nominated_of[name], 0),
                )
        for at, name in enumerate(self.covers, start=len(options)):
            covering = [
                place for place, option in enumerate(options) if name == option.industry or name in option.scenarios
            ]
            yield Row({at: 1, **dict.fromkeys(covering, -1)}, most=0)

    def _not_this(self, excluded: Collection[Option]) -> Row:
        """Any set but this one: at least one of it is out, or one more is in."""
        out = {option.credit_code for option in excluded}
        signs = {at: 1 if option.credit_code in out else -1 for at, option in enumerate(self.choice.options)}
        return Row(signs, most=len(out) - 1)

    def _of_candidates(self, gains: Sequence[int]) -> list[int]:
        return [*gains, *[0] * len(self.covers)]


def _sparse(gain: Sequence[int]) -> dict[int, int]:
    return {at: factor for at, factor in enumerate(gain) if factor}


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
    """``order`` and ``objective`` are empty and None where the wishes conflict: ``conflict`` then names them.

    ``order`` are those to join the list; every worth is that of the whole list.
    """

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
        found = best_choice(choice, Wishes.of([item for item in named if item != wish]), solver=solver)
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
    codes = {item.credit_code for item in best.chosen}
    for option in choice.options:
        if option.credit_code not in codes and option.credit_code not in wishes.must_not:
            yield _shortfall(choice, wishes, best, option)


def _shortfall(choice: Choice, wishes: Wishes, best: Optimum, option: Option) -> Shortfall:
    changed = [([item for item in best.chosen if item != out] + [option], out) for out in best.chosen]
    exchanges = [(choice.worth(chosen), out) for chosen, out in changed if choice.meets(wishes, chosen)]
    if not exchanges:
        return Shortfall(option, None, Fraction(0))
    objective, out = max(exchanges, key=lambda exchange: exchange[0])
    return Shortfall(option, out, best.objective - objective)
