"""What a rival with a solver works out of a cell: its own formulation, by the sorted values themselves.

Known to the rival: n, the physical bounds, what each published number is of (Harrell-Davis and the mean) to within half
its unit, its own values, and between which ranks a released word puts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import inf, isnan

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.stats import beta, binom

from kpi.baseline.publication import publish_cell
from kpi.catalogue.catalogue import catalogue
from kpi.model.publication import PublishedCell
from tests.attacks.rival import POLICY
from tests.benchmark.panels import HOME_REGION, INDUSTRY

Interval = tuple[float, float]
ENOUGH = 1 - 1e-6
"""Of a quarter of the middle half, less what the solver leaves."""
DRAWS = ("normal", "lognormal", "uniform", "zeros", "clusters")


def draw(name: str, n: int, seed: int) -> tuple[str, np.ndarray]:
    """A KPI and n values of it, ascending."""
    chance = np.random.default_rng([seed, n, DRAWS.index(name)])
    values = {
        "normal": lambda: np.clip(chance.normal(50, 15, n), 0, 100),
        "lognormal": lambda: chance.lognormal(2.5, 0.8, n),
        "uniform": lambda: chance.uniform(0, 100, n),
        "zeros": lambda: np.where(chance.random(n) < 0.3, 0.0, chance.gamma(2, 8, n)),
        "clusters": lambda: np.clip(np.where(chance.random(n) < 0.5, 25, 75) + chance.normal(0, 4, n), 0, 100),
    }[name]()
    return "K08" if name == "lognormal" else "K01", np.sort(np.round(values, 1))


def publish(code: str, values: np.ndarray, groups: Sequence[str] = ()) -> PublishedCell:
    named = list(groups) or [f"G{place}" for place in range(len(values))]
    return publish_cell(
        catalogue().kpi(code), HOME_REGION, INDUSTRY, pd.DataFrame({"own_group": named, "value": values}), POLICY
    )


def quarter(values: np.ndarray) -> float:
    """What everybody is to keep: a quarter of the middle half."""
    q1, q3 = np.quantile(values, [0.25, 0.75])
    return float(q3 - q1) / 4


def _weights(n: int, share: float) -> np.ndarray:
    return np.diff(beta.cdf(np.linspace(0, 1, n + 1), (n + 1) * share, (n + 1) * (1 - share)))


@dataclass(frozen=True)
class Knowledge:
    """``rows`` weigh the sorted values, each sum within ``low``..``high``; ``ends`` are single values' own limits."""

    n: int
    bounds: Interval
    rows: tuple[tuple[np.ndarray, float, float], ...] = ()
    ends: tuple[tuple[int, float, float], ...] = ()

    def table(self, reported: PublishedCell, without: int | None = None) -> Knowledge:
        """Having read a table. ``without``: it was made before the value at this place was there."""
        n = self.n - (without is not None)
        numbers = [(reported.median, 0.5), (reported.p20, 0.2), (reported.p80, 0.8), (reported.mean, None)]
        more = []
        for number, share in numbers:
            if not isnan(number):
                row = np.full(n, 1 / n) if share is None else _weights(n, share)
                row = row if without is None else np.insert(row, without, 0.0)
                more.append((row, number - reported.step / 2, number + reported.step / 2))
        return Knowledge(self.n, self.bounds, (*self.rows, *more), self.ends)

    def value(self, place: int, low: float, high: float) -> Knowledge:
        """Knowing that the value at this place lies so."""
        return Knowledge(self.n, self.bounds, self.rows, (*self.ends, (place, low, high)))

    def intervals(self, places: Sequence[int]) -> list[Interval]:
        """Where the values at these places can lie; an empty polytope is no knowledge of anybody: ValueError."""
        rows, limits = [], []
        for row, low, high in self.rows:
            rows += [row, -row]
            limits += [high, -low]
        for place in range(self.n - 1):
            order = np.zeros(self.n)
            order[place], order[place + 1] = 1.0, -1.0
            rows.append(order)
            limits.append(0.0)
        box = [list(self.bounds) for _ in range(self.n)]
        for place, low, high in self.ends:
            box[place] = [max(box[place][0], low), min(box[place][1], high)]
        matrix, found = np.array(rows), []
        for place in places:
            ends = []
            for sign in (1.0, -1.0):
                aim = np.zeros(self.n)
                aim[place] = sign
                answer = linprog(aim, A_ub=matrix, b_ub=limits, bounds=box, method="highs")
                if answer.status not in (0, 3):
                    raise ValueError(answer.message)
                ends.append(sign * answer.fun if answer.status == 0 else -sign * inf)
            found.append((ends[0], ends[1]))
        return found


def nothing_known(code: str, n: int) -> Knowledge:
    low, high = catalogue().kpi(code).bounds(POLICY.basis(code))
    return Knowledge(n, (-inf if low is None else low, inf if high is None else high))


def word(worse: int, not_better: int, n: int) -> str:
    """The word of a value, by the policy's line and the register unknown."""
    line, alpha = POLICY.leading_quantile, POLICY.alpha
    if line**n > alpha:
        return "too_few_peers"
    if binom.sf(worse - 1, n, line) <= alpha:
        return "leading"
    return "not_leading" if binom.cdf(not_better, n, line) <= alpha else "undecided"


def ranks(reported: str, n: int) -> tuple[int, int]:
    """Between how many worse peers (of n others, none tied) a word puts its value."""
    fitting = [worse for worse in range(n + 1) if word(worse, worse, n) == reported]
    return fitting[0], fitting[-1]


def exposed(known: Knowledge, values: np.ndarray, own: Sequence[int], spans: Sequence[tuple[int, int]]) -> int:
    """How many of the others are known to less than a quarter of the middle half by who owns the values at ``own``.

    Each of them may have any rank of its span; the others keep their order. Who is wide enough is left alone, and the
    likeliest cases come first, so most cases need not be solved.
    """
    n, width = known.n, quarter(values) * ENOUGH
    narrow: dict[int, Interval] = dict.fromkeys(range(n - len(own)), (inf, -inf))
    cases = [case for case in product(*(range(low, high + 1) for low, high in spans)) if list(case) == sorted({*case})]
    for places in sorted(cases, key=lambda case: sum(abs(item - true) for item, true in zip(case, own, strict=True))):
        if not narrow:
            return 0
        left = [place for place in range(n) if place not in places]
        case = known
        for place, true in zip(places, own, strict=True):
            case = case.value(place, values[true], values[true])
        try:
            found = case.intervals([left[item] for item in narrow])
        except ValueError:  # nobody's values fit this case
            continue
        joined = {
            item: (min(narrow[item][0], low), max(narrow[item][1], high))
            for item, (low, high) in zip(narrow, found, strict=True)
        }
        narrow = {item: ends for item, ends in joined.items() if ends[1] - ends[0] < width}
    return len(narrow)
