"""A rival with a solver: all that is published of a cell leaves everybody a quarter of the middle half (method 5.6).

The attack here is the tests' own: it knows n, the bounds and what each published number and unit mean, and asks for
both ends of everybody's interval.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kpi import stats
from kpi.baseline.panel import read_panel
from kpi.baseline.publication import publish, publish_cell
from kpi.baseline.registers import own_groups
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.model.publication import PublishedCell
from kpi.policy.load import policies
from kpi.stats.reconstruction import PublishedBounds
from tests.benchmark.panels import HOME_REGION, INDUSTRY
from tests.shipped import SHIPPED
from tests.stats.reference_intervals import slow_intervals

pytestmark = pytest.mark.slow

POLICY = policies().of_year(2025)
Draw = Callable[[np.random.Generator, int], np.ndarray]
DRAWS: dict[str, tuple[str, Draw]] = {
    "normal": ("K01", lambda draw, n: np.clip(np.round(draw.normal(50, 15, n), 1), 0, 100)),
    "lognormal": ("K08", lambda draw, n: np.round(draw.lognormal(2.5, 0.8, n), 1)),
    "uniform": ("K01", lambda draw, n: np.round(draw.uniform(0, 100, n), 1)),
    "zeros and ties": ("K01", lambda draw, n: np.where(draw.random(n) < 0.4, 0.0, np.round(draw.gamma(2, 8, n)))),
    "two clusters": ("K01", lambda draw, n: np.where(draw.random(n) < 0.5, 25.0, 75.0) + draw.integers(-8, 9, n)),
}


def published(kpi: Kpi, values: np.ndarray, line: float = 0.8) -> PublishedCell:
    alone = pd.DataFrame({"own_group": [f"G{place}" for place in range(len(values))], "value": values})
    return publish_cell(kpi, HOME_REGION, INDUSTRY, alone, replace(POLICY, leading_quantile=line))


def spread(values: np.ndarray) -> float:
    q1, q3 = np.quantile(values, [0.25, 0.75])
    return float(q3 - q1)


def known(table: PublishedCell, values: np.ndarray, line: float = 0.8) -> list[PublishedBounds]:
    """What the table says of the sorted values; its unit, before any doubling, says how far the quartiles lie apart."""
    n = len(values)
    figures = [
        (table.p20, stats.harrell_davis_weights(n, 1 - line)),
        (table.median, stats.harrell_davis_weights(n, 0.5)),
        (table.p80, stats.harrell_davis_weights(n, line)),
        (table.mean, np.full(n, 1 / n)),
    ]
    low, high = stats.spreads_behind(stats.rounding_unit(spread(values), 5), 5)
    quartiles = PublishedBounds(stats.type7_weights(n, 0.75) - stats.type7_weights(n, 0.25), low, high)
    half = table.step / 2
    return [quartiles, *(PublishedBounds(w, item - half, item + half) for item, w in figures if item == item)]


@pytest.mark.parametrize("line", [0.75, 0.8, 0.95])
@pytest.mark.parametrize("name", DRAWS)
def test_nobody_is_read_back(name: str, line: float) -> None:
    """At whichever line policy publishes: the further out, the fewer values it is of."""
    code, values_of = DRAWS[name]
    kpi, tables = catalogue().kpi(code), 0
    for n in (10, 15, 21, 32):
        values = values_of(np.random.default_rng(n), n)
        table = published(kpi, values, line)
        if table.band is not None:
            tables += 1
            intervals = slow_intervals(known(table, values, line), kpi.bounds(None), n)
            assert min(high - low for low, high in intervals) >= spread(values) / 4 - 1e-6
    assert tables >= 3


@pytest.mark.parametrize("industry", ["先进材料", "生命健康"])
def test_nobody_of_the_shipped_panel_is_read_back(industry: str) -> None:
    read = read_panel(SHIPPED.name, SHIPPED.read_bytes(), HOME_REGION).records
    records = read.assign(own_group=own_groups(read), basis=read["basis"].fillna("only"))
    records = records[records["industry"] == industry]
    shown = [table for table in publish(records, HOME_REGION, POLICY) if table.band is not None]
    for table in shown:
        kpi, basis = catalogue().kpi(table.kpi), POLICY.basis(table.kpi)
        cell = records[(records["kpi"] == table.kpi) & (records["basis"] == (basis or "only"))]
        values = cell["value"].to_numpy(dtype=float)
        intervals = slow_intervals(known(table, values), kpi.bounds(basis), len(values))
        assert min(high - low for low, high in intervals) >= spread(values) / 4 - 1e-6
    assert len(shown) >= 10


@pytest.mark.parametrize("name", ["normal", "lognormal", "two clusters"])
@pytest.mark.parametrize("n", [10, 15, 22])
def test_a_newcomer_is_not_read_back_from_the_tables_of_two_years(name: str, n: int) -> None:
    """The hardest case: nobody else's value moved in the year, and the rival knows the newcomer's place."""
    code, values_of = DRAWS[name]
    kpi, values = catalogue().kpi(code), values_of(np.random.default_rng(n), n + 1)
    last, this = published(kpi, values[:n]), published(kpi, values)
    place = int((values < values[n]).sum())
    before = [
        PublishedBounds(np.insert(item.weights, place, 0.0), item.low, item.high) for item in known(last, values[:n])
    ]
    low, high = slow_intervals([*before, *known(this, values)], kpi.bounds(None), n + 1)[place]
    assert (last.band, this.band) != (None, None)
    assert high - low >= spread(values) / 4
