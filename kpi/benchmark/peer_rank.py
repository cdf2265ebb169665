"""Where values stand among the peers: the counts that every verdict is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi import tables
from kpi.benchmark.comparable_value import ComparableValue
from kpi.model.application import Application
from kpi.model.evaluation import Baseline
from kpi.store.database import Cursor
from kpi.tables.peers import GroupExtremes, GroupMembership, PeerCounts, PeerLines, Probe

NO_BASIS = "only"
"""How the store names the basis of a KPI that can be reported in one way alone."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Where a value stands: by records and chosen ones, and for old versions of the method by groups' extremes."""

    peers: PeerCounts
    extremes: GroupExtremes


@dataclass(frozen=True, slots=True)
class PeerRank:
    """One KPI's counts and lines; the lines are None where there is nothing to place.

    ``attainable`` are the counts of the best value that the stated start allows: None where none is stated, or where
    it allows the upper bound itself.
    """

    counted: Counted
    lines: PeerLines | None
    attainable: Counted | None = None

    @property
    def counts(self) -> PeerCounts:
        return self.counted.peers


NOT_PLACED = PeerRank(Counted(PeerCounts(), GroupExtremes()), None)


@dataclass(frozen=True, slots=True)
class CandidateValues:
    """A factory about to be placed: its application, its values on policy's basis, how it stands in the baseline."""

    application: Application
    values: Mapping[str, ComparableValue]
    standing: GroupMembership


def rank_among_peers(
    cursor: Cursor,
    baseline: Baseline,
    candidates: Sequence[CandidateValues],
    quantiles: tuple[float, ...],
    *,
    extremes: bool,
) -> list[dict[str, PeerRank]]:
    """Every value of every candidate, by one question of a kind. ``extremes``: groups by their best and worst, too."""
    own = [
        (factory, code, _asked(baseline, candidate, factory, value, value.value))
        for factory, candidate in enumerate(candidates)
        for code, value in candidate.values.items()
        if value.settled is None
    ]
    # A start that allows the upper bound limits nothing, and is not asked about.
    limits = [
        (factory, code, _asked(baseline, candidate, factory, value, value.attainable))
        for factory, candidate in enumerate(candidates)
        for code, value in candidate.values.items()
        if value.limited_by_start
    ]
    no_peers = {factory: candidate.standing.no_peers for factory, candidate in enumerate(candidates)}
    asked = [value for *_, value in (*own, *limits)]
    found = tables.peers.place_values(cursor, baseline.name, asked, no_peers, quantiles)
    groups = (
        tables.peers.group_extremes(cursor, baseline.name, asked, no_peers)
        if extremes
        else [GroupExtremes()] * len(asked)
    )
    counted = [Counted(value.counts, of_groups) for value, of_groups in zip(found, groups, strict=True)]
    attainable = {
        (factory, code): counts for (factory, code, _), counts in zip(limits, counted[len(own) :], strict=True)
    }
    placed: list[dict[str, PeerRank]] = [{} for _ in candidates]
    for (factory, code, _), counts, value in zip(own, counted, found, strict=False):
        placed[factory][code] = PeerRank(counts, value.lines, attainable.get((factory, code)))
    return placed


def _asked(
    baseline: Baseline, candidate: CandidateValues, factory: int, value: ComparableValue, number: float
) -> Probe:
    industry, basis = candidate.application.industry, value.basis or NO_BASIS
    return Probe(factory, baseline.region, industry, value.kpi.code, basis, number)
