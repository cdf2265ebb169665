"""What a candidate's quality is made of: the notice's three words, by proxies that policy weighs.

Only what a recommending body may see of its own candidates enters: words, conditions, the composite score to two
digits, and what was reported. So a body can check its list by hand, and no score gives a count away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isnan
from statistics import fmean

from kpi.catalogue.load import catalogue
from kpi.eligibility.tiers import segment_cover
from kpi.model.evaluation import Evaluation, KpiEvaluation, RuleResult
from kpi.policy.policy import RecommendationRules

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
    change = [one for one in answer.kpis if known[one.code].kind in CHANGE]
    yearly = [one for one in answer.kpis if known[one.code].kind == YEAR_ON_YEAR]
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
    resting = {one.code: one.rests_on for one in catalogue().conditions}
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
    counted = [counts.get(one.verdict, undecided) for one in kpis if one.verdict != "not_applicable"]
    return sum(counted, Fraction(0)) / len(counted) if counted else Fraction(0)


def _segments(answer: Evaluation) -> Fraction:
    covers = segment_cover([one.code for one in catalogue().segments], answer.application.scenarios)
    return _share(sum(one.covered for one in covers), len(covers))


def _share(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(0)


def _hundredths(share: Fraction) -> Fraction:
    return Fraction(round(share * HUNDREDTHS), HUNDREDTHS)
