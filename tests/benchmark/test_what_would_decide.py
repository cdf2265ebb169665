"""What would decide a KPI is what does decide it: the value tried, the peers added, the register brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import nextafter

import pytest

from kpi import tables
from kpi.benchmark.evaluation import evaluate
from kpi.benchmark.what_would_decide import (
    DecidedBy,
    WhatWouldDecide,
    chance_decided,
    further_peers,
    largest_register,
    what_would_decide,
)
from kpi.model.evaluation import Baseline, KpiEvaluation
from kpi.policy.load import policies
from kpi.stats import p_leading, p_not_leading
from kpi.store.store import Store
from tests.benchmark.panels import INDUSTRY, application, credit_code, freeze, records, seeded

KPI = "K15"
OUTSIDER = credit_code(9_000_001)
DAY = date(2025, 12, 31)
POLICY = policies().on(DAY)
LINE, ALPHA = POLICY.leading_quantile, POLICY.alpha


class Panel:
    """A panel frozen once, and one candidate's value of ``KPI`` held against it as often as wanted."""

    def __init__(
        self, store: Store, values: Sequence[float], groups: Sequence[str | None] = (), others: int | None = None,
        candidate: str = OUTSIDER,
    ) -> None:  # fmt: skip
        rows = records({KPI: values}, groups)
        sizes: Mapping[str, int] | None = None if others is None else {INDUSTRY: others + 1}
        name = f"panel {len(values)} {groups} {others} {sum(values)}"
        self.store, self.candidate = store, candidate
        with store.cursor() as cursor:
            known = {baseline.name: baseline for baseline in tables.baselines.baselines(cursor)}
        self.baseline: Baseline = known.get(name) or freeze(store, name, rows, sizes, year=2026 + len(known))

    def kpi(self, value: float) -> KpiEvaluation:
        with self.store.cursor() as cursor:
            asked = application({KPI: value}, self.candidate)
            return evaluate(cursor, asked, self.baseline, POLICY, DAY).kpi(KPI)

    def known(self) -> list[tables.peers.PeerValue]:
        where = self.baseline.name, self.baseline.region, INDUSTRY
        with self.store.cursor() as cursor:
            own = tables.peers.own_standing(cursor, *where, self.candidate, None)
            return tables.peers.peer_values(cursor, *where, KPI, "only", own.no_peers)

    def would(self, value: float) -> WhatWouldDecide | None:
        return what_would_decide(self.kpi(value), self.known(), LINE, ALPHA)


def drawn(seed: int, enterprises: int) -> list[float]:
    chance = seeded(seed)
    return [round(chance.uniform(0, 95), chance.choice([0, 1])) for _ in range(enterprises)]


GROUPED = [None] * 20 + ["甲集团（虚构）"] * 6 + ["乙集团（虚构）"] * 4
SHAPES = [
    pytest.param(30, (), None, id="alone"),
    pytest.param(45, (), 60, id="register"),
    pytest.param(40, GROUPED, None, id="groups"),
]


@pytest.mark.parametrize(("enterprises", "groups", "others"), SHAPES)
def test_any_value_above_it_leads_and_itself_does_not(
    store: Store, enterprises: int, groups: Sequence[str | None], others: int | None
) -> None:
    panel = Panel(store, drawn(1, enterprises), groups, others)
    middle = sorted(drawn(1, enterprises))[enterprises * 8 // 10]
    found = panel.would(middle)
    assert found is not None
    assert found.leading_above is not None
    assert panel.kpi(nextafter(found.leading_above, 100)).verdict == "leading"
    assert panel.kpi(found.leading_above).verdict != "leading"


def test_where_the_siblings_count_too_it_is_the_highest_of_both_ways(store: Store) -> None:
    """Four siblings at the top: with them among the peers more has to be beaten than without."""
    values = [*drawn(2, 30), 94.0, 94.5, 95.0, 95.5, 50.0]
    panel = Panel(store, values, [None] * 30 + ["甲集团（虚构）"] * 5, candidate=credit_code(35))
    known = panel.known()
    assert [peer.value for peer in known if peer.sibling] == [94.0, 94.5, 95.0, 95.5]
    assert sum(peer.sibling and peer.chosen for peer in known) == 1
    found = panel.would(80.0)
    assert found is not None
    assert found.leading_above is not None
    assert panel.kpi(nextafter(found.leading_above, 100)).verdict == "leading"
    assert panel.kpi(found.leading_above).verdict != "leading"
    alone = Panel(store, drawn(2, 30)).would(80.0)
    assert alone is not None
    assert alone.leading_above is not None
    assert found.leading_above > alone.leading_above


def test_a_ceiling_leaves_no_value_above_it(store: Store) -> None:
    panel = Panel(store, [100.0] * 4 + [float(value) for value in range(26)])
    found = panel.would(99.0)
    assert found is not None
    assert found.leading_above is None


def test_further_peers_decide_and_one_fewer_does_not(store: Store) -> None:
    """Ten times the same ten peers: nine worse of each ten, so the shares stay as they are."""
    ten = [float(value) for value in range(9)] + [95.0]
    panel = Panel(store, ten * 2)
    found = panel.would(50.0)
    assert found is not None
    assert found.further_peers is not None
    assert found.further_peers.word == "leading"
    words = {
        more: Panel(store, ten * 2 + [float(n % 9) for n in range(worse)] + [95.0] * (more - worse)).kpi(50.0).verdict
        for more in (found.further_peers.count - 1, found.further_peers.count)
        for worse in [18 * (20 + more) // 20 - 18]
    }
    assert list(words.values()) == ["undecided", "leading"]


def test_a_register_of_that_size_decides_and_of_one_more_does_not(store: Store) -> None:
    values = [float(value) for value in range(40)]
    found = Panel(store, values).would(36.0)
    assert found is not None
    assert found.register is not None
    words = [Panel(store, values, others=found.register.count + more).kpi(36.0).verdict for more in (0, 1)]
    assert words == [found.register.word, "undecided"]


def test_with_a_register_in_use_further_peers_stay_within_it(store: Store) -> None:
    found = Panel(store, [float(value) for value in range(40)], others=60).would(33.5)
    assert found is not None
    assert (found.register, found.register_in_use) == (None, True)
    assert found.further_peers is not None
    assert found.further_peers.count <= 20


def test_what_is_decided_or_waits_for_a_ruling_is_not_asked(store: Store) -> None:
    panel = Panel(store, [float(value) for value in range(40)])
    assert [panel.kpi(value).verdict for value in (99.0, 1.0)] == ["leading", "not_leading"]
    assert [panel.would(value) for value in (99.0, 1.0)] == [None, None]


def test_a_share_at_the_line_is_beyond_what_peers_can_bring(store: Store) -> None:
    kpi = Panel(store, [float(value) for value in range(40)]).kpi(31.5)
    assert (kpi.worse, kpi.tied, kpi.peers.n) == (32, 0, 40)
    assert further_peers(kpi, LINE, ALPHA) is None
    assert largest_register(kpi, LINE, ALPHA) == DecidedBy(kpi.peers.n, "leading")


@pytest.mark.campaign
@pytest.mark.parametrize(("enterprises", "groups", "others"), SHAPES)
def test_the_chance_that_peers_decide_is_the_share_of_drawn_peers_that_do(
    store: Store, enterprises: int, groups: Sequence[str | None], others: int | None
) -> None:
    """A twin that draws the peers: of each, every test gets one more that is worse, tied or better."""
    chance, further = seeded("chance"), 8
    for value in sorted(drawn(1, enterprises))[enterprises * 7 // 10 :: 3]:
        kpi = Panel(store, drawn(1, enterprises), groups, others).kpi(value)
        if kpi.verdict != "undecided":
            continue
        decided = 0
        for _ in range(2000):
            drawn_peers = [chance.randrange(kpi.peers.n) for _ in range(further)]
            worse, not_better = (
                sum(peer < count for peer in drawn_peers) for count in (kpi.worse, kpi.worse + kpi.tied)
            )
            tests = [test.tested for test in kpi.tests]
            leads = all(
                p_leading(item.worse + worse, item.n + further, LINE, item.population) <= ALPHA for item in tests
            )
            fails = all(
                p_not_leading(item.not_better + not_better, item.n + further, LINE, item.population) <= ALPHA
                for item in tests
            )
            decided += leads or fails
        assert chance_decided(kpi, further, LINE, ALPHA) == pytest.approx(decided / 2000, abs=0.045)
