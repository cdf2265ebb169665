"""Linear programming by rivals: on all that is published of a cell, with the words of up to three colluders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import inf

import numpy as np
import pytest
from scipy.stats.mstats import hdquantiles

from kpi.baseline.word_exposure import words_expose
from kpi.catalogue.catalogue import catalogue
from tests.attacks.interval_solver import (
    DRAWS,
    ENOUGH,
    Interval,
    Knowledge,
    draw,
    exposed,
    nothing_known,
    publish,
    quarter,
    ranks,
    word,
)
from tests.attacks.rival import POLICY
from tests.campaign import LONG, size, tally

pytestmark = pytest.mark.campaign

SIZES = (10, 12, 14, 15, 18, 21, 22, 25, 30, 40) if LONG else (14, 22)
JUDGED = (15, 16, 21, 23, 27, 31, 38) if LONG else (15, 23)
"""One more than the peers that a word needs (14), and that leave one of them better (22)."""
SEEDS = range(size(1, 8))


def narrowest(found: Sequence[Interval], values: np.ndarray) -> float:
    """In quarters of the middle half."""
    return min(high - low for low, high in found) / quarter(values)


def cells(name: str, sizes: Sequence[int]) -> Iterator[tuple[np.ndarray, Knowledge]]:
    """Cells that publish anything, and what their tables tell."""
    for n, seed in product(sizes, SEEDS):
        code, values = draw(name, n, seed)
        reported = publish(code, values)
        if reported.band is not None:
            yield values, nothing_known(code, n).table(reported)


def by_ranks(known: Knowledge, values: np.ndarray, colluders: Sequence[int]) -> Knowledge:
    """Their own values, each at the rank that it has: what insiders have who know their exact ranks."""
    for place in colluders:
        known = known.value(place, values[place], values[place])
    return known


def exposed_by_words(known: Knowledge, values: np.ndarray, colluders: Sequence[int]) -> int:
    """How many of the others are known too well by colluders who know their own values and their words."""
    n = known.n
    return exposed(known, values, colluders, [ranks(word(place, place, n - 1), n - 1) for place in colluders])


@pytest.mark.parametrize("name", DRAWS)
def test_what_is_published_leaves_everybody_a_quarter_of_the_middle_half(name: str) -> None:
    found = [narrowest(known.intervals(range(known.n)), values) for values, known in cells(name, SIZES)]
    tally(f"attacks: linear programming, {name}: narrowest {min(found):.2f} of IQR/4", cells=len(found))
    assert min(found) >= ENOUGH


def test_a_table_to_the_last_digit_would_be_read_back() -> None:
    """The control: the same programmes on a cell with many zeros, published as computed."""
    code, values = draw("zeros", 22, 0)
    reported = {name: float(hdquantiles(values, prob=[share])[0]) for name, share in QUANTILES.items()}
    exact = replace(publish(code, values), mean=float(values.mean()), step=0.01, **reported)
    least = narrowest(nothing_known(code, 22).table(exact).intervals(range(22)), values)
    tally(f"attacks: linear programming on exact numbers (control): narrowest {least:.2f} of IQR/4", cells=1)
    assert least < 1


QUANTILES = {"p20": 0.2, "median": 0.5, "p80": 0.8}


def teams(n: int, many: int) -> list[list[int]]:
    """The best with others of the upper half, those about the lines, and some by chance."""
    chance = np.random.default_rng([n, many])
    upper = sorted({n - 1, n - 2, int(0.8 * n)} if many == 3 else {n - 1, int(0.8 * n)} if many == 2 else {n - 1})
    lines = sorted([int(0.2 * n), n // 2, int(0.8 * n)][-many:])
    drawn = [sorted(int(item) for item in chance.choice(n, many, replace=False)) for _ in range(size(1, 3))]
    return [upper, lines, *drawn]


@pytest.mark.parametrize("many", [1, 2, 3])
@pytest.mark.parametrize("name", ["normal", "lognormal", "clusters"])
def test_while_the_window_is_open_colluders_know_nobody_to_a_quarter_of_the_middle_half(name: str, many: int) -> None:
    """Their words are those of cells where no word exposes anybody; the others wait for the close."""
    tried, waiting, learned, insiders = 0, 0, 0, inf
    for values, known in cells(name, JUDGED):
        code = "K08" if name == "lognormal" else "K01"
        held = words_expose(publish(code, values), catalogue().kpi(code), values, known.n, None, POLICY)
        for who in teams(known.n, many):
            tried, waiting = tried + 1, waiting + held
            learned += 0 if held else exposed_by_words(known, values, who)
            others = [place for place in range(known.n) if place not in who]
            insiders = min(insiders, narrowest(by_ranks(known, values, who).intervals(others[::3]), values))
    tally(
        f"attacks: {many} with their words, {name}: {insiders:.2f} of IQR/4 by own ranks",
        teams=tried,
        without_words=waiting,
        exposed=learned,
    )
    assert tried
    assert learned == 0


def chosen_by_the_last_word(known: Knowledge, values: np.ndarray, newcomers: int) -> Iterator[Knowledge]:
    """What they know after each lock of theirs: every value halves what is left of the one that `leading` must pass."""
    n, width = known.n, quarter(values)
    to_pass = next(worse for worse in range(n + 1) if word(worse, worse, n) == "leading") - 1
    for _ in range(newcomers):
        [(low, high)] = known.intervals([to_pass])
        own = (low + min(high, max(low, 0.0) + 40 * width)) / 2
        worse = int((values < own).sum())
        first, last = ranks(word(worse, worse, n), n)
        known = known.value(first - 1, -inf, own) if first else known
        known = known.value(last, own, inf) if last < n else known
        yield known


def test_one_newcomers_word_exposes_nobody_and_how_many_more_would_is_measured() -> None:
    """While the window is open each of several can choose its value by the words of those before it."""
    newcomers, learned, tried = size(2, 5), Counter[int](), 0
    for name in size(("normal",), ("normal", "lognormal", "uniform", "clusters")):
        for values, known in cells(name, size((23,), (23, 31))):
            code = "K08" if name == "lognormal" else "K01"
            if words_expose(publish(code, values), catalogue().kpi(code), values, known.n, None, POLICY):
                continue
            tried += 1
            for locks, after in enumerate(chosen_by_the_last_word(known, values, newcomers), 1):
                learned[locks] += narrowest(after.intervals(range(known.n)), values) < ENOUGH
    tally(
        "attacks: newcomers who choose by the last word, cells in which somebody is exposed",
        cells=tried,
        **{f"by_{locks}": learned[locks] for locks in range(1, newcomers + 1)},
    )
    assert tried
    assert learned[1] == 0


def test_said_at_once_the_words_of_a_tight_cluster_would_cap_its_others() -> None:
    """The control: `leading` among 14 others tells the winner that all are below; the published P80 holds them up."""
    values, known = next(cells("clusters", (15,)))
    assert words_expose(publish("K01", values), catalogue().kpi("K01"), values, 15, None, POLICY)
    assert sum(exposed_by_words(known, values, who) for who in teams(15, 1)) > 0


def test_two_thirds_of_a_cell_do_read_the_others_back() -> None:
    """The control: who owns ten of fifteen and knows their ranks knows somebody of the rest."""
    values, known = next(cells("clusters", (15,)))
    who = [place for place in range(15) if place % 3]
    least = narrowest(by_ranks(known, values, who).intervals([place for place in range(15) if place % 3 == 0]), values)
    tally(f"attacks: ten of fifteen collude (control): narrowest {least:.2f} of IQR/4", teams=1)
    assert least < 1
