"""What a campaign tried, reported at the end of the run: a table of trials and losses, then each suite's own counts.

The short form of a suite runs with all other tests; ``KPI_CAMPAIGN=1`` (``make campaign``) runs the whole of it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

LONG = os.environ.get("KPI_CAMPAIGN") == "1"
_FOLDER = "KPI_TALLY"
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


def report() -> list[str]:
    """The table of trials, then a line a suite, summed over tests and workers; then they are forgotten."""
    folder = os.environ.pop(_FOLDER, None)
    found: dict[str, dict[str, Counter[str]]] = {"trial": {}, "suite": {}}
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
    return [*table(found["trial"]), *suites]


def table(trials: Mapping[str, Mapping[str, int]]) -> list[str]:
    """As the documents quote it; nothing where nothing was tried."""
    if not trials:
        return []
    form, load = "long form" if LONG else "short form", os.getloadavg()[2]
    rows = [f"| {name} | {item['number']:,} | {item['losses']:,} |" for name, item in sorted(trials.items())]
    heading = f"{form}, {date.today()}, {os.cpu_count()} cores, load {load:.0f}"  # noqa: TID251 - when it was run
    return [heading, "", "| trial | number | losses |", "| --- | --- | --- |", *rows, ""]
