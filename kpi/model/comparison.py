"""Candidates of one industry side by side, and an order with its uncertainty: for display, never a verdict.

Candidates are identified by their place in ``Comparison.candidates``, from 0. Undefined numbers are NaN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan
from typing import TYPE_CHECKING, Literal

from kpi.model.evaluation import Evaluation, Reason, Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Membership = Literal["surely", "possibly", "not"]
"""Whether a candidate is among the first k."""

NO_VALUE: frozenset[Verdict] = frozenset({"not_reported", "not_applicable", "basis_mismatch"})
"""Verdicts of a KPI that has nothing to compare."""


GROUP_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class Composite:
    """Composite scores, 0..1. ``low`` and ``high``: what is not reported counts 0, and 1.

    ``equal_weights`` is the mean over KPIs whatever their group, ``geometric`` the geometric mean of the groups' means.
    """

    score: float
    low: float
    high: float
    equal_weights: float
    geometric: float


@dataclass(frozen=True, slots=True)
class RankRange:
    """The best and the worst true rank, 1 for the first; the ranges of all candidates hold together."""

    best: int
    worst: int

    def among_first(self, k: int) -> Membership:
        """Whether it is among the first k, for every k at once."""
        if self.worst <= k:
            return "surely"
        return "not" if self.best > k else "possibly"


@dataclass(frozen=True, slots=True)
class ComparedCandidate:
    """One candidate. ``place`` is by ``composite.score``, those who are level share the better one.

    ``acceptability``: the share of draws at place 1..m. ``leave_one_out``: the place with a KPI left out, by its code.
    ``groups``: its mean score by KPI group. ``first_with``: the mean weights of the draws in which it is first, by
    group; None where it is first in none, or weights were given.
    """

    evaluation: Evaluation
    composite: Composite
    place: int
    rank: RankRange
    acceptability: tuple[float, ...]
    leave_one_out: Mapping[str, int]
    groups: Mapping[str, float]
    first_with: Mapping[str, float] | None


@dataclass(frozen=True, slots=True)
class ComparedKpi:
    """One KPI, a value a candidate; ``scores`` are mid-rank shares of the reference set, 0..1.

    ``ties``: pairs whose bounds on their true shares overlap, so that the difference may be noise.
    """

    code: str
    values: tuple[float, ...]
    scores: tuple[float, ...]
    verdicts: tuple[Verdict, ...]
    ties: tuple[tuple[int, int], ...]

    @property
    def tied_runs(self) -> tuple[tuple[int, ...], ...]:
        """Candidates that are all tied with one another, by falling value: each run that no longer one holds."""
        order = sorted(
            (at for at, value in enumerate(self.values) if not isnan(value)), key=lambda at: -self.values[at]
        )
        tied = {frozenset(pair) for pair in self.ties}
        runs: list[tuple[int, ...]] = []
        end = 0
        for start in range(len(order)):
            stop = start + 1
            while stop < len(order) and all(frozenset((at, order[stop])) in tied for at in order[start:stop]):
                stop += 1
            if stop - start > 1 and stop > end:
                runs.append(tuple(order[start:stop]))
            end = max(end, stop)
        return tuple(runs)

    @property
    def differing(self) -> int:
        """How many pairs with two values are no tie."""
        there = sum(not isnan(value) for value in self.values)
        return there * (there - 1) // 2 - len(self.ties)


@dataclass(frozen=True, slots=True, eq=False)
class OrderDraws:
    """Every draw, a row each: ``group_weights`` [x groups], ``kpi_weights`` [x KPIs, 1 within a group], ``places``."""

    group_weights: NDArray[np.float64]
    kpi_weights: NDArray[np.float64]
    places: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """``weights`` of the groups as given, None where equal; ``reference_size``: enterprises of the reference set.

    ``known_groups``: by group the quantiles (``GROUP_QUANTILES``) of the reference set's mean scores.

    ``dominance``: (i, j), i at least as good as j on every KPI and better on one. ``ahead``: (i, j), i shown to be
    ahead of j by composite, all of them at once, as the candidates' ranks say it in numbers. ``winning``: the share of
    draws in which i is ahead of j. ``not_run``: the steps that were not run, with why.
    """

    candidates: tuple[ComparedCandidate, ...]
    kpis: tuple[ComparedKpi, ...]
    dominance: tuple[tuple[int, int], ...]
    ahead: frozenset[tuple[int, int]]
    winning: tuple[tuple[float, ...], ...]
    weights: Mapping[str, float] | None
    seed: int
    reference_size: int
    known_groups: Mapping[str, tuple[float, ...]]
    not_run: tuple[Reason, ...]
    draws: OrderDraws

    @property
    def first(self) -> Evaluation:
        """The first candidate's answer: baseline, policy, industry and year are the same for all."""
        return self.candidates[0].evaluation

    @property
    def order(self) -> list[int]:
        """The candidates by composite, the highest first; level ones by credit code."""
        codes = [candidate.evaluation.application.credit_code for candidate in self.candidates]
        return sorted(range(len(codes)), key=lambda at: (self.candidates[at].place, codes[at]))

    @property
    def bands(self) -> list[list[int]]:
        """The order cut where everybody above is shown to be ahead of everybody below.

        Candidates whose blanks alone leave others' order open are a band of their own, below those others.
        """
        found = []
        for band in self._cut(self.order):
            blank = [at for at in band if self.open_by_blanks(at)]
            others = self._cut([at for at in band if at not in blank])
            found += [*others, blank] if len(others) > 1 and blank else [band]
        return found

    def is_open(self, band: Sequence[int]) -> bool:
        """Whether the order within a band is open: of a candidate alone only where its blanks leave its place so."""
        return len(band) > 1 or any(map(self.open_by_blanks, band))

    @property
    def rows(self) -> list[int]:
        """The candidates as a picture lists them: the bands one after the other."""
        return [at for band in self.bands for at in band]

    def open_by_blanks(self, at: int) -> bool:
        """Whether a candidate has blanks, and it is not shown of every other which of the two is ahead."""
        composite = self.candidates[at].composite
        return composite.low < composite.high and any(not self._apart(at, other) for other in self.order if other != at)

    def _cut(self, order: Sequence[int]) -> list[list[int]]:
        cuts = [
            place
            for place in range(1, len(order))
            if all((i, j) in self.ahead for i in order[:place] for j in order[place:])
        ]
        return [list(order[start:end]) for start, end in pairwise([0, *cuts, len(order)]) if order]

    def _apart(self, one: int, other: int) -> bool:
        return not self.ahead.isdisjoint({(one, other), (other, one)})
