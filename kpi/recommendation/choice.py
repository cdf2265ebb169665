"""Candidates, weights and wishes, and what a set of candidates is worth: exact numbers throughout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import isnan, lcm
from statistics import fmean
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.eligibility.tiers import segment_cover
from kpi.errors import UserError
from kpi.files.limits import application_limits
from kpi.files.text import UnreadableSettings, printable, read_settings
from kpi.model.evaluation import Evaluation, KpiEvaluation, RuleResult
from kpi.policy.policy import RecommendationRules


@dataclass(frozen=True, slots=True)
class Option:
    """A candidate that may be chosen. ``quality`` 0..1; ``scenarios`` by exact name."""

    credit_code: str
    industry: str
    scenarios: frozenset[str]
    quality: Fraction


@dataclass(frozen=True, slots=True)
class Weights:
    """What a unit of quality, all industries, and all scenarios are worth. None is negative."""

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

    ``most_places``: so many are proposed at most; ``most_of_industry``: so many of any one industry at most. Where more
    are nominated already, no further one is proposed.
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


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be chosen: the eligible candidates in the order of their credit codes, and the places left.

    ``nominated`` are on the list already: they stay, need no place of these, and cover their industries and scenarios.
    """

    options: tuple[Option, ...]
    places: int
    weights: Weights
    nominated: tuple[Option, ...] = ()

    @property
    def industries(self) -> tuple[str, ...]:
        """Those that have an eligible candidate who may still be chosen."""
        return tuple(sorted({option.industry for option in self.options}))

    @property
    def nominated_of(self) -> Counter[str]:
        """How many of each industry are nominated."""
        return Counter(option.industry for option in self.nominated)

    @property
    def scenarios(self) -> tuple[str, ...]:
        return tuple(sorted({name for option in self.options for name in option.scenarios}))

    @property
    def unit(self) -> int:
        """The smallest whole number by which every worth is whole."""
        parts = [self.weights.quality * option.quality for option in (*self.options, *self.nominated)]
        return lcm(*(part.denominator for part in (*parts, industry_worth(self.weights), scenario_worth(self.weights))))

    def worth(self, chosen: Collection[Option]) -> Fraction:
        """Of the whole list: those nominated and those chosen."""
        return worth((*self.nominated, *chosen), self.weights)

    def meets(self, wishes: Wishes, chosen: Collection[Option]) -> bool:
        """Whether the whole list meets them where ``chosen`` join those nominated."""
        codes, further = {option.credit_code for option in chosen}, Counter(option.industry for option in chosen)
        most = wishes.most_of_industry
        return (
            set(wishes.must) <= codes
            and not codes & set(wishes.must_not)
            and not (wishes.each_industry and set(self.industries) - further.keys() - self.nominated_of.keys())
            and (wishes.most_places is None or len(chosen) <= wishes.most_places)
            and (most is None or all(self.nominated_of[name] + count <= most for name, count in further.items()))
        )


def industry_worth(weights: Weights) -> Fraction:
    return weights.industry / len(catalogue().industries)


def scenario_worth(weights: Weights) -> Fraction:
    return weights.scenario / len(catalogue().scenarios)


def worth(chosen: Collection[Option], weights: Weights) -> Fraction:
    """quality * sum of q + industry * (share of the industries) + scenario * (share of the scenarios)."""
    industries = {option.industry for option in chosen}
    scenarios = {name for option in chosen for name in option.scenarios}
    quality = sum((option.quality for option in chosen), Fraction(0))
    return (
        weights.quality * quality + industry_worth(weights) * len(industries) + scenario_worth(weights) * len(scenarios)
    )


@dataclass(frozen=True, slots=True)
class WorthShare:
    """What of a list's worth is one candidate's. An industry's or scenario's is shared by all who cover it, alike."""

    option: Option
    quality: Fraction
    industry: Fraction
    scenario: Fraction

    def parts(self) -> tuple[Fraction, Fraction, Fraction]:
        """Quality, industry, scenarios."""
        return self.quality, self.industry, self.scenario

    @property
    def total(self) -> Fraction:
        return sum(self.parts(), Fraction(0))


def worth_shares(listed: Collection[Option], weights: Weights) -> tuple[WorthShare, ...]:
    """Of each on the list, in its order; all of them together are ``worth``."""
    of_industry = Counter(option.industry for option in listed)
    of_scenario = Counter(name for option in listed for name in option.scenarios)
    return tuple(
        WorthShare(
            option,
            weights.quality * option.quality,
            industry_worth(weights) / of_industry[option.industry],
            sum((scenario_worth(weights) / of_scenario[name] for name in option.scenarios), Fraction(0)),
        )
        for option in listed
    )


def in_order(chosen: Collection[Option]) -> tuple[Option, ...]:
    """By quality, the highest first; ties by credit code."""
    return tuple(sorted(chosen, key=lambda option: (-option.quality, option.credit_code)))


def codes_of(options: Collection[Option]) -> Iterator[str]:
    yield from (option.credit_code for option in options)


# What a candidate's quality is made of: the notice's three words, by proxies that policy weighs.
#
# Only what a recommending body may see of its own candidates enters: words, conditions, the composite score to two
# digits, and what was reported. So a body can check its list by hand, and no score gives a count away.


DIGITS = 10_000
"""Quality has four decimals: a finer one would only pretend to be, as its parts have two."""

HUNDREDTHS = 100
CLAUSE = "verdict"
"""What a condition rests on if it is the clause itself: it lowers quality and bars nobody."""

CHANGE = frozenset({"reduction", "improvement", "reduction_of_share", "improvement_of_share"})
YEAR_ON_YEAR = "growth"


@dataclass(frozen=True, slots=True)
class QualityPart:
    """One proxy; texts: ``recommend.part.<code>``. ``share`` 0..1 in hundredths, ``points`` by policy."""

    code: str
    points: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class Quality:
    """``value`` 0..1: the points earned as a share of all points."""

    parts: tuple[QualityPart, ...]

    @property
    def value(self) -> Fraction:
        points = sum(part.points for part in self.parts)
        earned = sum((part.points * part.share for part in self.parts), Fraction(0))
        return Fraction(round(earned / points * DIGITS), DIGITS) if points else Fraction(0)


def quality(answer: Evaluation, rules: RecommendationRules) -> Quality:
    """The quality of one candidate, by the recommendation rules of the policy in force."""
    undecided = Fraction(str(rules.undecided))
    known = {kpi.code: kpi for kpi in catalogue().kpis}
    change = [item for item in answer.kpis if known[item.code].kind in CHANGE]
    yearly = [item for item in answer.kpis if known[item.code].kind == YEAR_ON_YEAR]
    shares = {
        "clause": _clause(answer, undecided),
        "composite": _composite(answer),
        "maturity": _maturity(answer),
        "conditions": _share(sum(rule.state == "ok" for rule in answer.eligibility), len(answer.eligibility)),
        "change": _words(change, undecided),
        "year_on_year": _words(yearly, undecided),
        "spread": _words([answer.kpi(code) for code in rules.spread_kpis], undecided),
        "scenarios": _share(len(answer.application.scenarios), len(catalogue().scenarios)),
        "segments": _segments(answer),
    }
    return Quality(tuple(QualityPart(code, _points(rules)[code], _hundredths(share)) for code, share in shares.items()))


def failed_conditions(answer: Evaluation) -> list[RuleResult]:
    """The conditions that bar a candidate. An unmet clause does not: the verdict is the authority's to weigh."""
    resting = {condition.code: condition.rests_on for condition in catalogue().conditions}
    return [rule for rule in answer.eligibility if rule.state == "fails" and resting[rule.rule] != CLAUSE]


def composite_hundredths(answer: Evaluation) -> Fraction:
    """The composite score to two digits, as a recommending body sees it."""
    return _hundredths(_composite(answer))


def _points(rules: RecommendationRules) -> Mapping[str, int]:
    return {
        "clause": rules.points_clause,
        "composite": rules.points_composite,
        "maturity": rules.points_maturity,
        "conditions": rules.points_conditions,
        "change": rules.points_change,
        "year_on_year": rules.points_year_on_year,
        "spread": rules.points_spread,
        "scenarios": rules.points_scenarios,
        "segments": rules.points_segments,
    }


def _clause(answer: Evaluation, undecided: Fraction) -> Fraction:
    counts = {"met": Fraction(1), "not_met": Fraction(0)}
    return counts.get(answer.clause.verdict, undecided)


def _composite(answer: Evaluation) -> Fraction:
    scores = [group.score for group in answer.groups if not isnan(group.score)]
    return Fraction(fmean(scores)) if scores else Fraction(0)


def _maturity(answer: Evaluation) -> Fraction:
    level = answer.application.facts.get("maturity_level")
    highest = catalogue().fact("maturity_level").maximum
    return Fraction(0) if level is None or not highest else Fraction(int(str(level))) / Fraction(highest)


def _words(kpis: Sequence[KpiEvaluation], undecided: Fraction) -> Fraction:
    """The mean of the words; what does not apply is left out, and what was not reported counts nothing."""
    counts = {"leading": Fraction(1), "not_leading": Fraction(0), "not_reported": Fraction(0)}
    counted = [counts.get(kpi.verdict, undecided) for kpi in kpis if kpi.verdict != "not_applicable"]
    return sum(counted, Fraction(0)) / len(counted) if counted else Fraction(0)


def _segments(answer: Evaluation) -> Fraction:
    covers = segment_cover([segment.code for segment in catalogue().segments], answer.application.scenarios)
    return _share(sum(cover.covered for cover in covers), len(covers))


def _share(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(0)


def _hundredths(share: Fraction) -> Fraction:
    return Fraction(round(share * HUNDREDTHS), HUNDREDTHS)


# The weights a caller gives in a file: JSON or TOML with ``quality``, ``industry`` and ``scenario``.


NAMES = ("quality", "industry", "scenario")
LARGEST, DECIMALS = 1000, 4
"""Beyond these a solver in floating point could no longer tell two lists apart."""

_LARGEST_BYTES = 64 * 1024


def read_weights(data: bytes) -> Weights:
    """The three weights, exactly as written.

    Raises:
        UserError: the file is neither JSON nor TOML, or does not hold three weights in bounds and nothing else.
    """
    content = _parsed(data)
    if set(content) != set(NAMES):
        names = ", ".join(sorted(set(content) ^ set(NAMES)))
        raise UserError("weights_file", names=printable(names, application_limits().problem_value_characters))
    return Weights(*(weight(name, content[name]) for name in NAMES))


def weight(name: str, value: object) -> Fraction:
    """One weight as an exact number.

    Raises:
        UserError: it is no number, negative, too large, or has too many decimals.
    """
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        exact = Decimal("nan")
    if isinstance(value, bool) or not exact.is_finite() or not 0 <= exact <= LARGEST:
        raise UserError("weight_bounds", name=name, largest=LARGEST, decimals=DECIMALS)
    if exact != round(exact, DECIMALS):
        raise UserError("weight_bounds", name=name, largest=LARGEST, decimals=DECIMALS)
    return Fraction(exact)


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        return read_settings(data[:_LARGEST_BYTES], json_too=True, number=Decimal)
    except UnreadableSettings as error:
        raise UserError("weights_unread", row=error.row) from None
