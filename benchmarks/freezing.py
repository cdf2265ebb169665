"""Freezing a panel: ``python -m benchmarks.freezing [ENTERPRISES]``, 50,000 without a number.

The invented panel of ``panel_import`` is read from CSV, checked, published with the attack on it, and written with what
placing needs into a new store, all in this process. Seconds are of CPU, by stage as the page names them, and by the
clock in all; checking and hashing belong to "reading". Beyond what a file may hold the records are made without a file,
and "reading" is making them. The largest memory is the process's own, making the panel included. How often progress
was reported, and the longest wait for it in each stage, is printed too.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.intake import credit_code
from benchmarks.panel_import import write_panel
from kpi.baseline.group_register import NO_GROUPS
from kpi.baseline.industry_sizes import NO_SIZES
from kpi.baseline.panel import NO_SUB_INDUSTRIES
from kpi.baseline.panel_account import PanelShape, RowAccount
from kpi.baseline.publication import publish, records_by_cell
from kpi.baseline.word_exposure import rows_to_publish
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.catalogue.load import catalogue
from kpi.model.baseline import HOME_REGION
from kpi.records.baselines import BaselineContent
from kpi.services.baseline_freeze import import_files
from kpi.services.baseline_preparation import (
    ComputedBaseline,
    FreezeTask,
    IncomingBaseline,
    PreparedBaseline,
    Report,
    Stage,
)
from kpi.services.task_runner import Task, TaskRunner
from kpi.store.store import Store

ENTERPRISES = 50_000
STAGES: tuple[Stage, ...] = ("reading", "publishing", "words", "writing")


IN_A_FILE = 300_000
"""So many enterprises a file of ten million cells holds."""
INCOMING = IncomingBaseline("panel.csv", b"", "panel", 2025, HOME_REGION, "panel", "invented")


def main() -> None:
    enterprises = int(sys.argv[1]) if len(sys.argv) > 1 else ENTERPRISES
    with tempfile.TemporaryDirectory() as folder:
        # A first small one pays for what is loaded once.
        _frozen(Path(folder) / "first", 30)
        spent, waits, took = _frozen(Path(folder) / "store", enterprises)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        "| enterprises | reading s | publishing s | words s | writing s | all s | by the clock s | memory MB | load |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    costs = " | ".join(f"{spent[stage]:.1f}" for stage in STAGES)
    whole = f"{sum(spent.values()):.1f} | {took:.0f} | {memory:,} | {os.getloadavg()[0]:.1f}"
    print(f"| {enterprises:,} | {costs} | {whole} |")
    longest = ", ".join(f"{stage} {max(waits[stage], default=0):.1f} s" for stage in STAGES)
    print(f"\nprogress reported {sum(map(len, waits.values()))} times; the longest without: {longest}")


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
    with Store.open(folder / "store") as store:
        report("reading", 0)
        spent.clear()
        waits.clear()
        begun = time.perf_counter()
        if enterprises <= IN_A_FILE:
            import_files(store, replace(INCOMING, data=panel.read_bytes()), runner=TaskRunner(report))
        else:
            import_files(store, INCOMING, runner=_OfGenerated(report, enterprises))
        report("writing", 1)
        took = time.perf_counter() - begun
    return spent, waits, took


class _OfGenerated(TaskRunner):
    """Freezes records that are in no file."""

    def __init__(self, report: Report, enterprises: int) -> None:
        super().__init__(report)
        self.enterprises = enterprises

    def run(self, task: Task[Any]) -> Any:
        assert isinstance(task, FreezeTask)
        records = generated(self.enterprises)
        content = BaselineContent(records, NO_SIZES, NO_GROUPS.assign(own_group=[]), NO_SUB_INDUSTRIES)
        shape = PanelShape(None, None, (), 1, (), ())
        prepared = PreparedBaseline(content, "of no file", (), RowAccount(), shape)
        cells = records_by_cell(records)
        tables = publish(cells, INCOMING.region, task.policy, lambda share: self.report("publishing", share))
        rows = rows_to_publish(
            tables, cells, NO_SIZES, INCOMING.name, task.policy, lambda share: self.report("words", share)
        )
        return ComputedBaseline(prepared, tuple(rows))


def generated(enterprises: int) -> pd.DataFrame:
    """Observations as ``write_panel`` draws them, 5 % missing, 2 % in groups of three."""
    random, known = np.random.default_rng(7), catalogue()
    kpis = known.kpis
    there = random.random((enterprises, len(kpis))) >= 0.05
    values = random.uniform(2, 60, there.shape)
    values = np.where([kpi.whole for kpi in kpis], values.round(), values.round(1))
    factory, kpi = np.nonzero(there)
    code = np.array([credit_code(number) for number in range(enterprises)], dtype=object)
    grouped = np.array([f"集团{number // 3}（虚构）" for number in range(enterprises)], dtype=object)
    alone = random.random(enterprises) >= 0.02
    named, owned = grouped.copy(), np.where(alone, code, grouped)
    named[alone] = None
    words = {
        "industry": np.array([one.name.zh for one in known.industries], dtype=object),
        "body": np.array([one.name.zh for one in known.bodies], dtype=object),
    }
    drawn = {name: of[random.integers(len(of), size=enterprises)] for name, of in words.items()}
    of_enterprise = {"credit_code": code, "told_group": named, "own_group": owned, **drawn}
    made = {name: pd.array(column, dtype="str").take(factory) for name, column in of_enterprise.items()}
    of_kpi = {
        "kpi": [one.code for one in kpis],
        "basis": ["relative" if one.bases else NO_BASIS for one in kpis],
    }
    made |= {name: pd.array(column, dtype="str").take(kpi) for name, column in of_kpi.items()}
    return pd.DataFrame(made).assign(region=INCOMING.region, value=values[there])


if __name__ == "__main__":
    main()
