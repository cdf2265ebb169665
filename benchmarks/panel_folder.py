"""``kpi place`` on a panel in parts: ``python -m benchmarks.panel_folder [RECORDS] [FOLDER]``, ten million of itself.

Invented long Parquet files of a million values each, as an office would send them for one region: 6 industries, 21
KPIs, values to 0.1, 5 % missing, 2 % of the enterprises in groups of four that spread over industries. All is read,
checked and placed by one command in a process of its own; measured as ``benchmarks.whole_year`` does. FOLDER is for the
files and the scratch database.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from benchmarks.whole_year import KPIS, MISSING, RECORDS, measured
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import ALPHABET

VALUES_OF_A_PART = 1_000_000
REGION = "全国"


def main() -> None:
    records = int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else RECORDS
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        parts = Path(folder) / "parts"
        parts.mkdir()
        number = write_parts(parts, records)
        size = sum(file.stat().st_size for file in parts.iterdir())
        panel = ["--panel", str(parts), "--year", "2025", "--region", REGION, "--store", str(Path(folder) / "none")]
        found = measured(panel, Path(folder) / "placed")
        print("| records | parts | cells | parts GB | clock s | CPU s | memory MB | written GB | load |")
        print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        print(
            f"| {found.records:,} | {number} | {found.cells:,} | {size / 1e9:.2f} | {found.clock:.1f}"
            f" | {found.cpu:.1f} | {found.memory:,.0f} | {found.written / 1e9:.2f} | {os.getloadavg()[0]:.1f} |"
        )


def write_parts(folder: Path, records: int) -> int:
    """How many files were written, of together about so many records."""
    enterprises = round(records / KPIS / (1 - 1 / MISSING))
    of_a_part = round(VALUES_OF_A_PART / KPIS / (1 - 1 / MISSING))
    starts = range(0, enterprises, of_a_part)
    for number, first in enumerate(starts):
        table = _part(first, min(of_a_part, enterprises - first), number)
        parquet.write_table(table, folder / f"part-{number:04}.parquet")
    return len(starts)


def _part(first: int, enterprises: int, seed: int) -> pa.Table:
    chance = np.random.default_rng(seed)
    reported = np.flatnonzero(chance.random(enterprises * KPIS) >= 1 / MISSING)
    who, kpi = reported // KPIS, reported % KPIS
    numbers = np.arange(first, first + enterprises)
    industries = [industry.name.zh for industry in catalogue().industries]
    groups, named = numbers // 200, numbers % 50 == 0
    bases = np.array([0 if item.bases else -1 for item in catalogue().kpis])
    whole = np.array([item.whole for item in catalogue().kpis])
    value = np.clip(chance.normal(30, 8, len(reported)), 0.5, 60)
    return pa.table(
        {
            "credit_code": pa.DictionaryArray.from_arrays(pa.array(who, pa.int32()), _codes(numbers)),
            "group": _picked(
                np.where(named, groups - groups[0], -1)[who], [f"集团{item}" for item in np.unique(groups)]
            ),
            "industry": _picked((numbers % len(industries))[who], industries),
            "kpi": _picked(kpi, [item.code for item in catalogue().kpis]),
            "value": np.where(whole[kpi], value.round(), value.round(1)),
            "basis": _picked(bases[kpi], ["relative"]),
        }
    )


def _picked(which: np.ndarray, words: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(which, pa.int32(), mask=which < 0), pa.array(words))


def _codes(numbers: np.ndarray) -> pa.Array:
    """The code of each number, with its check digit (GB 32100-2015)."""
    head = np.array([ALPHABET.index(item) for item in "91000000MA"])
    digits = numbers[:, None] // 10 ** np.arange(6, -1, -1) % 10
    first17 = np.hstack([np.tile(head, (len(numbers), 1)), digits])
    last = -(first17 @ np.array([pow(3, place, 31) for place in range(17)])) % 31
    letters = np.array(list(ALPHABET), dtype="U1")[np.hstack([first17, last[:, None]])]
    return pa.array(np.ascontiguousarray(letters).view("U18").ravel())


if __name__ == "__main__":
    main()
