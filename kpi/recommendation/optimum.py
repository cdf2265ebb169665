"""The best set of candidates under the wishes. Ties are settled in published stages, never by the solver.

1. the highest objective; 2. of those the highest sum of quality; 3. of those the one whose credit codes come first:
the earliest code that one set has and the other has not decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

from kpi.recommendation.choice import Choice, Option, Wishes, industry_worth, scenario_worth, worth
from kpi.recommendation.integer_program import CheckedAnswer, IntegerProgram, Row, solve

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
    kept = [Row(_sparse(model.objective_gain()), least=int(best.objective * model.unit))]
    chosen = best.chosen
    for gain in model.tie_stages():
        answer = solver(model.program(gain, kept))
        if answer is None or not answer.proven:
            return replace(best, bound=best.bound + Fraction(1, model.unit))
        kept.append(Row(_sparse(gain), least=answer.objective))
        chosen = model.chosen(answer)
    return replace(best, chosen=chosen)


class _Model:
    """The integer program: a variable for each candidate, each industry and each scenario, 1 if chosen or covered."""

    def __init__(self, choice: Choice, wishes: Wishes, excluded: Sequence[Collection[Option]] = ()) -> None:
        self.choice, self.wishes = choice, wishes
        self.unit = choice.unit
        self.covers = [*choice.industries, *choice.scenarios]
        self.rows = [*self._rules(), *map(self._not_this, excluded)]

    def program(self, gain: Sequence[int], more: Iterable[Row] = ()) -> IntegerProgram:
        must, barred = set(self.wishes.must), set(self.wishes.must_not)
        codes = [one.credit_code for one in self.choice.options]
        asked = [int(self.wishes.each_industry)] * len(self.choice.industries)
        lower = [int(code in must) for code in codes] + asked + [0] * len(self.choice.scenarios)
        upper = [int(code not in barred) for code in codes] + [1] * len(self.covers)
        return IntegerProgram(gain, lower, upper, [*self.rows, *more])

    def objective_gain(self) -> list[int]:
        weights = self.choice.weights
        parts = [weights.quality * one.quality for one in self.choice.options]
        parts += [industry_worth(weights)] * len(self.choice.industries)
        parts += [scenario_worth(weights)] * len(self.choice.scenarios)
        return [int(part * self.unit) for part in parts]

    def tie_stages(self) -> Iterator[list[int]]:
        """The gain of each stage after the objective: the sum of quality, then the credit codes in their order."""
        options = self.choice.options
        scale = lcm(*(one.quality.denominator for one in options))
        yield self._of_candidates([int(one.quality * scale) for one in options])
        for start in range(0, len(options), CODES_AT_A_TIME):
            end = min(start + CODES_AT_A_TIME, len(options))
            yield self._of_candidates([2 ** (end - 1 - at) if start <= at < end else 0 for at in range(len(options))])

    def chosen(self, answer: CheckedAnswer) -> tuple[Option, ...]:
        return tuple(one for at, one in enumerate(self.choice.options) if answer.values[at])

    def optimum(self, answer: CheckedAnswer) -> Optimum:
        chosen = self.chosen(answer)
        return Optimum(chosen, worth(chosen, self.choice.weights), Fraction(answer.bound, self.unit), answer.in_time)

    def _rules(self) -> Iterator[Row]:
        """At most so many places, and so many of an industry; what nobody chosen covers is not covered."""
        options, bounds = self.choice.options, self.wishes
        places = self.choice.places if bounds.most_places is None else min(self.choice.places, bounds.most_places)
        yield Row(dict.fromkeys(range(len(options)), 1), most=places)
        if bounds.most_of_industry is not None:
            for name in self.choice.industries:
                yield Row(
                    {place: 1 for place, one in enumerate(options) if one.industry == name},
                    most=bounds.most_of_industry,
                )
        for at, name in enumerate(self.covers, start=len(options)):
            covering = [place for place, one in enumerate(options) if name == one.industry or name in one.scenarios]
            yield Row({at: 1, **dict.fromkeys(covering, -1)}, most=0)

    def _not_this(self, excluded: Collection[Option]) -> Row:
        """Any set but this one: at least one of it is out, or one more is in."""
        out = {one.credit_code for one in excluded}
        signs = {at: 1 if one.credit_code in out else -1 for at, one in enumerate(self.choice.options)}
        return Row(signs, most=len(out) - 1)

    def _of_candidates(self, gains: Sequence[int]) -> list[int]:
        return [*gains, *[0] * len(self.covers)]


def _sparse(gain: Sequence[int]) -> dict[int, int]:
    return {at: factor for at, factor in enumerate(gain) if factor}
