"""Reading and checking a baseline panel of 20,000 rows: ``python -m benchmarks.intake``.

Beside it pandas' bare reading of the same bytes, for scale only: it checks nothing and reports nothing.
"""

from __future__ import annotations

import io
import os
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from kpi.baseline.panel import read_panel
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import check_digit
from tests.benchmark.panels import HOME_REGION

ROWS = 20_000
RUNS = 3


def main() -> None:
    frame = long_panel(ROWS)
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores")
    print("| file | size MB | read and checked s | bare pandas s | ratio |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for ending, (data, bare) in files(frame).items():
        reading = read_panel(f"panel.{ending}", data, HOME_REGION)
        assert not reading.problems, reading.problems[:3]
        assert len(reading.records) == ROWS
        ours = _median(partial(read_panel, f"panel.{ending}", data, HOME_REGION))
        plain = _median(partial(_read_bare, bare, data))
        print(f"| {ending} | {len(data) / 1e6:.2f} | {ours:.3f} | {plain:.3f} | {ours / plain:.1f} |")


def long_panel(rows: int, seed: int = 2025) -> pd.DataFrame:
    """A faultless panel in the long form: one row a value, every enterprise with all KPIs but the last one's rest."""
    random = np.random.default_rng(seed)
    kpis, industries = catalogue().kpis, catalogue().industries
    enterprise = np.arange(rows) // len(kpis)
    kpi = [kpis[row % len(kpis)] for row in range(rows)]
    return pd.DataFrame(
        {
            "credit_code": [credit_code(int(number)) for number in enterprise],
            "group": None,
            "industry": [industries[number % len(industries)].name.zh for number in enterprise],
            "body": [catalogue().bodies[number % len(catalogue().bodies)].name.zh for number in enterprise],
            "kpi": [item.code for item in kpi],
            "value": random.integers(1, 60, rows),
            "basis": ["relative" if item.bases else None for item in kpi],
        }
    )


def files(frame: pd.DataFrame) -> dict[str, tuple[bytes, Callable[[io.BytesIO], pd.DataFrame]]]:
    """Ending -> the panel's bytes in that form, and pandas' own reader of it."""
    parquet, xlsx = io.BytesIO(), io.BytesIO()
    frame.to_parquet(parquet, index=False)
    frame.to_excel(xlsx, index=False, engine="xlsxwriter")
    return {
        "csv": (frame.to_csv(index=False).encode(), pd.read_csv),
        "xlsx": (xlsx.getvalue(), lambda data: pd.read_excel(data, engine="calamine")),
        "parquet": (parquet.getvalue(), pd.read_parquet),
    }


def _read_bare(reader: Callable[[io.BytesIO], pd.DataFrame], data: bytes) -> pd.DataFrame:
    return reader(io.BytesIO(data))


def credit_code(number: int) -> str:
    """Fictitious: division 000000, right check digit (GB 32100-2015)."""
    first17 = f"91000000MA{number:07d}"
    return first17 + check_digit(first17)


def _median(job: Callable[[], object]) -> float:
    return statistics.median(_seconds(job) for _ in range(RUNS))


def _seconds(job: Callable[[], object]) -> float:
    begun = time.perf_counter()
    job()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
