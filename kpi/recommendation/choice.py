"""Candidates, weights and wishes, and what a set of candidates is worth: exact numbers throughout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from kpi.catalogue.load import catalogue


@dataclass(frozen=True, slots=True)
class Option:
    """A candidate that may be chosen. ``quality`` 0..1; ``scenarios`` by exact name."""

    credit_code: str
    industry: str
    scenarios: frozenset[str]
    quality: Fraction


@dataclass(frozen=True, slots=True)
class Weights:
    """What a unit of quality, all six industries, and all forty scenarios are worth. None is negative."""

    quality: Fraction
    industry: Fraction
    scenario: Fraction


@dataclass(frozen=True, slots=True, order=True)
class Wish:
    """One wish by its name on the wire.

    ``must:CODE``, ``must_not:CODE``, ``each_industry``, ``most_places:NUMBER`` or ``most_of_industry:NUMBER``.
    """

    kind: str
    credit_code: str = ""
    most: int | None = None

    def __str__(self) -> str:
        if self.most is not None:
            return f"{self.kind}:{self.most}"
        return f"{self.kind}:{self.credit_code}" if self.credit_code else self.kind


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a leader asks of the list beside its worth. Quota and eligibility are no wishes: they always hold.

    ``most_places``: so many are proposed at most; ``most_of_industry``: so many of any one industry at most.
    """

    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    each_industry: bool = False
    most_places: int | None = None
    most_of_industry: int | None = None

    def named(self) -> tuple[Wish, ...]:
        each = (Wish("each_industry"),) if self.each_industry else ()
        bounds = (("most_places", self.most_places), ("most_of_industry", self.most_of_industry))
        return (
            *(Wish("must", code) for code in dict.fromkeys(self.must)),
            *(Wish("must_not", code) for code in dict.fromkeys(self.must_not)),
            *each,
            *(Wish(kind, most=most) for kind, most in bounds if most is not None),
        )

    @staticmethod
    def of(named: Collection[Wish]) -> Wishes:
        def codes(kind: str) -> tuple[str, ...]:
            return tuple(wish.credit_code for wish in named if wish.kind == kind)

        def bound(kind: str) -> int | None:
            return next((wish.most for wish in named if wish.kind == kind), None)

        return Wishes(
            codes("must"),
            codes("must_not"),
            Wish("each_industry") in named,
            bound("most_places"),
            bound("most_of_industry"),
        )

    def met_by(self, chosen: Collection[Option], industries: Collection[str]) -> bool:
        """``industries``: those that have an eligible candidate."""
        codes, counts = {one.credit_code for one in chosen}, Counter(one.industry for one in chosen)
        return (
            set(self.must) <= codes
            and not codes & set(self.must_not)
            and not (self.each_industry and set(industries) - counts.keys())
            and (self.most_places is None or len(chosen) <= self.most_places)
            and (self.most_of_industry is None or max(counts.values(), default=0) <= self.most_of_industry)
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be chosen: the eligible candidates in the order of their credit codes, and the places left."""

    options: tuple[Option, ...]
    places: int
    weights: Weights

    @property
    def industries(self) -> tuple[str, ...]:
        return tuple(sorted({one.industry for one in self.options}))

    @property
    def scenarios(self) -> tuple[str, ...]:
        return tuple(sorted({name for one in self.options for name in one.scenarios}))

    @property
    def unit(self) -> int:
        """The smallest whole number by which every worth is whole."""
        parts = [self.weights.quality * one.quality for one in self.options]
        return lcm(*(part.denominator for part in (*parts, industry_worth(self.weights), scenario_worth(self.weights))))

    def only(self, codes: Collection[str]) -> tuple[Option, ...]:
        return tuple(one for one in self.options if one.credit_code in codes)


def industry_worth(weights: Weights) -> Fraction:
    return weights.industry / len(catalogue().industries)


def scenario_worth(weights: Weights) -> Fraction:
    return weights.scenario / len(catalogue().scenarios)


def worth(chosen: Collection[Option], weights: Weights) -> Fraction:
    """quality * sum of q + industry * (distinct industries) / 6 + scenario * (distinct scenarios) / 40."""
    industries = {one.industry for one in chosen}
    scenarios = {name for one in chosen for name in one.scenarios}
    quality = sum((one.quality for one in chosen), Fraction(0))
    return (
        weights.quality * quality + industry_worth(weights) * len(industries) + scenario_worth(weights) * len(scenarios)
    )


def in_order(chosen: Collection[Option]) -> tuple[Option, ...]:
    """By quality, the highest first; ties by credit code."""
    return tuple(sorted(chosen, key=lambda one: (-one.quality, one.credit_code)))


def codes_of(options: Collection[Option]) -> Iterator[str]:
    yield from (one.credit_code for one in options)
