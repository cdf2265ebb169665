"""How long an order and a list take: ``python -m benchmarks.orders``.

CPU seconds of this process: thirty candidates read, compared and ordered by the command, with all draws and ranges, in
a store that has its baseline (one that is made for the call alone freezes it first, which takes four times as long);
200 candidates of a body, of whom the optimiser proposes twelve, with alternatives within two per cent. The first call
of each loads what it needs and is not counted.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

from kpi.cli.call import CallSession
from kpi.cli.main import run
from kpi.recommendation.choice import Wishes
from kpi.recommendation.proposal import propose
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.store import Store
from tests.cli.candidates import candidate_rows, write_candidates
from tests.recommendation.choices import POLICY, TWO_PER_CENT, some_choice

TIMES = 5


def main() -> None:
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        files = [str(path) for path in write_candidates(Path(folder), candidate_rows())]
        store = str(Path(folder) / "store")
        with Store.open(Path(store)) as opened:
            ensure_baseline(opened)
        _report(f"{len(files)} candidates ordered", lambda: _ordered(files, store))
    choice = replace(some_choice(Random(1), 200, 12), weights=POLICY)
    _report("12 of 200 candidates proposed", lambda: propose(choice, Wishes(), TWO_PER_CENT))
    print(f"load after: {os.getloadavg()[0]:.2f}")


def _ordered(files: list[str], store: str) -> None:
    session = CallSession(cwd=Path(store).parent)
    run(["compare", *files, "--json", "--store", store], session)
    assert session.code == 0, "".join(session.err)


def _report(what: str, work: Callable[[], object]) -> None:
    work()
    seconds = []
    for _ in range(TIMES):
        begun = time.process_time()
        work()
        seconds.append(time.process_time() - begun)
    print(f"{what}: median {statistics.median(seconds):.2f} s, most {max(seconds):.2f} s")


if __name__ == "__main__":
    main()
