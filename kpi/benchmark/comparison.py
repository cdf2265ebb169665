"""Candidates in one common reference set: the composite, its variants, and how sure the order is (method 4).

One reference set a KPI: the cell's records, a candidate's own record replaced by the value compared, candidates that
are not in it added. Never a verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, permutations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpi import stats
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.catalogue.catalogue import catalogue
from kpi.model.comparison import (
    GROUP_QUANTILES,
    NO_VALUE,
    ComparedCandidate,
    ComparedKpi,
    Comparison,
    Composite,
    OrderDraws,
    RankRange,
)
from kpi.model.evaluation import Evaluation, KpiEvaluation, Reason
from kpi.policy.policy import Policy
from kpi.stats import Array
from kpi.tables.peers import KnownValue

FEWEST_DRAWS = 2_000
"""The default. The standard error of a share is then at most 1.2 points."""
MOST_DRAWS = 50_000


@dataclass(frozen=True, slots=True)
class OrderSettings:
    """``weights`` of the groups by code, None for equal ones; then the draws take any weights."""

    seed: int = 0
    draws: int = FEWEST_DRAWS
    weights: Mapping[str, float] | None = None


DEFAULT_ORDER = OrderSettings()


class _Table(NamedTuple):
    """[candidates x KPIs]: the values compared, the known enterprises, the scores, and what is missing.

    ``left`` are accepted "not applicable": of them the score is NaN; ``blank`` is what counts 0, or at best 1.
    """

    values: Array
    reference: Array
    scores: Array
    left: NDArray[np.bool_]
    blank: NDArray[np.bool_]


def compare_candidates(
    answers: Sequence[Evaluation],
    left_out: Sequence[Collection[str]],
    known: Sequence[KnownValue],
    policy: Policy,
    settings: OrderSettings,
) -> Comparison:
    """Candidates of one industry, year, baseline and policy. ``known``: the baseline's values of the industry.

    ``left_out``: for each candidate the KPIs whose "not applicable" is accepted. The same input and seed give the same
    answer.
    """
    values = np.array([[_compared(answer.kpi(code)) for code in _codes()] for answer in answers])
    table = _table([evaluation.application.credit_code for evaluation in answers], values, left_out, known, policy)
    given = settings.weights
    weights = None if given is None else np.array([given[group.code] for group in catalogue().groups])
    for_draws, for_ranks = np.random.default_rng(settings.seed).spawn(2)
    drawn = stats.draw_ranks(
        table.values,
        table.reference,
        np.where(table.left, np.nan, 0.0),
        _groups(),
        settings.draws,
        for_draws,
        weights,
    )
    dominance = _dominance(table)
    ahead, not_run = _ahead(table, dominance, policy, settings.draws, for_ranks, weights)
    if weights is not None:
        not_run = (*not_run, Reason("weights_given"))
    return Comparison(
        candidates=tuple(_candidates(answers, table, drawn, ahead, weights)),
        kpis=tuple(_kpi(code, at, answers, table) for at, code in enumerate(_codes())),
        dominance=dominance,
        ahead=frozenset(zip(*(places.tolist() for places in np.nonzero(ahead)), strict=True)),
        winning=tuple(map(tuple, stats.winning_shares(drawn.composites).tolist())),
        weights=given,
        seed=settings.seed,
        reference_size=len(table.reference),
        known_groups=_known_groups(table),
        not_run=not_run,
        draws=OrderDraws(drawn.weights.groups, drawn.weights.within, drawn.places),
    )


def composite_scores(
    credit_codes: Sequence[str],
    values: ArrayLike,
    left_out: Sequence[Collection[str]],
    known: Sequence[KnownValue],
    policy: Policy,
) -> list[float]:
    """Each candidate's composite score, as ``compare_candidates`` has it, from values [candidates x KPIs] alone."""
    table = _table(credit_codes, np.asarray(values, dtype=np.float64), left_out, known, policy)
    scores: list[float] = stats.composite(table.scores, _groups()).tolist()
    return scores


def _table(
    credit_codes: Sequence[str],
    values: Array,
    left_out: Sequence[Collection[str]],
    known: Sequence[KnownValue],
    policy: Policy,
) -> _Table:
    codes, own = _codes(), set(credit_codes)
    others = {
        code: row
        for row, code in enumerate(dict.fromkeys(value.credit_code for value in known if value.credit_code not in own))
    }
    reference = np.full((len(others), len(codes)), np.nan)
    column = {(code, policy.basis(code) or NO_BASIS): at for at, code in enumerate(codes)}
    for known_value in known:
        if known_value.credit_code in others and (known_value.kpi, known_value.basis) in column:
            reference[others[known_value.credit_code], column[known_value.kpi, known_value.basis]] = known_value.value
    reference = np.vstack([reference, values])
    shares = stats.drawn_shares(values, reference, np.ones((1, len(reference))))[0]
    left = np.array([[code in leaving for code in codes] for leaving in left_out])
    blank = np.isnan(shares) & ~left
    return _Table(values, reference, np.where(blank, 0.0, shares), left, blank)


def _compared(kpi: KpiEvaluation) -> float:
    return float("nan") if kpi.verdict in NO_VALUE else kpi.value


def _ahead(
    table: _Table,
    dominance: Collection[tuple[int, int]],
    policy: Policy,
    draws: int,
    rng: np.random.Generator,
    weights: Array | None,
) -> tuple[NDArray[np.bool_], tuple[Reason, ...]]:
    """[i x j]: i is ahead of j by composite, shown for all pairs at once, over the sampling of the baseline.

    A candidate with blanks stands there twice, at its lowest and at its highest: it is ahead only where its lowest is,
    and behind only where its highest is. Who dominates another is ahead of it whichever enterprises are known.
    """
    count = len(table.values)
    needed = stats.smallest_n(policy.leading_quantile, policy.alpha)
    if len(table.reference) < needed:
        reason = Reason("few_for_rank_ranges", {"n": len(table.reference), "needed": float(needed)})
        return np.zeros((count, count), dtype=np.bool_), (reason,)
    blanks = np.flatnonzero(table.blank.any(axis=1))
    highest = np.arange(count)
    highest[blanks] = count + np.arange(blanks.size)
    values = np.vstack([table.values, table.values[blanks]])
    scores = np.vstack([table.scores, np.where(table.blank, 1.0, table.scores)[blanks]])
    counted = np.nan_to_num(stats.kpi_weights(scores, _groups(), weights))
    spread = stats.sampling_covariance(values, table.reference, counted)
    estimates = np.nan_to_num(stats.composite(scores, _groups(), weights))
    above = stats.rank_intervals(estimates, spread, policy.confidence, rng, draws).above
    ahead: NDArray[np.bool_] = above[:count][:, highest]
    np.fill_diagonal(ahead, False)
    for pair in dominance:
        ahead[pair] |= not table.blank[list(pair)].any()
    return ahead, ()


def _candidates(
    answers: Sequence[Evaluation],
    table: _Table,
    drawn: stats.RankDraws,
    ahead: NDArray[np.bool_],
    weights: Array | None,
) -> list[ComparedCandidate]:
    groups, codes = _groups(), _codes()
    combine = partial(stats.composite, weights=weights)
    score = combine(table.scores, groups)
    bounds = stats.score_range(table.scores, table.blank, groups, combine)
    equal = stats.equal_weight(table.scores, groups)
    geometric = stats.geometric(table.scores, groups, weights)
    without = stats.places(stats.leave_one_out(table.scores, groups, combine).T)
    shares = stats.acceptability(drawn.places)
    means = stats.group_means(table.scores, groups)
    central = stats.central_weights(drawn.places, drawn.weights.groups)
    names = tuple(dict.fromkeys(groups))
    place = stats.places(score)
    return [
        ComparedCandidate(
            evaluation=answer,
            composite=Composite(
                float(score[at]),
                float(bounds.low[at]),
                float(bounds.high[at]),
                float(equal[at]),
                float(geometric[at]),
            ),
            place=int(place[at]),
            rank=RankRange(1 + int(ahead[:, at].sum()), len(answers) - int(ahead[at].sum())),
            acceptability=tuple(shares[at].tolist()),
            leave_one_out=dict(zip(codes, without[:, at].tolist(), strict=True)),
            groups=dict(zip(names, means[at].tolist(), strict=True)),
            first_with=None
            if weights is not None or np.isnan(central[at]).any()
            else dict(zip(names, central[at].tolist(), strict=True)),
        )
        for at, answer in enumerate(answers)
    ]


def _known_groups(table: _Table) -> dict[str, tuple[float, ...]]:
    """The reference set's own mean scores by group: blanks left out, as nobody stated why they are there."""
    everyone = table.reference
    scores = stats.drawn_shares(everyone, everyone, np.ones((1, len(everyone))))[0]
    means = stats.group_means(scores, _groups())
    return {
        name: tuple(np.nanquantile(means[:, at], GROUP_QUANTILES).tolist())
        for at, name in enumerate(dict.fromkeys(_groups()))
    }


def _kpi(code: str, at: int, answers: Sequence[Evaluation], table: _Table) -> ComparedKpi:
    reported = [answer.kpi(code) for answer in answers]
    # What has no value has no score either, whatever it counts in the composite.
    scores = np.where(np.isnan(table.values[:, at]), np.nan, table.scores[:, at])
    return ComparedKpi(
        code=code,
        values=tuple(table.values[:, at].tolist()),
        scores=tuple(scores.tolist()),
        verdicts=tuple(item.verdict for item in reported),
        ties=tuple((i, j) for i, j in combinations(range(len(reported)), 2) if _tied(reported[i], reported[j])),
    )


def _tied(one: KpiEvaluation, other: KpiEvaluation) -> bool:
    """Whether the bounds on the two true shares overlap: the one-sided ones of method 3, as the strip draws them.

    Without peers nothing bounds a share, and nothing tells the two apart.
    """
    if NO_VALUE & {one.verdict, other.verdict}:
        return False
    behind, ahead = sorted((one, other), key=lambda kpi: kpi.value)
    return not ahead.percentile.lower > behind.percentile.upper


def _dominance(table: _Table) -> tuple[tuple[int, int], ...]:
    there = ~np.isnan(table.values)

    def dominates(i: int, j: int) -> bool:
        both = there[i]
        mine, other = table.values[i, both], table.values[j, both]
        return bool((there[i] == there[j]).all() and (mine >= other).all() and (mine > other).any())

    return tuple(pair for pair in permutations(range(len(table.values)), 2) if dominates(*pair))


def _codes() -> list[str]:
    return [kpi.code for kpi in catalogue().kpis]


def _groups() -> list[str]:
    return [kpi.group for kpi in catalogue().kpis]
