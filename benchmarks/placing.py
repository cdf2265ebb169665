"""Placing factories among 500 to 1,000,000 enterprises: ``python -m benchmarks.placing [--full]``.

The same 21 values of a factory, and of eight, are placed by the product's questions and, up to 50,000, by the tests'
twins, which ask all records of the cells each time, as the product did before. Counts and lines must be equal.
One is the mean of eight, of whom some have a group, asked one by one; ``times`` is its cost against that among the
fewest enterprises with values of the same kind. ``group ms`` finds a factory's group and how many belong to it.
``freezing`` is what writing the tables for the look-up adds to a freeze. CPU of all threads shows the work where the
machine has other work: all seconds are of CPU, Python's own included; of ``one``, ``in DuckDB`` is what its questions
take until their answers are Python's.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np

from benchmarks.common.growth import slope
from benchmarks.common.panels import KPIS, Shape, panel
from kpi import tables
from kpi.store.database import Cursor
from kpi.store.store import Store
from tests.benchmark.test_placing_tables import QUANTILES, Asked, by_comparison, counted

SIZES = (500, 5_000, 50_000)
BY_THE_MILLION = 1_000_000
ASKED_ALL = 50_000
"""Beyond it the twins are not asked."""
RUNS = 15
MANY = 300

_FREEZE = """
insert into observation (baseline, region, industry, kpi, basis, credit_code, own_group, value)
select 'b', '上海', 'I' || cell, 'K' || lpad(kpi::varchar, 2, '0'), 'only',
       '91310115MA' || lpad(factory::varchar, 8, '0'), '91310115MA' || lpad(own_group::varchar, 8, '0'), value
from panel
"""


def main() -> None:
    sizes = (*SIZES, BY_THE_MILLION) if "--full" in sys.argv else SIZES
    print(
        "| enterprises | values | freezing s | one ms | times | in DuckDB ms | eight ms | 300 s | one, by twins ms "
        "| group ms | load |"
    )
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    slopes = []
    for rounded in (True, False):
        costs: dict[int, Cost] = {}
        for size in sizes:
            if rounded or size < BY_THE_MILLION:
                with tempfile.TemporaryDirectory() as folder:
                    costs[size] = _measured(Path(folder) / "s", Shape(size, 6, rounded))
                fewest = costs[sizes[0]].one
                print(costs[size].row(size, "to 0.1" if rounded else "all distinct", fewest), flush=True)
        slopes.append(slope(list(costs), [cost.one for cost in costs.values()]))
    print("\ngrowth of one with enterprises, slope: to 0.1 {:.2f}, all distinct {:.2f}".format(*slopes))


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU for freezing and for 300 factories, milliseconds for all else; None was not asked."""

    freezing: float
    one: float
    engine: float
    eight: float
    many: float
    twins: float | None
    group: float

    def row(self, enterprises: int, values: str, fewest: float) -> str:
        twins = "not asked" if self.twins is None else f"{self.twins:.1f}"
        one = f"{self.one:.1f} | {self.one / fewest:.2f} | {self.engine:.1f}"
        costs = f"{self.freezing:.2f} | {one} | {self.eight:.1f} | {self.many:.2f} | {twins} | {self.group:.1f}"
        return f"| {enterprises:,} | {values} | {costs} | {os.getloadavg()[0]:.1f} |"


def _measured(place: Path, shape: Shape) -> Cost:
    with Store.open(place) as store, store.transaction() as cursor:
        cursor.register("panel", panel(shape))
        cursor.execute(_FREEZE)
        cursor.unregister("panel")
        freezing = _cpu_seconds(lambda: tables.placing.add_placing(cursor, "b", 2025))
    # Opened again, as on every later day: in the process that has just frozen, a part is not yet as it stays on disk.
    with Store.open(place) as store, store.cursor() as cursor:
        eight, many = candidates(cursor, 8), candidates(cursor, MANY)
        each = [eight[at : at + KPIS] for at in range(0, len(eight), KPIS)]
        ask_all = shape.factories <= ASKED_ALL
        if ask_all:
            counts, lines = counted(cursor, "b", eight)
            all_counts, all_lines = by_comparison(cursor, "b", eight)
            assert counts == all_counts
            # A mean of all distinct values depends on the order of summation in its last digits.
            assert np.allclose(lines, all_lines, rtol=1e-12, atol=1e-12)
        return Cost(
            freezing=freezing,
            one=_mean_ms(lambda: [_placed(cursor, item) for item in each]) / len(each),
            engine=_engine_ms(cursor, each),
            eight=_mean_ms(lambda: _placed(cursor, eight)),
            many=_cpu_seconds(lambda: _placed(cursor, many)),
            twins=_mean_ms(lambda: by_comparison(cursor, "b", each[0])) if ask_all else None,
            group=_mean_ms(
                lambda: tables.peers.own_standing(
                    cursor, "b", "上海", each[0][0].industry, each[0][0].credit_code, None
                )
            ),
        )


def candidates(cursor: Cursor, count: int) -> list[Asked]:
    """Factories of the panel's own first industry, or as many of it as there are, each with new values."""
    chance = random.Random(2026)
    found = cursor.execute(
        "select distinct industry, credit_code, own_group from observation order by industry, credit_code limit $1",
        [count],
    ).fetchall()
    return [
        Asked("上海", industry, f"K{kpi:02d}", "only", round(chance.gauss(30, 15), 1), code, group)
        for industry, code, group in found
        for kpi in range(1, KPIS + 1)
    ]


def _placed(cursor: Cursor, asked: list[Asked]) -> object:
    """As an evaluation places its candidates: their groups, their counts, their lines."""
    candidates = list(dict.fromkeys((item.industry, item.credit_code, None) for item in asked))
    standings = tables.peers.group_memberships(cursor, "b", "上海", candidates)
    numbers = {code: number for number, (_, code, _) in enumerate(candidates)}
    values = [
        tables.peers.Probe(numbers[item.credit_code], item.region, item.industry, item.kpi, item.basis, item.value)
        for item in asked
    ]
    no_peers = {number: standing.no_peers for number, standing in enumerate(standings)}
    return tables.peers.place_values(cursor, "b", values, no_peers, QUANTILES)


def _cpu_seconds(job: Callable[[], object]) -> float:
    begun = time.process_time()
    job()
    return time.process_time() - begun


def _engine_ms(cursor: Cursor, each: list[list[Asked]]) -> float:
    """Of one factory, the mean of all."""
    timed = _TimedCursor(cursor)
    for item in each * RUNS:
        _placed(cast(Cursor, timed), item)
    return timed.seconds / len(each) / RUNS * 1000


class _TimedCursor:
    """A cursor that counts the CPU seconds between each call of it and its answer."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.seconds = 0.0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.cursor, name)
        return partial(self._called, found) if callable(found) else found

    def _called(self, method: Callable[..., object], *words: Any) -> object:
        begun = time.process_time()
        try:
            return method(*words)
        finally:
            self.seconds += time.process_time() - begun


def _mean_ms(job: Callable[[], object]) -> float:
    job()
    begun = time.process_time()
    for _ in range(RUNS):
        job()
    return (time.process_time() - begun) / RUNS * 1000


if __name__ == "__main__":
    main()
