"""Power of the test: "undecided" is the normal answer, and pages print how likely "met" was."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from kpi.stats.exact_test import Array, checked_counts, members_at, p_leading, p_not_leading, tail_at_least
from kpi.stats.multiple_testing import alpha_with_ties, closed_testing_p

AT_ONCE = 33
"""Counts asked at once: as an array they cost little more than one."""


@lru_cache(maxsize=16_384)
def smallest_winning(n: int, p: float, alpha: float, population: int | None = None) -> int | None:
    """The fewest of n peers to be strictly worse for p_value <= alpha; None where even all n are not enough.

    Asks ``p_leading``, which falls as k grows, at ``AT_ONCE`` counts spread over what is left. Raises ValueError as it
    does.
    """
    losing, winning = -1, n + 1  # which would be won by more than there are
    while winning - losing > 1:
        tried = np.unique(np.linspace(losing + 1, winning - 1, AT_ONCE, dtype=np.int64))
        wins = p_leading(tried, n, p, population) <= alpha
        losing, winning = max([losing, *tried[~wins].tolist()]), min([winning, *tried[wins].tolist()])
    return winning if winning <= n else None


def most_losing(n: int, p: float, alpha: float, population: int | None = None) -> int:
    """The most of n peers not to be better for p_value_not <= alpha; -1 where even none is too many.

    As ``smallest_winning``, of ``p_not_leading``, which rises with the count.
    """
    losing, winning = -1, n + 1
    while winning - losing > 1:
        tried = np.unique(np.linspace(losing + 1, winning - 1, AT_ONCE, dtype=np.int64))
        loses = p_not_leading(tried, n, p, population) <= alpha
        losing, winning = max([losing, *tried[loses].tolist()]), min([winning, *tried[~loses].tolist()])
    return losing


@lru_cache(maxsize=16_384)
def power(n: int, p: float, alpha: float, true_percentile: float, population: int | None = None) -> float:
    """The probability, 0..1, of p_value <= alpha for a factory that truly beats ``true_percentile`` of the others.

    ``P(X >= smallest_winning)``, X binomial(n, q), or hypergeometric with ceil(qN) of N worse where N is known.
    0 where no count wins. At q = p it is the size of the test, at most alpha. Without ties; each tie lowers it.
    Not for post-hoc power from a factory's observed percentile.
    Raises ValueError for impossible counts or shares outside 0..1.
    """
    if not 0 <= true_percentile <= 1:
        raise ValueError(f"a percentile is a share, 0..1: {true_percentile!r}")
    winning = smallest_winning(n, p, alpha, population)
    if winning is None:
        return 0.0
    k, size, among = checked_counts(winning, n, population)
    return float(tail_at_least(k, size, among, members_at(true_percentile, among), true_percentile))


MOST_PEERS = 500


@lru_cache(maxsize=256)
def peers_needed(p: float, alpha: float, true_percentile: float, wanted: float = 0.8) -> int | None:
    """The fewest peers from which on a factory at ``true_percentile`` is shown leading with probability ``wanted``.

    From there on up to ``MOST_PEERS`` every number of peers is enough: power is a saw-tooth, and a single tooth above
    the mark is no plan. None where more would be needed, or where no number is enough. N unknown, without ties.
    Raises ValueError as ``power`` does.
    """
    for n in range(MOST_PEERS, 0, -1):
        if power(n, p, alpha, true_percentile) < wanted:
            return n + 1 if n < MOST_PEERS else None
    return 1


DRAWS, SEED = 10_000, 1
"""Of the simulated power: its standard error is half a point at most, and it is the same wherever it is asked."""


def clause_power(
    sizes: Sequence[int],
    p: float,
    alpha: float,
    true_percentile: float,
    populations: Sequence[int | None] | None = None,
    at_least: int = 0,
) -> float:
    """The probability that the clause is met, for a factory at ``true_percentile`` on each main KPI.

    ``at_least`` 0: every one of them must come out leading, so it is the product over the KPIs of ``power``. Else
    closed testing must show so many of them, which is simulated (``DRAWS``). ``sizes`` is n of each, ``populations`` N
    of each (None: all unknown). KPIs are assumed independent; where all must lead, positive correlation raises it.
    Raises ValueError as ``power`` does, and where the two sequences differ in length.
    """
    known = [None] * len(sizes) if populations is None else populations
    each = [power(n, p, alpha, true_percentile, among) for n, among in zip(sizes, known, strict=True)]
    if at_least in (0, len(each)):
        return float(np.prod(each))
    return _shown_at_once(tuple(sizes), p, alpha, true_percentile, tuple(known), at_least)


@lru_cache(maxsize=4096)
def _shown_at_once(
    sizes: tuple[int, ...], p: float, alpha: float, true_percentile: float, populations: tuple[int | None, ...], u: int
) -> float:
    chance = np.random.default_rng(SEED)
    columns = [
        _drawn_p_values(chance, n, p, true_percentile, among) for n, among in zip(sizes, populations, strict=True)
    ]
    return float(np.mean(closed_testing_p(np.column_stack(columns), u) <= alpha_with_ties(alpha)))


def _drawn_p_values(
    chance: np.random.Generator, n: int, p: float, true_percentile: float, population: int | None
) -> Array:
    """``p_leading`` of a factory that truly beats ``true_percentile`` of the others, against peers drawn anew."""
    if population is None:
        worse = chance.binomial(n, true_percentile, DRAWS)
    else:
        beaten = int(members_at(true_percentile, np.asarray(population, dtype=np.float64))[()])
        worse = chance.hypergeometric(beaten, population - beaten, n, DRAWS)
    by_count: Array = p_leading(np.arange(n + 1), n, p, population)
    drawn: Array = by_count[worse]
    return drawn
