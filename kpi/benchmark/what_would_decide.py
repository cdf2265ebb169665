"""How much the data can say of a KPI that is not decided: what value, how many peers, which register would decide.

For reviewers and the authority only: each answer reads the peers' values or how closely they were counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, nan
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from kpi import stats
from kpi.catalogue.catalogue import catalogue
from kpi.model.evaluation import KpiEvaluation, TestedCounts
from kpi.stats import Array
from kpi.tables.peers import PeerValue

MOST_FURTHER_PEERS = 1000
"""Beyond it a share so close to the line is called undecidable by further peers."""
MOST_OUTSIDE = 2000
"""Enterprises outside the panel that a register is tried with."""

DecidedWord = Literal["leading", "not_leading"]
Counts: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DecidedBy:
    """A ``count`` of enterprises, and the word that it would bring."""

    count: int
    word: DecidedWord


@dataclass(frozen=True, slots=True)
class WhatWouldDecide:
    """What would have decided one KPI; None of each: nothing of its kind would have.

    ``leading_above``: any value above it would have been shown leading, in the KPI's unit. ``further_peers``: the
    fewest, each standing alone, that decide if they are worse, tied and better in the shares of the peers there are.
    ``register``: a register that counts at most so many others would; None also where one is in use.
    """

    leading_above: float | None
    further_peers: DecidedBy | None
    register: DecidedBy | None
    register_in_use: bool


def what_would_decide(
    kpi: KpiEvaluation, peers: Sequence[PeerValue], leading_quantile: float, alpha: float
) -> WhatWouldDecide | None:
    """Of an inconclusive KPI, from the values of its ``peers`` and siblings; None of any other.

    None also where a start waits for a ruling: a reviewer decides that, not data.
    """
    if not by_data(kpi):
        return None
    in_use = register_in_use(kpi)
    return WhatWouldDecide(
        leading_above(kpi, peers, leading_quantile, alpha),
        further_peers(kpi, leading_quantile, alpha),
        None if in_use else largest_register(kpi, leading_quantile, alpha),
        in_use,
    )


def by_data(kpi: KpiEvaluation) -> bool:
    """Whether the KPI is inconclusive and data could decide it."""
    waits = any(reason.code == "start_unproven" for reason in kpi.reasons)
    return kpi.verdict == "undecided" and bool(kpi.tests) and not waits


def leading_above(
    kpi: KpiEvaluation, peers: Sequence[PeerValue], leading_quantile: float, alpha: float
) -> float | None:
    """The value to exceed so that every test shows leading: in each, that of the last peer who must be worse."""
    values = _values_by_size(peers)
    lines = []
    for tested in (test.tested for test in kpi.tests):
        winning = stats.smallest_winning(tested.n, leading_quantile, alpha, tested.population)
        if winning is None:
            return None
        lines.append(values[tested.unit, tested.n][winning - 1])
    _, most = catalogue().kpi(kpi.code).bounds(kpi.basis)
    return None if most is not None and max(lines) >= most else max(lines)


def further_peers(kpi: KpiEvaluation, leading_quantile: float, alpha: float) -> DecidedBy | None:
    """The fewest further enterprises that decide at the shares of those there are; counts are never rounded in favour
    of a word.
    """
    further = np.arange(1, int(min(MOST_FURTHER_PEERS, _most_further(kpi))) + 1)
    suppositions = [_with_further(test.tested, further) for test in kpi.tests]
    found = [
        DecidedBy(int(further[np.argmax(shown)]), word)
        for word, shown in _shown(suppositions, leading_quantile, alpha).items()
        if shown.any()
    ]
    return min(found, key=lambda decided: decided.count, default=None)


def chance_decided(kpi: KpiEvaluation, further: int, leading_quantile: float, alpha: float) -> float:
    """The probability, 0..1, that so many ``further`` enterprises decide, or as many as a register has left.

    Each stands alone, and is worse, tied or better with the chances that the shares of the peers there are give.
    """
    more, peers = int(min(further, _most_further(kpi))), kpi.peers.n
    worse, not_better = kpi.worse / peers, (kpi.worse + kpi.tied) / peers
    tests = [test.tested for test in kpi.tests]
    winning = [stats.smallest_winning(tested.n + more, leading_quantile, alpha, tested.population) for tested in tests]
    losing = [stats.most_losing(tested.n + more, leading_quantile, alpha, tested.population) for tested in tests]
    leading = 0.0
    if None not in winning:
        missing = max(int(count or 0) - tested.worse for count, tested in zip(winning, tests, strict=True))
        leading = float(binom.sf(missing - 1, more, worse))
    spare = min(count - tested.not_better for count, tested in zip(losing, tests, strict=True))
    return leading + float(binom.cdf(spare, more, not_better))


def _most_further(kpi: KpiEvaluation) -> float:
    """The enterprises that the registers have outside the panel."""
    return min(
        (test.tested.population - test.tested.n for test in kpi.tests if test.tested.population is not None),
        default=inf,
    )


def largest_register(kpi: KpiEvaluation, leading_quantile: float, alpha: float) -> DecidedBy | None:
    """The largest number of others in a register that decides, and every smaller one as well."""
    for word, shown in shown_with_register(kpi, leading_quantile, alpha, np.arange(MOST_OUTSIDE + 1)).items():
        if decided := len(shown) if shown.all() else int(np.argmin(shown)):
            return DecidedBy(kpi.peers.n + decided - 1, word)
    return None


def shown_with_register(
    kpi: KpiEvaluation, leading_quantile: float, alpha: float, outside: Counts
) -> dict[DecidedWord, NDArray[np.bool_]]:
    """Whether each word would be shown if a register counted so many enterprises ``outside`` the panel.

    They are taken to stand alone: each is one more group, too. What a register counts already stays as it is.
    """
    return _shown([_with_register(test.tested, outside) for test in kpi.tests], leading_quantile, alpha)


def register_in_use(kpi: KpiEvaluation) -> bool:
    """Whether every test is already drawn from a population that a register counts."""
    return all(test.tested.population is not None for test in kpi.tests)


def _values_by_size(peers: Sequence[PeerValue]) -> dict[tuple[str, int], list[float]]:
    """The values that each test counted, ascending, by its unit and its n: without the siblings, and with them."""
    found = {}
    for counted_in in (False, True):
        counted = [peer for peer in peers if counted_in or not peer.sibling]
        chosen = [peer for peer in counted if peer.chosen]
        found["records", len(counted)] = [peer.value for peer in counted]
        found["groups", len(chosen)] = [peer.value for peer in chosen]
    return found


@dataclass(frozen=True, slots=True)
class _Suppositions:
    """One test of a row of suppositions: k, k + e, n and N, NaN where it is unknown."""

    worse: Counts
    not_better: Counts
    n: Counts
    population: Array


def _with_further(tested: TestedCounts, further: Counts) -> _Suppositions:
    n = tested.n + further
    population = np.full(n.shape, nan if tested.population is None else tested.population)
    return _Suppositions(tested.worse * n // tested.n, -(-tested.not_better * n // tested.n), n, population)


def _with_register(tested: TestedCounts, outside: Counts) -> _Suppositions:
    worse, not_better, n = (np.full(outside.shape, count) for count in (tested.worse, tested.not_better, tested.n))
    known = np.full(outside.shape, tested.population, dtype=np.float64) if tested.population is not None else None
    return _Suppositions(worse, not_better, n, (n + outside).astype(np.float64) if known is None else known)


def _shown(
    tests: Sequence[_Suppositions], leading_quantile: float, alpha: float
) -> dict[DecidedWord, NDArray[np.bool_]]:
    """Of each supposition whether every test shows the word."""
    leading = [stats.p_leading(test.worse, test.n, leading_quantile, test.population) for test in tests]
    not_leading = [stats.p_not_leading(test.not_better, test.n, leading_quantile, test.population) for test in tests]
    return {
        "leading": np.max(leading, axis=0) <= alpha,
        "not_leading": np.max(not_leading, axis=0) <= alpha,
    }
