"""What the attack at freeze costs and does: ``python -m benchmarks.publishing``.

The shipped panel, published with the attack and with every cell's first table taken as it is, side by side; then
invented cells of five distributions, n = 10 to 100: how many publish their table as it stands, in twice the unit, by
median alone, or nothing; and the CPU seconds of one cell as it grows, table and words (method 5, rules 4 and 6).
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from unittest.mock import patch

import numpy as np
import pandas as pd

from kpi.baseline import publication
from kpi.baseline.panel import read_panel
from kpi.baseline.registers import own_groups
from kpi.baseline.word_exposure import words_expose
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.model.publication import PublishedCell
from kpi.policy.load import policies
from kpi.policy.policy import Policy
from tests.benchmark.panels import HOME_REGION
from tests.shipped import SHIPPED, SHIPPED_YEAR

Draw = Callable[[np.random.Generator, int], np.ndarray]
CELLS, SEED = 400, 2026
GROWTH = (500, 8_333, 50_000, 166_667)
"""Values of a cell: six industries of 50,000, 300,000 and a million enterprises, and a panel of today."""
ENDS = ("as it stands", "twice the unit", "median alone", "withheld")
DISTRIBUTIONS: dict[str, tuple[str, Draw]] = {
    "near normal": ("K01", lambda draw, n: np.clip(np.round(draw.normal(50, 15, n), 1), 0, 100)),
    "log-normal": ("K08", lambda draw, n: np.round(draw.lognormal(2.5, 0.8, n), 1)),
    "uniform": ("K01", lambda draw, n: np.round(draw.uniform(0, 100, n), 1)),
    "two clusters": ("K01", lambda draw, n: np.where(draw.random(n) < 0.5, 25.0, 75.0) + draw.integers(-8, 9, n)),
    "40 % zeros": ("K01", lambda draw, n: np.where(draw.random(n) < 0.4, 0.0, np.round(draw.gamma(2, 8, n)))),
}


def main() -> None:
    policy = policies().of_year(SHIPPED_YEAR)
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores")
    _shipped(policy)
    print("\n| 400 cells each | " + " | ".join(ENDS) + " |")
    print("| --- |" + " ---: |" * len(ENDS))
    for name, (code, draw) in DISTRIBUTIONS.items():
        ends = Counter(_ends(catalogue().kpi(code), draw, policy))
        print(f"| {name} | " + " | ".join(f"{ends[end] / CELLS:.1%}" for end in ENDS) + " |")
    print("  | CPU s of a cell: table / words | " + " | ".join(f"n = {n:,}" for n in GROWTH) + " |")
    print("  | --- |" + " ---: |" * len(GROWTH))
    for name, (code, draw) in DISTRIBUTIONS.items():
        print(f"  | {name} | " + " | ".join(_cost(catalogue().kpi(code), draw, n, policy) for n in GROWTH) + " |")


def _cost(kpi: Kpi, draw: Draw, n: int, policy: Policy) -> str:
    values = draw(np.random.default_rng(SEED), n)
    # A draw of many goes beyond the KPI's bounds, which the attack takes for certain.
    values = np.sort(np.clip(values, *kpi.bounds(policy.basis(kpi.code))))
    cell = pd.DataFrame({"own_group": [f"g{at}" for at in range(n)], "value": values})
    began = time.process_time()
    table = publication.publish_cell(kpi, HOME_REGION, "汽车", cell, policy)
    published = time.process_time()
    words_expose(table, kpi, values, n, None, policy)
    return f"{published - began:.2f} / {time.process_time() - published:.2f}"


def _shipped(policy: Policy) -> None:
    panel = read_panel(SHIPPED.name, SHIPPED.read_bytes(), HOME_REGION).records
    records = panel.assign(own_group=own_groups(panel), basis=panel["basis"].fillna(NO_BASIS))
    began = time.perf_counter()
    publication.publish(records, HOME_REGION, policy)
    attacked = time.perf_counter() - began
    with patch.object(publication, "_gives_away", lambda *_: False):
        began = time.perf_counter()
        publication.publish(records, HOME_REGION, policy)
        unattacked = time.perf_counter() - began
    ratio = attacked / unattacked
    print(f"shipped panel: {attacked:.2f} s with the attack, {unattacked:.2f} s without: {ratio:.1f} times")


def _ends(kpi: Kpi, draw: Draw, policy: Policy) -> list[str]:
    chance = np.random.default_rng(SEED)
    return [_end(kpi, draw(chance, int(chance.integers(10, 101))), policy) for _ in range(CELLS)]


def _end(kpi: Kpi, values: np.ndarray, policy: Policy) -> str:
    cell = pd.DataFrame({"own_group": [f"g{at}" for at in range(len(values))], "value": values})
    published = publication.publish_cell(kpi, HOME_REGION, "汽车", cell, policy)
    with patch.object(publication, "_gives_away", lambda *_: False):
        first = publication.publish_cell(kpi, HOME_REGION, "汽车", cell, policy)
    return ENDS[_rank(published, first)]


def _rank(published: PublishedCell, first: PublishedCell) -> int:
    if published.withheld:
        return 3
    if published.step == first.step:
        return 0
    same_numbers = (
        np.isnan([published.mean, published.p20, published.p80]).tolist()
        == np.isnan([first.mean, first.p20, first.p80]).tolist()
    )
    return 1 if same_numbers else 2


if __name__ == "__main__":
    main()
