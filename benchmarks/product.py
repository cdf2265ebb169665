"""A whole year placed at once: ``python -m benchmarks.product [--full]``.

The job, the same for all: for every factory and KPI how many peers of its cell are worse, how many tied and how many
there are, as records and as groups of which one record counts, its own group left out; for every cell and KPI the mean
and five type-7 quantiles. Ours are the product's two questions to DuckDB; nothing is prepared, so that all of the
work is counted. The others are given the order of the hashes by which a group's record is chosen. Every run has its own
process; the answers are compared: counts exactly, lines to 1e-9. polars answers in two forms, of which the better
counts. A sort of the same values by numba is beside them: no way of placing needs less. At the end, how the seconds
grow with the factories.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.common.growth import slope
from benchmarks.common.panels import Shape, panel
from benchmarks.common.product_run import TABLES, YEAR

ENGINES = ("ours", "pandas", "polars-rank", "polars-ladder", "sort")
FORMS = ("words", "codes")
ROOT = Path(__file__).resolve().parents[1]
REGIONS = 31
_CODES = "91000000MA{:08d}"
BY_THE_MILLION = 1_000_000


def main() -> None:
    sizes = (10_000, 100_000, BY_THE_MILLION) if "--full" in sys.argv else (10_000, 100_000)
    print(
        "| factories | cells | columns | ours s | pandas | polars | sort"
        " | pandas / ours | polars / ours | ours / sort | load |"
    )
    print("| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    seconds: dict[tuple[int, str, str], list[float]] = {}
    for size in sizes:
        for cells in (6, 1767):
            with tempfile.TemporaryDirectory() as folder:
                write(Shape(size, cells, rounded=True), Path(folder))
                for form in FORMS:
                    cost = measured(form, Path(folder), runs=2 if size == BY_THE_MILLION else 3)
                    compare(form, Path(folder))
                    print(_row(size, cells, form, cost), flush=True)
                    for engine, item in cost.items():
                        seconds.setdefault((cells, form, engine), []).append(item.seconds)
    slopes: dict[str, list[float]] = {}
    for (_, _, engine), costs in seconds.items():
        slopes.setdefault(engine, []).append(slope(sizes, costs))
    print(
        "growth, slope: " + ", ".join(f"{name} {min(entry):.2f} to {max(entry):.2f}" for name, entry in slopes.items())
    )


def write(shape: Shape, folder: Path) -> None:
    """The panel in both forms, ``words.parquet`` and ``codes.parquet``, with the columns of ``observation``."""
    made = panel(shape)
    common = {"factory": made["factory"], "value": made["value"]}
    regions = REGIONS if shape.cells > REGIONS else 1
    codes = {
        "region": (made["cell"] % regions).astype("int16"),
        "industry": (made["cell"] // regions).astype("int16"),
        "kpi": made["kpi"],
        "basis": np.zeros(len(made), dtype="int8"),
        "credit_code": made["factory"],
        "own_group": made["own_group"],
    }
    common["turn"] = _turns(made["factory"], "{}")
    pd.DataFrame(common | codes).to_parquet(folder / "codes.parquet", index=False)
    patterns = {"region": "地区{}", "industry": "行业{}", "kpi": "K{:02d}", "basis": "only"}
    words = {name: _worded(codes[name], patterns.get(name, _CODES)) for name in codes}
    common["turn"] = _turns(made["factory"], _CODES)
    pd.DataFrame(common | words).to_parquet(folder / "words.parquet", index=False)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, and of all cores together: these tell the work even where the machine has other work."""

    seconds: float
    cpu: float


def measured(form: str, folder: Path, runs: int, engines: Sequence[str] = ENGINES) -> dict[str, Cost]:
    """What each engine takes: medians of its runs. The engines take turns, so that none has the quiet hour alone."""
    turns = [{engine: _once(engine, form, folder) for engine in engines} for _ in range(runs)]
    return {
        engine: Cost(
            statistics.median(turn[engine].seconds for turn in turns),
            statistics.median(turn[engine].cpu for turn in turns),
        )
        for engine in engines
    }


def compare(form: str, folder: Path, engines: Sequence[str] = ENGINES) -> None:
    """Each of the ``engines``, of which ours is the first, must have said what ours said.

    Raises:
        AssertionError: naming the engine and the column that differ.
    """
    for table, keys, tolerance in (
        ("placed", ["factory", "kpi"], 0.0),
        ("lines", ["region", "industry", "kpi", "basis"], 1e-9),
    ):
        ours = _read("ours", form, table, keys, folder)
        for engine in (item for item in engines[1:] if table in TABLES[item]):
            theirs = _read(engine, form, table, keys, folder)
            assert len(ours) == len(theirs) > 0, f"{engine}: other rows in {table}"
            assert set(ours) == set(theirs), f"{engine}: other columns in {table}"
            for column in ours.columns.difference(keys):
                same = np.allclose(ours[column], theirs[column], rtol=tolerance, atol=tolerance)
                assert same, f"{engine}: {table}.{column} differs"


def _read(engine: str, form: str, table: str, keys: list[str], folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / f"{engine}-{form}-{table}.parquet").sort_values(keys, ignore_index=True)


def _once(engine: str, form: str, folder: Path) -> Cost:
    call = [sys.executable, "-m", "benchmarks.common.product_run", engine, form, str(folder)]
    done = subprocess.run(call, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return Cost(**json.loads(done.stdout))


def _worded(codes: pd.Series | np.ndarray, pattern: str) -> pd.Series:
    """Each number as its word, made once for each distinct number."""
    numbers, distinct = pd.factorize(codes)
    return pd.Series(pd.array([pattern.format(number) for number in distinct], dtype="str").take(numbers))


def _turns(factories: pd.Series, pattern: str) -> np.ndarray:
    """Of each record the place of its factory in the order of the hashes."""
    numbers, distinct = pd.factorize(factories)
    hashes = [hashlib.sha256(f"{pattern.format(number)}{YEAR}".encode()).hexdigest() for number in distinct]
    turns: np.ndarray = np.argsort(np.argsort(hashes))[numbers].astype("int32")
    return turns


def _row(size: int, cells: int, form: str, cost: dict[str, Cost]) -> str:
    """By the clock, and in brackets the CPU of all cores."""
    polars = min((cost["polars-rank"], cost["polars-ladder"]), key=lambda item: item.seconds)
    ours, pandas, sort = cost["ours"], cost["pandas"], cost["sort"]
    times = " | ".join(f"{item.seconds:.2f} ({item.cpu:.2f})" for item in (ours, pandas, polars, sort))
    pairs = ((pandas, ours), (polars, ours), (ours, sort))
    ratios = " | ".join(f"{item.seconds / other.seconds:.2f} ({item.cpu / other.cpu:.2f})" for item, other in pairs)
    return f"| {size:,} | {cells:,} | {form} | {times} | {ratios} | {os.getloadavg()[0]:.1f} |"


if __name__ == "__main__":
    main()
