"""No word contradicts what is certain: the bound from the register alone, and in a census the count itself."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.benchmark.comparable_value import comparable_value
from kpi.benchmark.method import METHODS
from kpi.benchmark.peer_rank import Counted, PeerRank
from kpi.benchmark.verdict import Criterion, OtherMembers, counts_to_test, decide, kpi_verdict
from kpi.benchmark.verdict import test_results as results_of
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import ReportedValue
from kpi.model.evaluation import MethodVersion, Verdict
from kpi.tables.peers import GroupExtremes, PeerCounts

WORSE, TIED, BETTER = range(3)
LINE = Fraction(4, 5)
VALUE = comparable_value(catalogue().kpi("K08"), ReportedValue("K08", "reported", 2.0), None)


@dataclass(frozen=True)
class Panel:
    """Where the members of each group stand, the one that speaks for it first; how many others the register adds."""

    groups: tuple[tuple[int, ...], ...]
    more: int
    more_groups: int | None

    def count(self, *places: int) -> int:
        return sum(place in places for group in self.groups for place in group)

    @property
    def n(self) -> int:
        return self.count(WORSE, TIED, BETTER)

    def counted(self) -> Counted:
        spoken = [group[0] for group in self.groups]
        peers = PeerCounts(
            worse=self.count(WORSE),
            tied=self.count(TIED),
            n=self.n,
            chosen_worse=spoken.count(WORSE),
            chosen_tied=spoken.count(TIED),
            chosen_n=len(spoken),
        )
        extremes = GroupExtremes(
            groups=len(spoken),
            groups_worse=sum(max(group) == WORSE for group in self.groups),
            groups_not_better=sum(min(group) <= TIED for group in self.groups),
        )
        return Counted(peers, extremes)

    def word(self, version: MethodVersion) -> Verdict:
        method = METHODS[version]
        line = Criterion(0.8, 0.95, 0.05, method)
        others = OtherMembers(
            self.n + self.more, None if self.more_groups is None else len(self.groups) + self.more_groups
        )
        placed = PeerRank(self.counted(), None)
        counts = counts_to_test(placed, others, 0, method)
        judged = decide(placed, counts, results_of(counts.all, 0.8), others.enterprises, line, VALUE, "open")
        return kpi_verdict(VALUE, judged, nan, line)[0]


def contradicts(panel: Panel, word: Verdict) -> bool:
    """Of N others so many at most are worse, and so many at least are not better."""
    others = panel.n + panel.more
    if word == "leading":
        return Fraction(panel.count(WORSE) + panel.more, others) < LINE
    return word == "not_leading" and Fraction(panel.count(WORSE, TIED), others) >= LINE


Place = st.sampled_from([WORSE] * 6 + [TIED, BETTER])
Groups = st.tuples(
    st.lists(st.lists(Place, min_size=1, max_size=1).map(tuple), max_size=60),
    st.lists(st.tuples(Place, st.integers(1, 30)).map(lambda alike: (alike[0],) * alike[1]), max_size=3),
    st.lists(st.lists(Place, min_size=2, max_size=6).map(tuple), max_size=6),
).map(lambda kinds: tuple(group for kind in kinds for group in kind))
Panels = st.builds(
    Panel,
    Groups.filter(bool),
    st.one_of(st.just(0), st.integers(0, 12)),
    st.one_of(st.none(), st.integers(0, 12)),
)


@pytest.mark.campaign
@settings(max_examples=400, deadline=None)
@given(panel=Panels)
def test_no_word_contradicts_the_bound_from_the_register_or_the_count_of_a_census(panel: Panel) -> None:
    assert not contradicts(panel, panel.word(3))


def test_version_2_contradicted_both() -> None:
    """79 of 100 worse and 21 of one group better; and 80 of 100 worse, of whom 30 are one group."""
    leading = Panel(((WORSE,),) * 79 + ((BETTER,) * 21,), 0, 0)
    trailing = Panel(((WORSE,) * 30, *((WORSE,),) * 50, *((BETTER,),) * 20), 0, 0)
    for panel in (leading, trailing):
        assert contradicts(panel, panel.word(2))
        assert panel.word(3) == "undecided"
