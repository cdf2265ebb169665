"""The cluster of these tests, the baseline that they place, and its placing by one machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from kpi.store.store import Store
from tests.benchmark.panels import seeded
from tests.benchmark.test_placing_tables import Row, freeze_rows, small_panel
from tests.benchmark.test_year_placing import tied_and_alone
from tests.cli.command_line import here
from tests.spark.cluster import Cluster, spark_cluster

PLACE = ["place", "odd", "--purpose", "演示"]
_BASELINE = """
    insert into baseline (name, region, year, provenance, source, sha256, original_sha256, imported_at, shipped)
    values ('odd', '上海市', 2025, 'panel', '', 'invented', '', timestamp '2026-01-01', false)
"""


def missing() -> str | None:
    """What these tests need and this machine has not."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed: make test-spark installs it and runs these tests"
    java = Path(os.environ["JAVA_HOME"], "bin", "java") if os.environ.get("JAVA_HOME") else shutil.which("java")
    if java is None or not Path(java).exists():
        return "no Java: install Debian's openjdk-17-jre-headless, or name one in JAVA_HOME"
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    return None if version and int(version[1]) >= 17 else f"Spark needs Java 17 or newer, and this is: {said.strip()}"


@pytest.fixture(scope="session", autouse=True)
def _spark_is_there() -> None:
    if reason := missing():
        pytest.skip(reason)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with spark_cluster(tmp_path_factory.mktemp("cluster")) as started:
        yield started


@pytest.fixture(scope="session")
def odd(tmp_path_factory: pytest.TempPathFactory, _spark_is_there: None) -> Path:
    """A store with a baseline of all that is odd: cells of one, all tied, zeros of both signs, groups across cells."""
    folder = tmp_path_factory.mktemp("odd") / "store"
    draw = seeded(73)
    rows: list[Row] = tied_and_alone(draw)
    for number in range(120):
        top, step = draw.choice([(3, 4), (12, 4), (90_000, 1000)])
        rows += small_panel(
            f"{number}", draw, draw.randrange(1, 30), lambda t=top, s=step: draw.randrange(-1, t + 1) / s
        )[0]
    draw.shuffle(rows)
    with Store.open(folder) as store, store.transaction() as cursor:
        cursor.execute(_BASELINE)
        freeze_rows(cursor, "odd", rows)
    return folder


@pytest.fixture(scope="session")
def one_machine(odd: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that DuckDB alone writes of it."""
    out = tmp_path_factory.mktemp("one") / "out"
    assert here(*PLACE, "--out", out, "--store", odd).code == 0
    return out
