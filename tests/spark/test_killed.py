"""A worker of the cluster, or the process that asked it, is killed: the same answer, or none."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from kpi import tables
from kpi.store.store import Store
from tests.spark.cluster import Cluster, Command, Daemon, files_below, wait_until
from tests.spark.conftest import PLACE
from tests.spark.test_placing_on_spark import assert_same

pytestmark = pytest.mark.slow

ROWS, PARTITIONS = 40, 64  # some seventy tasks that read, then as many that place


def in_map(out: Path, workers: list[Daemon]) -> bool:
    """Each worker has read a few files, and most are still to be read."""
    return all(worker.shuffled() >= 3 for worker in workers)


def in_shuffle(out: Path, workers: list[Daemon]) -> bool:
    """Some groups are placed, others are being fetched."""
    return len(written(out)) >= 4


def written(out: Path) -> list[Path]:
    return written_below(out.with_name(f".{out.name}.part"))


def written_below(folder: Path) -> list[Path]:
    """The answers that Spark has not handed over yet."""
    return [path for path in files_below(folder) if "_temporary" in path.parts and fnmatch(path.name, "part-*.parquet")]


When = Callable[[Path, list[Daemon]], bool]
MOMENTS = pytest.mark.parametrize("when", [in_map, in_shuffle])


def begun(folder: Path, out: Path, odd: Path, cluster: Cluster) -> Command:
    words = [*PLACE, "--out", out, "--store", odd, "--engine", cluster.address]
    return Command.begin(folder, ROWS, PARTITIONS, *words)


def idle(cluster: Cluster) -> list[Daemon]:
    """Two workers that hold nothing of an earlier job."""
    workers = cluster.two_workers()
    wait_until(lambda: not any(worker.shuffled() for worker in workers), "an earlier job's files to be gone")
    return workers


def reach(when: When, command: Command, where: Path, workers: list[Daemon]) -> None:
    """Wait for the moment at which something is killed, or for the command's end."""
    wait_until(lambda: when(where, workers) or command.process.poll() is not None, when.__name__)


def kinds_after_loss(events: list[dict[str, Any]]) -> list[str]:
    """The kinds of the tasks that ended well after a worker was lost."""
    [lost, *_] = [at for at, event in enumerate(events) if event["Event"] == "SparkListenerExecutorRemoved"]
    ended = [event for event in events[lost:] if event["Event"] == "SparkListenerTaskEnd"]
    return [item["Task Type"] for item in ended if item["Task End Reason"]["Reason"] == "Success"]


@MOMENTS
def test_a_worker_is_killed_and_the_answer_is_the_same(
    when: When, cluster: Cluster, odd: Path, one_machine: Path, tmp_path: Path
) -> None:
    workers = idle(cluster)
    out = tmp_path / "out"
    placing = begun(tmp_path / "spark", out, odd, cluster)
    reach(when, placing, out, workers)
    workers[0].kill()
    assert placing.end() == 0, placing.err
    assert_same(out, one_machine)
    # What the lost one had read was read again, after which all groups, or those that were missing, were placed.
    after = kinds_after_loss(placing.events())
    assert after.count("ShuffleMapTask") >= 3
    assert after.count("ResultTask") >= (PARTITIONS if when is in_map else 1)


@MOMENTS
def test_whoever_asked_is_killed_and_there_is_no_answer_until_it_is_asked_again(
    when: When, cluster: Cluster, odd: Path, one_machine: Path, tmp_path: Path
) -> None:
    workers = idle(cluster)
    out = tmp_path / "out"
    entries = trail(odd)
    placing = begun(tmp_path / "first", out, odd, cluster)
    reach(when, placing, out, workers)
    placing.kill()
    assert not out.exists()
    assert trail(odd) == entries
    again = begun(tmp_path / "again", out, odd, cluster)
    assert again.end() == 0, again.err
    assert_same(out, one_machine)
    assert {path.name for path in tmp_path.iterdir()} == {"out", "first", "again"}
    assert trail(odd) == entries + 1


def test_the_java_of_whoever_asked_is_killed_and_that_is_said(cluster: Cluster, odd: Path, tmp_path: Path) -> None:
    workers = idle(cluster)
    out = tmp_path / "out"
    placing = begun(tmp_path / "spark", out, odd, cluster)
    reach(in_map, placing, out, workers)
    [java] = Path(f"/proc/{placing.process.pid}/task/{placing.process.pid}/children").read_text("ascii").split()
    os.kill(int(java), signal.SIGKILL)
    assert placing.end() == 2, placing.err
    assert f"Spark at {cluster.address} cannot be reached or gave up" in placing.err
    assert "Traceback" not in placing.err
    assert [path.name for path in tmp_path.iterdir()] == ["spark"]


def trail(folder: Path) -> int:
    with Store.open_to_read(folder) as store, store.cursor() as cursor:
        return len(tables.audit.audit_entries(cursor))
