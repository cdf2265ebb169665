"""``kpi baseline import --engine``: what is frozen with a cluster is what one machine freezes, or nothing is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from kpi import tables as store_tables
from kpi.store.store import Store
from tests.cli.command_line import here, made, process
from tests.cli.panels import SAMPLE_INDUSTRY, long, odd, write
from tests.cli.whole_panels.test_import_folder import rows_of
from tests.cli.whole_panels.test_place_folder import parted
from tests.spark.cluster import Cluster, Command, Daemon
from tests.spark.test_killed import When, idle, in_map, kinds_after_loss, reach, trail, written_below

pytestmark = pytest.mark.slow

NAMED = ["--name", "odd", "--year", 2025, "--region", "上海市", "--provenance", "panel"]
ROWS, PARTITIONS = 40, 64


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """The words of an import, but for the store."""
    folder = tmp_path_factory.mktemp("panel")
    parts = parted(long(odd()), folder / "parts", [300, 1100])
    sizes = pd.DataFrame({"region": ["上海市"], "industry": [SAMPLE_INDUSTRY], "size": [90], "groups": [80]})
    return ["baseline", "import", parts, *NAMED, "--industry-size", write(sizes, folder / "sizes.csv")]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the shipped baseline alone, to be copied."""
    return made(tmp_path_factory.mktemp("empty") / "store")


@pytest.fixture(scope="module")
def by_one_machine(panel: list[object], empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that one machine makes of it."""
    store = Path(shutil.copytree(empty, tmp_path_factory.mktemp("one") / "store"))
    assert here(*panel, "--store", store).code == 0
    return store


def assert_frozen_alike(store: Path, expected: Path) -> None:
    """One content hash; every row of the published table and of the placing tables the same, to the last digit."""
    (found, ours), (wanted, theirs) = (frozen(item) for item in (store, expected))
    assert found == wanted
    cells = [pd.DataFrame(tables.pop("cell")) for tables in (ours, theirs)]
    pd.testing.assert_frame_equal(*cells, check_exact=False, rtol=1e-12, atol=0)
    assert repr(ours) == repr(theirs)
    assert len(ours["published"]) == 6 * 21
    assert list((store / "incoming").iterdir()) == []


def frozen(folder: Path) -> tuple[str, dict[str, list[tuple[object, ...]]]]:
    with Store.open_to_read(folder) as store, store.cursor() as cursor:
        sha256 = store_tables.baselines.baseline_named(cursor, "odd").sha256
    return sha256, rows_of(folder, "odd")


def names(folder: Path) -> list[str]:
    with Store.open_to_read(folder) as store, store.cursor() as cursor:
        return [baseline.name for baseline in store_tables.baselines.baselines(cursor)]


@pytest.mark.parametrize(("rows", "partitions"), [(100_000, 1), (300, 8), (40, 64)])
def test_a_cluster_freezes_as_one_machine_however_records_are_cut(
    rows: int,
    partitions: int,
    cluster: Cluster,
    panel: list[object],
    empty: Path,
    by_one_machine: Path,
    tmp_path: Path,
) -> None:
    cluster.two_workers()
    store = Path(shutil.copytree(empty, tmp_path / "库 [1] {a}"))  # brackets, which Spark would take as a pattern
    importing = Command.begin(
        tmp_path / "spark", rows, partitions, *panel, "--store", store, "--engine", cluster.address
    )
    assert importing.end() == 0, importing.err
    assert_frozen_alike(store, by_one_machine)
    tasks = [event for event in importing.events() if event["Event"] == "SparkListenerTaskEnd"]
    assert sum(task["Task Type"] == "ResultTask" for task in tasks) >= partitions


def test_a_panel_in_a_file_is_frozen_on_this_machine_alone_too(
    panel: list[object], empty: Path, by_one_machine: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copytree(empty, tmp_path / "store"))
    words = [write(odd(), tmp_path / "odd.parquet") if item == panel[2] else item for item in panel]
    importing = Command.begin(tmp_path / "spark", 500, 3, *words, "--store", store, "--engine", "local[2]")
    assert importing.end() == 0, importing.err
    assert_frozen_alike(store, by_one_machine)


def at_work(store: Path, workers: list[Daemon]) -> bool:
    """Some industry's rows are being written."""
    return bool(written_below(store / "incoming"))


MOMENTS = pytest.mark.parametrize("when", [in_map, at_work])


def begun(folder: Path, store: Path, panel: list[object], cluster: Cluster) -> Command:
    return Command.begin(folder, ROWS, PARTITIONS, *panel, "--store", store, "--engine", cluster.address)


@MOMENTS
def test_a_worker_is_killed_and_the_same_is_frozen(
    when: When, cluster: Cluster, panel: list[object], empty: Path, by_one_machine: Path, tmp_path: Path
) -> None:
    workers = idle(cluster)
    store = Path(shutil.copytree(empty, tmp_path / "store"))
    importing = begun(tmp_path / "spark", store, panel, cluster)
    reach(when, importing, store, workers)
    workers[0].kill()
    assert importing.end() == 0, importing.err
    assert_frozen_alike(store, by_one_machine)
    assert kinds_after_loss(importing.events()).count("ResultTask") >= 1


@MOMENTS
def test_whoever_asked_is_killed_and_nothing_is_frozen_until_it_is_asked_again(
    when: When, cluster: Cluster, panel: list[object], empty: Path, by_one_machine: Path, tmp_path: Path
) -> None:
    workers = idle(cluster)
    store = Path(shutil.copytree(empty, tmp_path / "store"))
    before = names(store), trail(store)
    importing = begun(tmp_path / "first", store, panel, cluster)
    reach(when, importing, store, workers)
    importing.kill()
    assert (names(store), trail(store)) == before
    again = begun(tmp_path / "again", store, panel, cluster)
    assert again.end() == 0, again.err
    assert_frozen_alike(store, by_one_machine)
    assert trail(store) == before[1] + 1


@pytest.mark.parametrize(
    ("engine", "env", "said"),
    [
        ("local[2]", {"JAVA_HOME": "/nowhere"}, "Install Java 17"),
        ("spark://127.0.0.1:1", {}, "Spark at spark://127.0.0.1:1 cannot be reached"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_frozen(
    engine: str, env: dict[str, str], said: str, panel: list[object], empty: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copytree(empty, tmp_path / "store"))
    before = names(store), trail(store)
    call = process(*panel, "--store", store, "--engine", engine, "--lang", "en", SPARK_LOCAL_IP="127.0.0.1", **env)
    assert call.code == 2
    assert said in call.err
    assert (names(store), trail(store)) == before
    assert list(store.glob("incoming/*")) == []
