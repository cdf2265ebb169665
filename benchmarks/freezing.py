"""Freezing a panel: ``python -m benchmarks.freezing [ENTERPRISES]``, 50,000 without a number.

The invented panel of ``panel_import`` is read from CSV, checked, published with the attack on it, and written with what
placing needs into a new store, all in this process. Seconds are of CPU, by stage as the page names them; checking and
hashing belong to "reading". The largest memory is the process's own, making the file included.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.panel_import import write_panel
from kpi.services.baseline_freeze import import_files
from kpi.services.baseline_preparation import IncomingBaseline, Stage
from kpi.services.task_runner import TaskRunner
from kpi.store.store import Store

ENTERPRISES = 50_000
STAGES: tuple[Stage, ...] = ("reading", "publishing", "words", "writing")


def main() -> None:
    enterprises = int(sys.argv[1]) if len(sys.argv) > 1 else ENTERPRISES
    with tempfile.TemporaryDirectory() as folder:
        panel = Path(folder) / "panel.csv"
        # A first small one pays for what is loaded once.
        for name, size in (("first", 30), ("panel", enterprises)):
            write_panel(panel, size)
            spent = _frozen(Path(folder) / name, panel)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print("| enterprises | reading s | publishing s | words s | writing s | all s | memory MB | load |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    costs = " | ".join(f"{spent[stage]:.1f}" for stage in STAGES)
    print(f"| {enterprises:,} | {costs} | {sum(spent.values()):.1f} | {memory:,} | {os.getloadavg()[0]:.1f} |")


def _frozen(folder: Path, panel: Path) -> dict[Stage, float]:
    """The CPU seconds of each stage."""
    spent: defaultdict[Stage, float] = defaultdict(float)
    last: list[tuple[Stage, float]] = [("reading", time.process_time())]

    def report(stage: Stage, _: float) -> None:
        now, (before, since) = time.process_time(), last[-1]
        spent[before] += now - since
        last.append((stage, now))

    with Store.open(folder) as store:
        incoming = IncomingBaseline(panel.name, panel.read_bytes(), "panel", 2025, "上海市", "panel", "invented")
        import_files(store, incoming, runner=TaskRunner(report))
        report("writing", 1)
    return spent


if __name__ == "__main__":
    main()
