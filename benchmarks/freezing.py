"""Freezing a panel: ``python -m benchmarks.freezing [ENTERPRISES] [FOLDER]``, 50,000 without a number.

The invented panel of ``panel_import`` is read from CSV, checked, published with the attack on it, and written with what
placing needs into a new store, all in this process. Seconds are of CPU, by stage as the page names them, and by the
clock in all; checking and hashing belong to "reading". Beyond what a file may hold the panel comes in parts, those of
``panel_folder``. The largest memory is the process's own, making the panel included. How often progress was reported,
and the longest wait for it in each stage, is printed too. Then ``kpi store verify`` reads all of it again, in a process
of its own. FOLDER is for the panel and the store.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from benchmarks.panel_folder import REGION, write_parts
from benchmarks.panel_import import write_panel
from benchmarks.whole_year import KPIS, MISSING
from kpi.model.viewer import SYSTEM
from kpi.services.freeze import import_files
from kpi.services.panel_folder import import_folder
from kpi.services.preparation import (
    IncomingBaseline,
    Stage,
)
from kpi.services.tasks import TaskRunner
from kpi.store.store import Store
from tests.benchmark.panels import HOME_REGION

ENTERPRISES = 50_000
STAGES: tuple[Stage, ...] = ("reading", "publishing", "words", "writing")


IN_A_FILE = 300_000
"""So many enterprises a file of ten million cells holds."""
INCOMING = IncomingBaseline("panel.csv", b"", "panel", 2025, HOME_REGION, "panel", "invented")


def main() -> None:
    enterprises = int(sys.argv[1]) if len(sys.argv) > 1 else ENTERPRISES
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        # A first small one pays for what is loaded once.
        _frozen(Path(folder) / "first", 30)
        spent, waits, took = _frozen(Path(folder) / "panel", enterprises)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        verified = _verified(Path(folder) / "panel" / "store")
    print(
        "| enterprises | reading s | publishing s | words s | writing s | all s | by the clock s | memory MB | load |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    costs = " | ".join(f"{spent[stage]:.1f}" for stage in STAGES)
    whole = f"{sum(spent.values()):.1f} | {took:.0f} | {memory:,} | {os.getloadavg()[0]:.1f}"
    print(f"| {enterprises:,} | {costs} | {whole} |")
    longest = ", ".join(f"{stage} {max(waits[stage], default=0):.1f} s" for stage in STAGES)
    print(f"\nprogress reported {sum(map(len, waits.values()))} times; the longest without: {longest}")
    print(verified)


def _verified(store: Path) -> str:
    """What verifying the store took."""
    begun = time.perf_counter()
    call = [sys.executable, "-m", "kpi", "store", "verify", "--store", str(store)]
    process = subprocess.Popen(call, stdout=subprocess.DEVNULL)
    _, code, used = os.wait4(process.pid, 0)
    clock, cpu = time.perf_counter() - begun, used.ru_utime + used.ru_stime
    assert code == 0
    return f"verified in {cpu:.1f} s of CPU, {clock:.0f} by the clock, {used.ru_maxrss // 1024:,} MB"


def _frozen(folder: Path, enterprises: int) -> tuple[dict[Stage, float], dict[Stage, list[float]], float]:
    """The CPU seconds of each stage; by the clock how long each report was waited for, and the whole.

    A file is made before: that is no part of it.
    """
    spent: defaultdict[Stage, float] = defaultdict(float)
    waits: defaultdict[Stage, list[float]] = defaultdict(list)
    last: list[tuple[Stage, float, float]] = [("reading", time.process_time(), time.perf_counter())]

    def report(stage: Stage, _: float) -> None:
        before, since, clock = last.pop()
        last.append((stage, time.process_time(), time.perf_counter()))
        spent[before] += last[0][1] - since
        waits[before].append(last[0][2] - clock)

    folder.mkdir()
    panel = folder / INCOMING.file_name
    if enterprises <= IN_A_FILE:
        write_panel(panel, enterprises)
    else:
        panel.mkdir()
        write_parts(panel, round(enterprises * KPIS * (1 - 1 / MISSING)))
    with Store.open(folder / "store") as store:
        report("reading", 0)
        spent.clear()
        waits.clear()
        begun = time.perf_counter()
        if enterprises <= IN_A_FILE:
            import_files(store, replace(INCOMING, data=panel.read_bytes()), runner=TaskRunner(report))
        else:
            incoming = replace(INCOMING, region=REGION)
            import_folder(store, panel, incoming, SYSTEM, None, None, "", lambda *_: report("reading", 0), report)
        report("writing", 1)
        took = time.perf_counter() - begun
    return spent, waits, took


if __name__ == "__main__":
    main()
