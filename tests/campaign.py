"""What a campaign tried, reported at its end: how each run ended, trials and losses, then each suite's own counts.

The short form of a suite runs with all other tests; ``KPI_CAMPAIGN=1`` (``make campaign``) runs the whole of it. A
campaign is several runs of pytest, which keep what they tried in one folder, ``KPI_TALLY``.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest

LONG = os.environ.get("KPI_CAMPAIGN") == "1"
_FOLDER = "KPI_TALLY"
ONE_OF_SEVERAL = _FOLDER in os.environ
_BEGUN = time.monotonic()
ENDS = ("passed", "failed", "error", "skipped")
Cases = TypeVar("Cases")


def size(short: Cases, long: Cases) -> Cases:
    """How many cases to try in this run, or which."""
    return long if LONG else short


def trial(name: str, number: int, losses: int) -> None:
    """Add to a row of the table: so many more of this trial, and what was lost in them. To be said before it fails."""
    _keep([name, {"number": number, "losses": losses}, "trial"])


def tally(suite: str, **counts: int) -> None:
    """Add to a suite's counts, such as ``tried=1, refused=1``. Outside a run of pytest nothing is kept."""
    _keep([suite, counts, "suite"])


def _keep(line: list[object]) -> None:
    folder = os.environ.get(_FOLDER)
    if folder:
        # A file for each process: workers write at the same time.
        with (Path(folder) / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def begin() -> None:
    """Called once by the process that starts the workers, which inherit the folder."""
    os.environ.setdefault(_FOLDER, tempfile.mkdtemp(prefix="tally-"))


def run_ended(run: str, reports: Mapping[str, list[pytest.TestReport]]) -> None:
    """Add a row of the campaign's runs, and the names of what failed in it."""
    minutes = (time.monotonic() - _BEGUN) / 60
    _keep([run, {end: len(reports.get(end, [])) for end in ENDS} | {"minutes": round(minutes)}, "run"])
    for end in ("failed", "error"):
        for report in reports.get(end, []):
            _keep([f"{run}: {report.nodeid}", {}, "failed"])


def report() -> list[str]:
    """The tables of runs and trials, what failed, then a line a suite, summed over all; then they are forgotten."""
    folder = os.environ.pop(_FOLDER, None)
    found: dict[str, dict[str, Counter[str]]] = {"run": {}, "failed": {}, "trial": {}, "suite": {}}
    for file in sorted(Path(folder).glob("*.jsonl")) if folder else []:
        for line in file.read_text("utf-8").splitlines():
            name, counts, kind = json.loads(line)
            found[kind].setdefault(name, Counter()).update(counts)
    if folder:
        # Whoever clears the temporary files may have been here first.
        shutil.rmtree(folder, ignore_errors=True)
    suites = [
        f"{suite}: {', '.join(f'{count:,} {name}' for name, count in counts.items())}"
        for suite, counts in sorted(found["suite"].items())
    ]
    return [
        *table("run", (*ENDS, "minutes"), found["run"]),
        *(f"failed: {name}" for name in sorted(found["failed"])),
        *table("trial", ("number", "losses"), found["trial"]),
        *suites,
    ]


def table(heading: str, columns: Sequence[str], rows: Mapping[str, Mapping[str, int]]) -> list[str]:
    """As the documents quote it; nothing where nothing was tried."""
    if not rows:
        return []
    form, load = "long form" if LONG or ONE_OF_SEVERAL else "short form", os.getloadavg()[2]
    return [
        f"{form}, {date.today()}, {os.cpu_count()} cores, load {load:.0f}",  # noqa: TID251 - when it was run
        "",
        f"| {heading} | {' | '.join(columns)} |",
        f"| --- |{' --- |' * len(columns)}",
        *(f"| {name} | {' | '.join(f'{row[column]:,}' for column in columns)} |" for name, row in sorted(rows.items())),
        "",
    ]


if __name__ == "__main__":
    print("\n".join(report()))
