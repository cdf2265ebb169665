"""Choices to try the optimiser on, and the slow way to the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from random import Random

from kpi.catalogue.catalogue import catalogue
from kpi.recommendation.choice import Choice, Option, Weights, Wishes, worth
from kpi.recommendation.proposal import NearBest

INDUSTRIES = [item.name.zh for item in catalogue().industries]
SCENARIOS = [scenario.name.zh for scenario in catalogue().scenarios]
POLICY = Weights(Fraction(1), Fraction(2), Fraction(1))
TWO_PER_CENT = NearBest(Fraction(2, 100), 3)
BEST_ALONE = NearBest(Fraction(2, 100), 0)


def option(number: int, industry: int = 0, scenarios: range = range(0), quality: str = "0.5") -> Option:
    names = frozenset(SCENARIOS[at] for at in scenarios)
    return Option(f"CODE{number:03}", INDUSTRIES[industry], names, Fraction(quality))


def some_choice(random: Random, candidates: int, places: int, steps: int = 10_000, nominated: int = 0) -> Choice:
    """``steps``: how fine the qualities are; a few make ties."""
    weights = Weights(*(Fraction(random.randint(0, 40), 10) for _ in range(3)))
    options = tuple(
        Option(
            f"CODE{number:03}",
            random.choice(INDUSTRIES),
            frozenset(random.sample(SCENARIOS, random.randint(0, 12))),
            Fraction(random.randint(0, steps), steps),
        )
        for number in range(candidates + nominated)
    )
    return Choice(options[nominated:], places, weights, options[:nominated])


def some_wishes(random: Random, choice: Choice) -> Wishes:
    codes = [item.credit_code for item in choice.options]
    must = random.sample(codes, min(len(codes), random.choice([0, 0, 1, 2])))
    must_not = random.sample(codes, min(len(codes), random.choice([0, 0, 1, 2])))
    bounds = (random.choice([None, None, None, 0, 1, 2, 3]) for _ in range(2))
    return Wishes(tuple(must), tuple(must_not), random.random() < 0.4, *bounds)


def allowed_sets(choice: Choice, wishes: Wishes) -> Iterator[tuple[Option, ...]]:
    """Every set that meets quota and wishes: by trying all of them."""
    everywhere, before = {item.industry for item in choice.options}, [item.industry for item in choice.nominated]
    for size in range(min(choice.places, len(choice.options)) + 1):
        for chosen in combinations(choice.options, size):
            codes = {item.credit_code for item in chosen}
            met = set(wishes.must) <= codes and not codes & set(wishes.must_not)
            industries = [item.industry for item in chosen]
            if wishes.each_industry and not everywhere <= {*industries, *before}:
                continue
            if wishes.most_places is not None and size > wishes.most_places:
                continue
            most = wishes.most_of_industry
            if met and (most is None or all((before + industries).count(name) <= most for name in industries)):
                yield chosen


def first_of_the_best(choice: Choice, wishes: Wishes) -> tuple[Option, ...] | None:
    """By the published stages: objective, sum of quality, and the credit code that one has and the other has not."""

    def stages(chosen: tuple[Option, ...]) -> tuple[Fraction, Fraction, list[bool]]:
        codes = {item.credit_code for item in chosen}
        quality = sum((item.quality for item in chosen), Fraction(0))
        whole = worth((*choice.nominated, *chosen), choice.weights)
        return whole, quality, [item.credit_code in codes for item in choice.options]

    return max(allowed_sets(choice, wishes), key=stages, default=None)
