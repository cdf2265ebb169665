"""Rank intervals against what csranks prints for PISA 2018, and their coverage."""

from __future__ import annotations

import numpy as np

from kpi.stats import RankIntervals, rank_intervals
from tests.stats import reference

PISA = reference.vectors("csranks_pisa2018.json")
SCORES, COVARIANCE = np.array(PISA["math_score"]), np.diag(np.array(PISA["math_se"]) ** 2)
NAMES = PISA["jurisdiction"]


def intervals(confidence: float = 0.95, of: list[int] | None = None, seed: int = 101) -> RankIntervals:
    return rank_intervals(SCORES, COVARIANCE, confidence, np.random.default_rng(seed), draws=4000, of=of)


def test_one_country_alone_has_the_published_interval() -> None:
    [(name, printed)] = PISA["marginal_95"].items()
    place = NAMES.index(name)
    alone = intervals(of=[place])
    # Its best rank lies on the border of what is drawn: the vignette's output says 8, its text 7.
    assert alone.best[place] in (printed["best"], printed["best"] - 1)
    assert alone.worst[place] == printed["worst"]


def test_all_at_once_says_what_is_published_of_it() -> None:
    """The three last are apart from all others; Germany and Korea both reach rank 7; each holds the estimated rank."""
    found = intervals()
    ranks = np.array(PISA["rank"])
    assert ((found.best <= ranks) & (ranks <= found.worst)).all()
    last = [NAMES.index(name) for name in PISA["simultaneous_95"]["apart_from_all_others"]]
    others = [at for at in range(len(NAMES)) if at not in last]
    assert found.best[last].min() > found.worst[others].max()
    for name in PISA["simultaneous_95"]["share_rank_7"]:
        assert found.best[NAMES.index(name)] <= 7 <= found.worst[NAMES.index(name)]


def test_the_possible_first_five_are_the_published_ones() -> None:
    found = intervals()
    possible = {name for name, best in zip(NAMES, found.best, strict=True) if best <= 5}
    assert possible == set(PISA["first_five_95"])


def test_less_confidence_and_fewer_of_interest_give_no_wider_intervals() -> None:
    everybody, less = intervals(), intervals(confidence=0.75)
    assert (less.best >= everybody.best).all()
    assert (less.worst <= everybody.worst).all()
    alone = intervals(of=[3])
    assert alone.best[3] >= everybody.best[3]
    assert alone.worst[3] <= everybody.worst[3]


def test_without_any_error_the_ranks_are_known() -> None:
    known = rank_intervals([3.0, 1.0, 1.0, 2.0], np.zeros((4, 4)), 0.95, np.random.default_rng(1))
    assert known.best.tolist() == [1, 3, 3, 2]
    assert known.worst.tolist() == [1, 4, 4, 2]


def test_all_ranks_are_covered_together_as_often_as_stated() -> None:
    """300 tables of eight, some of them level in truth: at least 95 % cover all eight ranks, but for chance."""
    rng = np.random.default_rng(3)
    truth = np.array([0.0, 0.0, 0.5, 1.0, 1.0, 2.0, 4.0, 4.1])
    best, worst = 1 + (truth[None] > truth[:, None]).sum(axis=1), 8 - (truth[None] < truth[:, None]).sum(axis=1)
    mixed = rng.standard_normal((8, 8)) * 0.3
    covariance = mixed @ mixed.T + 0.2 * np.eye(8)
    covered = 0
    for _ in range(300):
        found = rank_intervals(rng.multivariate_normal(truth, covariance), covariance, 0.95, rng, draws=500)
        # Of two who are level in truth either may be the better: the interval has to hold both ranks.
        covered += bool(((found.best <= best) & (worst <= found.worst)).all())
    assert covered / 300 > 0.95 - 2.33 * np.sqrt(0.95 * 0.05 / 300)
