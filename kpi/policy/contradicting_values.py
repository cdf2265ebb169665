"""Values that each are in form and cannot hold together on one day: a list twice over, a range the wrong way round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from kpi.catalogue.catalogue import catalogue
from kpi.policy.policy import Policy, WeightBounds
from kpi.policy.schema import Bands

Contradiction = tuple[str, tuple[str, ...]]
"""A code, and the keys that contradict one another."""


def contradicting_values(policy: Policy) -> Iterator[Contradiction]:
    """All there are in the policy of a day."""
    rules, quota = policy.disclosure, policy.quota
    if not _in_one_row(rules.bands) or rules.bands[0].first > rules.min_groups:
        yield "bands", ("disclosure.bands", "disclosure.min_groups")
    lower, upper = policy.published_quantiles
    if lower > upper:
        yield "quantile_order", ("leading_quantile",)
    if quota.raised < quota.base:
        yield "quota_order", ("quota.base", "quota.raised")
    if not _can_add_up(policy.group_weight):
        yield "weight_bounds", ("group_weight.lowest", "group_weight.highest")
    for key in ("sensitivity_quantiles", "power_percentiles"):
        numbers: tuple[float, ...] = getattr(policy, key)
        if any(first >= second for first, second in pairwise(numbers)):
            yield "not_rising", (key,)
    if policy.clause_at_least and policy.method_version < 3:
        yield "clause_version", ("clause_at_least", "method_version")
    if short := [one for one, main in policy.main_by_industry.items() if len(main) < policy.clause_at_least]:
        yield "clause_at_least", ("clause_at_least", *(f"main_kpis.{industry}" for industry in short))
    yield from _lists(policy)


def _in_one_row(bands: Bands) -> bool:
    """Each band begins where the one before ends, and the last alone is open."""
    return (
        bool(bands)
        and bands[0].first >= 1
        and bands[-1].last is None
        and all(one.last is not None and one.first <= one.last for one in bands[:-1])
        and all(one.last is not None and after.first == one.last + 1 for one, after in pairwise(bands))
    )


def _can_add_up(bounds: WeightBounds) -> bool:
    """Whether all groups together can weigh 1."""
    groups = len(catalogue().groups)
    return bounds.lowest * groups <= 1 <= bounds.highest * groups


def _lists(policy: Policy) -> Iterator[Contradiction]:
    lists: dict[str, Sequence[str]] = {
        "disclosure.median_only": policy.disclosure.median_only,
        "recommendation.spread_kpis": policy.recommendation.spread_kpis,
    }
    for industry, main in policy.main_by_industry.items():
        allowed = policy.not_applicable_by_industry[industry]
        lists |= {f"main_kpis.{industry}": main, f"not_applicable_allowed.{industry}": allowed}
        if set(allowed) - set(main):
            yield "not_among_main", (f"not_applicable_allowed.{industry}", f"main_kpis.{industry}")
    for key, codes in lists.items():
        if len(set(codes)) < len(codes):
            yield "listed_twice", (key,)
