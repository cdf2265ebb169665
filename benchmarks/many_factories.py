"""``kpi check`` on one workbook of 10,000 invented factories: ``python -m benchmarks.many_factories``.

210,000 values in a wide table, some of them at fault. Measured is the whole command in a process of its own: clock, CPU
seconds of it and of the reader that it starts, and the largest memory of either.
"""

from __future__ import annotations

import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

from benchmarks.intake import credit_code
from kpi.catalogue.catalogue import catalogue

FACTORIES = 10_000
FAULTS = 300
RUNS = 3
_FACTS = ("enterprise", "credit_code", "industry", "year")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "factories.xlsx"
        file.write_bytes(workbook(FACTORIES, FAULTS))
        print(f"{file.stat().st_size / 1e6:.2f} MB, load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores")
        print("| run | clock s | CPU s | MB | factories | problems |")
        print("| ---: | ---: | ---: | ---: | ---: | ---: |")
        out = Path(folder) / "out.json"
        runs = [measured(file, out) for _ in range(RUNS)]
        # Read after the last run: a child's largest memory counts its parent's at the moment of starting.
        answered = json.loads(out.read_bytes())
        for run, (clock, cpu, memory) in enumerate(runs, 1):
            found = f"{len(answered['factories']):,} | {len(answered['problems']):,}"
            print(f"| {run} | {clock:.2f} | {cpu:.2f} | {memory:.0f} | {found} |")


def workbook(factories: int, faults: int, seed: int = 2026) -> bytes:
    """A wide table, KPIs with two bases reported in points; every fault is a text, an excess or a wrong credit code."""
    chance = random.Random(seed)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"constant_memory": False})
    sheet = book.add_worksheet("汇总")
    kpis, industries = catalogue().kpis, catalogue().industries
    heads = [f"{kpi.name.zh}（百分点）" if kpi.bases else f"{kpi.name.zh}（{kpi.unit.zh}）" for kpi in kpis]
    sheet.write_row(0, 0, [*(catalogue().fact(code).name.zh for code in _FACTS), *heads])
    faulty = {chance.randrange(factories): chance.randrange(3) for _ in range(faults)}
    for number in range(factories):
        values: list[float | str] = [round(chance.uniform(2, 60), 1) if not kpi.whole else number % 40 for kpi in kpis]
        code = credit_code(number)
        if faulty.get(number) == 0:
            values[chance.randrange(len(kpis))] = "约 45"
        elif faulty.get(number) == 1:
            values[0] = 955
        elif faulty.get(number) == 2:
            code = code[:-1] + "I"
        industry = industries[number % len(industries)].name.zh
        sheet.write_row(number + 1, 0, [f"演示企业{number:05d}（虚构）", code, industry, 2025, *values])
    book.close()
    return stream.getvalue()


def measured(file: Path, out: Path) -> tuple[float, float, float]:
    """Clock and CPU seconds, and the largest memory in MB of the command or what it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    with out.open("wb") as said:
        done = subprocess.run([sys.executable, "-m", "kpi", "check", str(file), "--json"], stdout=said, check=False)
    clock = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 1
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return clock, cpu, after.ru_maxrss / 1000


if __name__ == "__main__":
    main()
