"""How long a command takes to start, against ``import duckdb`` alone: ``python -m benchmarks.start [RUNS]``.

Each run is a process of its own and the commands take turns, so that a busy machine slows all of them alike.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 9
SAMPLE = "data/samples/example-application.xlsx"
BASE = "import duckdb"
COMMANDS = ("baseline list", "account list", "check " + SAMPLE, f"benchmark {SAMPLE} --json", "store verify")


def main(runs: int = RUNS) -> None:
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores; medians of {runs}")
    print("| command | clock s | times `import duckdb` | CPU s | times |")
    print("| --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as store:
        calls = {BASE: ["-c", BASE]} | {words: ["-m", "kpi", *words.split(), "--store", store] for words in COMMANDS}
        # The benchmark first: it makes the store that the others only read.
        for call in sorted(calls.values(), key=lambda item: "benchmark" not in item):
            measured(call)  # has the files in memory
        taken: dict[str, list[tuple[float, float]]] = {words: [] for words in calls}
        for _ in range(runs):
            for words, call in calls.items():
                taken[words].append(measured(call))
    medians = {words: [statistics.median(part) for part in zip(*times, strict=True)] for words, times in taken.items()}
    for words, (clock, cpu) in medians.items():
        base_clock, base_cpu = medians[BASE]
        print(f"| `{words}` | {clock:.2f} | {clock / base_clock:.1f} | {cpu:.2f} | {cpu / base_cpu:.1f} |")


def measured(call: list[str]) -> tuple[float, float]:
    """Clock and CPU seconds of one process, which must end well."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *call], stdout=subprocess.DEVNULL, check=True)
    clock, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
