"""``kpi place --engine``: what a cluster places is what one machine places."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kpi.store.store import Store
from tests.cli.command_line import process
from tests.cli.panels import long, wide, write
from tests.cli.whole_panels.test_place import CELL, OF_PANEL, contents
from tests.cli.whole_panels.test_place_folder import parted
from tests.spark.cluster import Cluster, Command
from tests.spark.conftest import PLACE

pytestmark = pytest.mark.slow

LINES = ["mean", "p20", "p50", "p75", "p80", "p90"]
SQL = Path(__file__).parent


def assert_same(found: Path, expected: Path) -> None:
    """Counts equal, in the same order; quantiles and means to 1e-9; the summary that of its files."""
    (records, cells), (of_records, of_cells) = contents(found, "parquet"), contents(expected, "parquet")
    pd.testing.assert_frame_equal(records, of_records, check_exact=True)
    assert np.signbit(records["value"]).equals(np.signbit(of_records["value"]))
    pd.testing.assert_frame_equal(cells.drop(columns=LINES), of_cells.drop(columns=LINES), check_exact=True)
    np.testing.assert_allclose(cells[LINES], of_cells[LINES], rtol=0, atol=1e-9)
    ours, theirs = (json.loads((out / "summary.json").read_text("utf-8")) for out in (found, expected))
    for summary in (ours, theirs):
        for file in summary["files"]:
            del file["sha256"]
    assert ours == theirs
    assert {path.name for path in found.iterdir()} == {path.name for path in expected.iterdir()}


@pytest.mark.parametrize(("rows", "partitions"), [(100_000, 1), (600, 8), (80, 64)])
def test_a_cluster_places_as_one_machine_however_records_are_cut(
    rows: int, partitions: int, cluster: Cluster, odd: Path, one_machine: Path, tmp_path: Path
) -> None:
    cluster.two_workers()
    out = tmp_path / "输出 [1] {a}" / "out"  # brackets, which Spark would take as a pattern
    out.parent.mkdir()
    words = [*PLACE, "--out", out, "--store", odd, "--engine", cluster.address]
    placing = Command.begin(tmp_path / "spark", rows, partitions, *words)
    assert placing.end() == 0, placing.err
    assert_same(out, one_machine)
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    tasks = [event for event in placing.events() if event["Event"] == "SparkListenerTaskEnd"]
    assert sum(task["Task Type"] == "ResultTask" for task in tasks) >= partitions


def test_panels_in_a_file_and_in_parts_are_placed_as_by_one_machine(tmp_path: Path) -> None:
    panel = long(wide(40))
    for path in (write(panel, tmp_path / "panel.csv"), parted(panel, tmp_path / "parts", [100, 350])):
        words = ["place", "--panel", path, *OF_PANEL, "--store", tmp_path / "none"]
        here, there = tmp_path / f"{path.stem}-here", tmp_path / f"{path.stem}-there"
        assert process(*words, "--out", here).code == 0
        call = process(*words, "--out", there, "--engine", "local[2]", "--json", SPARK_LOCAL_IP="127.0.0.1")
        assert call.code == 0, call.err
        ours = json.loads((here / "summary.json").read_text("utf-8"))["files"]
        # Records are the same byte for byte; of cells, quantiles may differ in their last digit.
        assert (
            [file for file in call.json["files"] if file["region"]] == [file for file in ours if file["region"]] != []
        )
        assert_same(there, here)
    assert not (tmp_path / "none").exists()


def test_the_placing_in_sparks_own_sql_says_the_same(spark_sql: pd.DataFrame, one_machine: Path) -> None:
    records, cells = contents(one_machine, "parquet")
    placed, lines = spark_sql
    for ours, theirs in ((records, placed), (cells, lines)):
        exact = [name for name in ours if name not in LINES]
        pd.testing.assert_frame_equal(ours[exact], theirs[exact], check_dtype=False, check_exact=True)
    np.testing.assert_allclose(cells[LINES], lines[LINES], rtol=0, atol=1e-9)


@pytest.fixture
def spark_sql(odd: Path, one_machine: Path, tmp_path: Path) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Records and cells as the translated text has them, in the order of the files."""
    from pyspark.sql import SparkSession

    with Store.open_to_read(odd) as store, store.cursor() as cursor:
        observation = cursor.execute("select * from observation").df()
    wanted = contents(one_machine, "parquet")[1][CELL].reset_index(names="cell")
    observation[[*CELL, "credit_code", "own_group", "value"]].to_parquet(tmp_path / "observation.parquet")
    wanted.to_parquet(tmp_path / "wanted.parquet")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        built = SparkSession.builder.master("local[2]").config("spark.sql.shuffle.partitions", 3)
        spark = built.config("spark.ui.enabled", "false").getOrCreate()
    try:
        for name in ("observation", "wanted"):
            spark.read.parquet(f"file://{tmp_path / name}.parquet").createOrReplaceTempView(name)
        answers = (
            spark.sql((SQL / f"placed_{name}.sql").read_text("utf-8").replace("{year}", "2025"))
            for name in ("records", "cells")
        )
        yield tuple(
            pd.merge(wanted, pd.DataFrame(answer.collect(), columns=answer.columns), on="cell") for answer in answers
        )
    finally:
        spark.stop()


@pytest.mark.parametrize(
    ("engine", "env", "said"),
    [
        ("local[2]", {"JAVA_HOME": "", "PATH": "{tmp}"}, "Install Java 17"),
        ("nonsense", {}, "Spark at nonsense cannot be reached"),
        ("spark://127.0.0.1:1", {}, "Spark at spark://127.0.0.1:1 cannot be reached"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    engine: str, env: dict[str, str], said: str, odd: Path, tmp_path: Path
) -> None:
    tools = tmp_path / "tools"  # a machine without Java still has a shell
    tools.mkdir()
    for name in ("bash", "dirname", "env", "sh", "basename", "ps", "uname"):
        if found := next((p for d in ("/usr/bin", "/bin") if (p := Path(d, name)).exists()), None):
            (tools / name).symlink_to(found)
    around = {name: value.format(tmp=tools) for name, value in env.items()}
    words = [*PLACE, "--out", tmp_path / "out", "--store", odd, "--engine", engine, "--lang", "en"]
    call = process(*words, SPARK_LOCAL_IP="127.0.0.1", **around)
    assert call.code == 2
    assert said in call.err
    assert [path.name for path in tmp_path.iterdir()] == ["tools"]
