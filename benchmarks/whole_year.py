"""``kpi place`` on a whole baseline: ``python -m benchmarks.whole_year [RECORDS] [FOLDER] [ENGINE]``; else ten million.

Invented records in 31 regions, 6 industries and 21 KPIs (3,906 cells), values to 0.1, 5 % missing, 2 % of the
enterprises in groups of four, put into a store's table as they would be frozen, region by region; what else freezing
computes is not part of it. Measured is the whole command in a process of its own: clock, CPU of all cores, its largest
memory, and what it wrote. FOLDER is for the store and the files. ENGINE, as ``local[2]`` or ``spark://HOST:PORT``, adds
the same on a cluster, whose own CPU and memory are not in the figures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kpi.store.store import Store

RECORDS = 10_000_000
REGIONS = 31
KPIS = 21
MISSING = 20
"""One value in so many is missing."""
_BASELINE = """
    insert into baseline (name, region, year, provenance, source, sha256, original_sha256, imported_at, shipped)
    values ('year', '全国', 2025, 'panel', '', 'invented', '', timestamp '2026-01-01', false)
"""
_REGION = """
    with enterprise as (
        select e, '9' || lpad((($region * 10000000) + e)::varchar, 17, '0') as code from range($enterprises) t(e)
    )
    insert into observation (baseline, region, industry, kpi, basis, credit_code, own_group, value)
    select 'year', '地区' || lpad($region::varchar, 2, '0'), '行业' || e % 6, 'K' || lpad(k::varchar, 2, '0'), 'only',
           code, if(e % 50 = 0, '集团' || $region || '-' || e // 200, code),
           round(30 + 15 * sqrt(-2 * ln((hash(e, k, 1, $region) % 1000000 + 1) / 1000001))
                 * cos(2 * pi() * (hash(e, k, 2, $region) % 1000000) / 1000000), 1)
    from enterprise, range(1, $kpis + 1) u(k)
    where hash(e, k, 3, $region) % $missing <> 0
"""


def main() -> None:
    records = int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else RECORDS
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        store = Path(folder) / "store"
        write(store, records)
        size = sum(file.stat().st_size for file in store.iterdir() if file.is_file())
        words = ["year", "--purpose", "benchmark", "--store", str(store)]
        print("| engine | records | cells | store GB | clock s | CPU s | memory MB | written GB | load |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        for engine in ("DuckDB alone", *sys.argv[3:]):
            on_spark = [] if engine == "DuckDB alone" else ["--engine", engine]
            found = measured([*words, *on_spark], Path(folder) / f"placed-{len(on_spark)}")
            print(
                f"| {engine} | {found.records:,} | {found.cells:,} | {size / 1e9:.2f} | {found.clock:.1f}"
                f" | {found.cpu:.1f} | {found.memory:,.0f} | {found.written / 1e9:.2f} | {os.getloadavg()[0]:.1f} |"
            )


def write(folder: Path, records: int) -> None:
    """A store with about so many records."""
    enterprises = round(records / REGIONS / KPIS / (1 - 1 / MISSING))
    with Store.open(folder) as store:
        for region in range(REGIONS):
            with store.transaction() as cursor:
                if not region:
                    cursor.execute(_BASELINE)
                values = {"region": region, "enterprises": enterprises, "kpis": KPIS, "missing": MISSING}
                cursor.execute(_REGION, values)


@dataclass(frozen=True, slots=True)
class WholeYear:
    """Seconds by the clock and of all cores, MB, bytes."""

    records: int
    cells: int
    clock: float
    cpu: float
    memory: float
    written: int


def measured(words: Sequence[str], out: Path) -> WholeYear:
    """``kpi place`` with these words."""
    begun = time.perf_counter()
    call = [sys.executable, "-m", "kpi", "place", *words, "--out", str(out), "--json"]
    process = subprocess.Popen(call, stdout=subprocess.DEVNULL)
    _, code, used = os.wait4(process.pid, 0)
    clock = time.perf_counter() - begun
    assert code == 0
    said = json.loads((out / "summary.json").read_text("utf-8"))
    written = sum(file.stat().st_size for file in out.iterdir())
    cpu = used.ru_utime + used.ru_stime
    return WholeYear(said["records"], said["cells"], clock, cpu, used.ru_maxrss / 1000, written)


if __name__ == "__main__":
    main()
