"""What a register is said to be worth is what it does: the same panel frozen with one decides so many words more."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kpi.benchmark.clause import TESTED
from kpi.benchmark.evaluation import evaluate_all
from kpi.model.evaluation import Baseline
from kpi.model.times import year_end
from kpi.policy.load import policies
from kpi.services.administrator.words_in_reach import FURTHER_PEERS, REGISTER_SIZES, IndustryWords, words_in_reach
from kpi.store.store import Store
from tests.benchmark.panels import INDUSTRY, application, credit_code, freeze, records, seeded
from tests.services.sample_store import ADMINISTRATOR

pytestmark = pytest.mark.slow

MEMBERS = 31
KPIS = ("K08", "K15", "K16")


def values() -> dict[str, list[float]]:
    chance = seeded("words in reach")
    return {kpi: [round(chance.uniform(0, 60)) for _ in range(MEMBERS)] for kpi in KPIS}


def frozen(store: Store, year: int, size: int | None) -> Baseline:
    sizes: Mapping[str, int] | None = None if size is None else {INDUSTRY: size}
    return freeze(store, f"panel-{year}", records(values()), sizes, year=year)


def inconclusive(store: Store, baseline: Baseline) -> int:
    members = [
        application({kpi: column[place] for kpi, column in values().items()}, credit_code(1 + place))
        for place in range(MEMBERS)
    ]
    policy = policies().of_year(baseline.year)
    with store.cursor() as cursor:
        found = evaluate_all(cursor, members, baseline, policy, year_end(baseline.year))
    words = [kpi.verdict for answer in found for kpi in answer.kpis if kpi.verdict in TESTED]
    assert len(words) == MEMBERS * len(KPIS)
    return words.count("undecided")


def of_newest(store: Store) -> IndustryWords:
    [found] = words_in_reach(store, ADMINISTRATOR).industries
    return found


def test_a_register_decides_as_many_words_as_is_said(store: Store) -> None:
    open_words = inconclusive(store, frozen(store, 2025, None))
    said = of_newest(store)
    assert (said.industry, said.members, said.words) == (INDUSTRY, MEMBERS, MEMBERS * len(KPIS))
    assert said.inconclusive == open_words > 0
    others = [round((MEMBERS - 1) * size) for size in REGISTER_SIZES]
    left = [inconclusive(store, frozen(store, 2026 + place, 1 + count)) for place, count in enumerate(others)]
    assert said.by_register == tuple(open_words - count for count in left)
    assert said.by_register[0] > said.by_register[-1] > 0


def test_with_a_register_in_use_none_is_offered_and_more_peers_never_decide_less(store: Store) -> None:
    frozen(store, 2025, 2 * MEMBERS)
    said = of_newest(store)
    assert said.by_register is None
    assert list(said.by_further_peers) == sorted(said.by_further_peers)
    assert len(said.by_further_peers) == len(FURTHER_PEERS)
    assert said.by_further_peers[-1] > 0
