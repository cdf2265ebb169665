"""A process killed while it writes: the store opens, is sound, and holds everything that was acknowledged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kpi import tables
from kpi.services.operation.verification import verify_store
from kpi.store.store import Store
from tests.benchmark.panels import INDUSTRY, MAIN, seeded
from tests.campaign import size, trial
from tests.services.sample_store import A
from tests.store.crash_writer import ENTERPRISES

ROOT = Path(__file__).resolve().parents[2]
KILLS = size(short=5, long=20)


@pytest.fixture(scope="module")
def writers() -> Iterator[subprocess.Popen[str]]:
    """Starts a writer for each line it is sent."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.crash_writer"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        yield program
        assert program.stdin is not None
        program.stdin.close()


def write_and_kill(
    writers: subprocess.Popen[str], folder: Path, kind: str, first: int, kept: int, after: float
) -> list[str]:
    """Start a writer, kill it so many seconds after it acknowledged ``kept`` things; what it acknowledged in all."""
    assert writers.stdin is not None
    assert writers.stdout is not None
    writers.stdin.write(f"{kind} {first} {folder}\n")
    writers.stdin.flush()
    word, pid = writers.stdout.readline().split()
    assert word == "open", "the store opens after a kill"
    reported = [writers.stdout.readline().strip() for _ in range(kept)]
    time.sleep(after)
    os.kill(int(pid), signal.SIGKILL)
    while not (line := writers.stdout.readline()).startswith("dead"):
        reported.append(line.strip())
    assert line.split()[1] == str(-signal.SIGKILL), "it was alive until then"
    return reported


def baselines(store: Store) -> set[str]:
    with store.cursor() as cursor:
        found = tables.baselines.baselines(cursor)
        for baseline in found:
            assert len(tables.freezing.observations(cursor, baseline.name)) == len(MAIN) * ENTERPRISES
            assert len(tables.baselines.published_table(cursor, baseline.name, baseline.region, INDUSTRY)) == 21
        return {baseline.name for baseline in found}


def uploads(store: Store) -> set[str]:
    with store.cursor() as cursor:
        return {upload.id for upload in tables.applications.uploads(cursor, A.account)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "kept", "longest"),
    [
        pytest.param("baselines", baselines, 2.0, marks=pytest.mark.campaign, id="baselines"),
        pytest.param("uploads", uploads, 0.25, id="uploads"),
    ],
)
def test_a_kill_loses_nothing_acknowledged(
    writers: subprocess.Popen[str], tmp_path: Path, kind: str, kept: Callable[[Store], set[str]], longest: float
) -> None:
    draw, folder = seeded(kind), tmp_path / "s"
    acknowledged: list[str] = []
    first = 1
    for _ in range(KILLS):
        # However slow the machine: some are killed at their first writing, the others later.
        reported = write_and_kill(writers, folder, kind, first, draw.randrange(3), draw.uniform(0, longest))
        acknowledged += reported
        first += len(reported) + 1
        with Store.open(folder) as store:
            verified = verify_store(store)
            assert verified.sound, verified.findings
            assert set(acknowledged) <= kept(store)
            # One more at most: written, and killed before it could be said.
            assert len(kept(store)) <= len(acknowledged) + KILLS
            assert not [path for path in store.folder.originals() if path.stat().st_size == 0]
    trial(f"kill -9 while {kind} are written", KILLS, 0)
    assert len(acknowledged) >= KILLS // 2, "most writers had kept something when they were killed"
