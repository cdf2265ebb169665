"""Spark standalone from the wheel: a master and workers, each a process group of its own, to be killed as a whole."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300
"""Seconds to wait for what must happen, also on a machine that does much else."""
REGISTERED = "Successfully registered with master"


def wait_until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"waited in vain for: {what}"
        time.sleep(0.02)


def files_below(folder: Path) -> Iterator[Path]:
    """While others make, move and remove folders there, at which ``Path.rglob`` breaks off."""
    for at, _, names in os.walk(folder):
        yield from (Path(at, name) for name in names)


def environment(**more: str) -> dict[str, str]:
    """Of a process that knows nothing of this project: what a worker needs has to come to it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KPI_", "PYTHON", "SPARK_"))}
    return {**kept, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m", **more}


@dataclass
class Daemon:
    """A master or a worker, with what it writes."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")

    def shuffled(self) -> int:
        """How many map tasks have left their output here."""
        return sum(fnmatch(path.name, "shuffle_*.data") for path in files_below(self.folder / "local"))

    def kill(self) -> None:
        """With all it has started, and its disk: as a machine that is gone. Others of this host could read that."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder / "local", ignore_errors=True)


@dataclass
class Cluster:
    """``address`` is what ``--engine`` takes."""

    folder: Path
    master: Daemon
    address: str
    workers: list[Daemon] = field(default_factory=list)

    def two_workers(self) -> list[Daemon]:
        """With new ones for those that were killed."""
        self.workers = [item for item in self.workers if item.process.poll() is None]
        while len(self.workers) < 2:
            number = len(list(self.folder.glob("worker-*")))
            folder = self.folder / f"worker-{number}"
            options = ["--cores", "1", "--memory", "1g", "--work-dir", str(folder / "work"), self.address]
            self.workers.append(_started("worker.Worker", folder, *options))
        for worker in self.workers:
            wait_until(lambda worker=worker: REGISTERED in worker.log, "a worker of Spark")
        return self.workers


def _started(kind: str, folder: Path, *options: str) -> Daemon:
    import pyspark

    home = Path(pyspark.__file__).parent
    (folder / "local").mkdir(parents=True)
    command = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{kind}", "--host", "127.0.0.1", "--port", "0"]
    # Without a configuration of the machine's own.
    env = environment(SPARK_LOCAL_DIRS=str(folder / "local"), SPARK_CONF_DIR=str(folder), SPARK_HOME=str(home))
    with (folder / "log").open("wb") as log:
        words = [*map(str, command), "--webui-port", "0", *options]
        return Daemon(
            folder, subprocess.Popen(words, cwd=folder, env=env, stdout=log, stderr=log, start_new_session=True)
        )


@contextmanager
def spark_cluster(folder: Path) -> Iterator[Cluster]:
    master = _started("master.Master", folder / "master")
    cluster = Cluster(folder, master, "")
    try:
        address = re.compile(r"Starting Spark master at (spark://\S+)")
        wait_until(lambda: bool(address.search(master.log)), "Spark's master")
        cluster.address = address.findall(master.log)[0]
        yield cluster
    finally:
        for daemon in (*cluster.workers, master):
            if daemon.process.poll() is None:
                daemon.kill()


@dataclass
class Command:
    """A command as a process of its own, that hands records over shuffled, in many files."""

    process: subprocess.Popen[bytes]
    folder: Path

    @classmethod
    def begin(cls, folder: Path, rows: int, partitions: int, *words: object) -> Command:
        """Records in files of ``rows``, brought together in ``partitions``; ``folder`` keeps Spark's events."""
        (folder / "events").mkdir(parents=True)
        settings = {
            "spark.driver.memory": "512m",
            "spark.executor.memory": "512m",
            "spark.cores.max": 2,
            # The work begins when both workers are there.
            "spark.scheduler.minRegisteredResourcesRatio": 1,
            "spark.scheduler.maxRegisteredResourcesWaitingTime": f"{PATIENCE}s",
            "spark.sql.shuffle.partitions": partitions,
            "spark.sql.adaptive.coalescePartitions.enabled": "false",
            # A task for each file.
            "spark.sql.files.openCostInBytes": 1_000_000_000,
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": f"file://{folder / 'events'}",
            "spark.eventLog.rolling.enabled": "false",
            "spark.eventLog.compress": "false",
        }
        (folder / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        command = [sys.executable, "-m", "tests.spark.small_pieces", str(rows), *map(str, words), "--lang", "en"]
        env = environment(SPARK_CONF_DIR=str(folder), PYTHONPATH=str(ROOT))
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=err, start_new_session=True)
        return cls(process, folder)

    @property
    def err(self) -> str:
        return (self.folder / "err").read_text("utf-8", "replace")

    def end(self) -> int:
        """Its exit code."""
        return self.process.wait(2 * PATIENCE)

    def kill(self) -> None:
        """With the Java it has started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def events(self) -> list[dict[str, Any]]:
        """What Spark did, in its order."""
        [log] = (self.folder / "events").iterdir()
        return [json.loads(line) for line in log.read_text("utf-8").splitlines()]
