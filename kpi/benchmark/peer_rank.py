"""Where values stand among the peers: the counts that every verdict is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kpi import queries
from kpi.benchmark.comparable_value import ComparableValue
from kpi.model.application import Application
from kpi.model.baseline import Baseline
from kpi.queries.placing import OwnStanding
from kpi.queries.sql_runner import SqlRow
from kpi.store.cursor import Cursor

NO_BASIS = "only"
"""How the store names the basis of a KPI that can be reported in one way alone."""


@dataclass(frozen=True, slots=True)
class PeerCounts:
    """Peers worse, tied and in all (``n``), and the same as one record a group; all without the own group.

    ``sibling_*`` is what the own group's other enterprises would add if they were counted in.
    """

    worse: int = 0
    tied: int = 0
    n: int = 0
    groups: int = 0
    groups_worse: int = 0
    groups_not_better: int = 0
    sibling_n: int = 0
    sibling_worse: int = 0
    sibling_tied: int = 0
    sibling_groups_worse: int = 0
    sibling_groups_not_better: int = 0

    @property
    def better(self) -> int:
        return self.n - self.worse - self.tied

    def with_siblings(self) -> PeerCounts:
        """The counts with the candidate's siblings taken for peers like any other."""
        return PeerCounts(
            worse=self.worse + self.sibling_worse,
            tied=self.tied + self.sibling_tied,
            n=self.n + self.sibling_n,
            groups=self.groups + (self.sibling_n > 0),
            groups_worse=self.groups_worse + self.sibling_groups_worse,
            groups_not_better=self.groups_not_better + self.sibling_groups_not_better,
        )


@dataclass(frozen=True, slots=True)
class PeerLines:
    """The peers' mean, median and type-7 quantiles (by share), in the KPI's unit.

    ``mean_place`` is the share of the peers at or below the mean, 0..1.
    """

    mean: float
    mean_place: float
    median: float
    quantiles: Mapping[float, float]


@dataclass(frozen=True, slots=True)
class PeerRank:
    """One KPI's counts and lines; the lines are None where there is nothing to place.

    ``attainable`` are the counts of the best value that the stated start allows: None where none is stated, or where
    it allows the upper bound itself.
    """

    counts: PeerCounts
    lines: PeerLines | None
    attainable: PeerCounts | None = None


NOT_PLACED = PeerRank(PeerCounts(), None)


@dataclass(frozen=True, slots=True)
class CandidateValues:
    """A factory about to be placed: its application, its values on policy's basis, how it stands in the baseline."""

    application: Application
    values: Mapping[str, ComparableValue]
    standing: OwnStanding

    @property
    def own_group(self) -> str:
        return self.standing.own_group or self.application.credit_code


def rank_among_peers(
    cursor: Cursor, baseline: Baseline, candidates: Sequence[CandidateValues], quantiles: tuple[float, ...]
) -> list[dict[str, PeerRank]]:
    """Every value of every candidate, by one look-up."""
    # Attainable values are placed as values of a second set of candidates, in the same look-up.
    rows = [*_own_rows(baseline, candidates), *_attainable_rows(baseline, candidates, first_key=len(candidates))]
    found = {
        (one.factory, one.kpi): one for one in queries.peer_placings(cursor, baseline.name, _columns(rows), quantiles)
    }
    placed: list[dict[str, PeerRank]] = [{} for _ in candidates]
    for (factory, kpi), one in found.items():
        if factory < len(candidates):
            room = found.get((factory + len(candidates), kpi))
            attainable = None if room is None else PeerCounts(**room.counts)
            placed[factory][kpi] = PeerRank(PeerCounts(**one.counts), _lines(one.lines, quantiles), attainable)
    return placed


def _lines(found: SqlRow | None, quantiles: tuple[float, ...]) -> PeerLines | None:
    if found is None:
        return None
    return PeerLines(
        found["mean"], found["mean_place"], found["median"], dict(zip(quantiles, found["lines"], strict=True))
    )


CandidateRow = tuple[int, str, str, str, str, float, str, str]
"""One value to be placed, in the order of ``CANDIDATE_COLUMNS``."""


def _own_rows(baseline: Baseline, candidates: Sequence[CandidateValues]) -> list[CandidateRow]:
    """The values themselves, one row per candidate and KPI."""
    return [
        _row(baseline, candidate, factory, code, value, value.value)
        for factory, candidate in enumerate(candidates)
        for code, value in candidate.values.items()
        if value.settled is None
    ]


def _attainable_rows(baseline: Baseline, candidates: Sequence[CandidateValues], first_key: int) -> list[CandidateRow]:
    """The best values that stated starts allow. One that reaches the upper bound limits nothing, and is not asked."""
    return [
        _row(baseline, candidate, first_key + factory, code, value, value.attainable)
        for factory, candidate in enumerate(candidates)
        for code, value in candidate.values.items()
        if value.limited_by_start
    ]


def _row(
    baseline: Baseline, candidate: CandidateValues, key: int, code: str, value: ComparableValue, number: float
) -> CandidateRow:
    application = candidate.application
    return (
        key,
        baseline.region,
        application.industry,
        code,
        value.basis or NO_BASIS,
        number,
        application.credit_code,
        candidate.own_group,
    )


def _columns(rows: Sequence[CandidateRow]) -> dict[str, np.ndarray]:
    """The values to be placed, a column for each of ``CANDIDATE_COLUMNS``."""
    types = {"factory": np.int64, "value": np.float64}
    # Stated types, so that a factory without any value is an empty table of the right shape.
    return {
        name: np.array([row[place] for row in rows], dtype=types.get(name, object))
        for place, name in enumerate(queries.CANDIDATE_COLUMNS)
    }
