"""What a campaign tried, told at the end of the run: each suite's own counts, summed over tests and workers.

The short form of a suite runs with all other tests; ``KPI_CAMPAIGN=1`` (``make campaign``) runs the whole of it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

LONG = os.environ.get("KPI_CAMPAIGN") == "1"
_FOLDER = "KPI_TALLY"


def size(short: int, long: int) -> int:
    """How many cases to try in this run."""
    return long if LONG else short


def tally(suite: str, **counts: int) -> None:
    """Add to a suite's counts, such as ``tried=1, refused=1``. Outside a run of pytest nothing is kept."""
    folder = os.environ.get(_FOLDER)
    if folder:
        # A file for each process: workers write at the same time.
        with (Path(folder) / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps([suite, counts]) + "\n")


def begin() -> None:
    """Called once by the process that starts the workers, which inherit the folder."""
    os.environ.setdefault(_FOLDER, tempfile.mkdtemp(prefix="tally-"))


def told() -> list[str]:
    """A line a suite, its counts in the order in which they were first told; then they are forgotten."""
    folder = os.environ.pop(_FOLDER, None)
    suites: dict[str, Counter[str]] = {}
    for file in sorted(Path(folder).glob("*.jsonl")) if folder else []:
        for line in file.read_text("utf-8").splitlines():
            suite, counts = json.loads(line)
            suites.setdefault(suite, Counter()).update(counts)
    if folder:
        # Whoever clears the temporary files may have been here first.
        shutil.rmtree(folder, ignore_errors=True)
    return [
        f"{suite}: {', '.join(f'{count:,} {name}' for name, count in suites[suite].items())}"
        for suite in sorted(suites)
    ]
