"""On a shared store: large records are read before anything is waited for, and what a kill left is removed in time."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from kpi import tables
from kpi.model.viewer import SYSTEM
from kpi.services.shipped_baseline import ensure_baseline
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.folder import ABANDONED_SECONDS, WRITTEN_SECONDS, StoreFolder, remains
from kpi.store.open_store import open_store
from kpi.store.scratch import scratch_database
from kpi.store.shared import frozen_files as frozen_records
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from tests.cli.command_line import here
from tests.shipped import SHIPPED_NAME
from tests.store.shared_places import Databases

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

CUT_OFF_AFTER_SECONDS = 2
SOON_CUT_OFF = f"-c lock_timeout=300s -c idle_in_transaction_session_timeout={CUT_OFF_AFTER_SECONDS}s"


@pytest.fixture
def slow_files(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Reading a baseline's files takes longer than the database lets a transaction pause."""
    taken: list[float] = []
    read = frozen_records.read_files

    def slowly(records: Cursor, files: Mapping[str, str], folder: Path) -> None:
        time.sleep(CUT_OFF_AFTER_SECONDS + 1)
        taken.append(time.monotonic())
        read(records, files, folder)

    monkeypatch.setattr(frozen_records, "read_files", slowly)
    return taken


def test_a_change_is_kept_that_asks_records_for_the_first_time(
    databases: Databases, furnished_shared: StorePlace, tmp_path: Path, slow_files: list[float]
) -> None:
    with open_store(databases.copy(furnished_shared, tmp_path / "files", SOON_CUT_OFF)) as store:
        keep_a_change_that_asks_records(store)
        with store.cursor() as cursor:
            assert tables.audit.audit_entries(cursor)[-1].subject == "kept"
    assert len(slow_files) == 1


def test_who_waits_for_another_thread_of_its_process_has_read_them_too(
    databases: Databases, tmp_path: Path, slow_files: list[float]
) -> None:
    """Of a baseline that another process froze after that thread had begun."""
    place = databases.new(tmp_path / "files", options=SOON_CUT_OFF)
    with open_store(place) as store, open_store(place) as other, ThreadPoolExecutor(1) as beside:
        with store.write_lock():
            with unit_of_work(store, SYSTEM) as change:
                change.audit("backup_made", "first")
            ensure_baseline(other)
            waiting = beside.submit(keep_a_change_that_asks_records, store)
            wait([waiting], 1)
        waiting.result(120)
    assert len(slow_files) == 1


def keep_a_change_that_asks_records(store: Store) -> None:
    with unit_of_work(store, SYSTEM) as change:
        assert not tables.freezing.observations(change.cursor, SHIPPED_NAME).empty
        change.audit("backup_made", "kept")


def test_who_reads_as_of_one_moment_reads_to_the_end(
    databases: Databases, furnished_shared: StorePlace, tmp_path: Path, slow_files: list[float]
) -> None:
    with (
        open_store(databases.copy(furnished_shared, tmp_path / "files", SOON_CUT_OFF)) as store,
        store.cursor() as cursor,
    ):
        cursor.begin()
        baselines = tables.baselines.baselines(cursor)
        assert not tables.freezing.observations(cursor, SHIPPED_NAME).empty
        assert tables.baselines.baselines(cursor) == baselines
    assert len(slow_files) == 1


def test_what_a_kill_left_is_removed_once_nobody_can_be_at_work_on_it(
    databases: Databases, furnished_shared: StorePlace, tmp_path: Path
) -> None:
    place = databases.copy(furnished_shared, tmp_path / "files")
    folder = StoreFolder(place.folder)
    old = [folder.root / name / ".0123456789abcdef.part" for name in ("originals", "frozen")]
    young = folder.root / "originals" / ".fedcba9876543210.part"
    scratch = folder.incoming() / ".scratch-killed"
    scratch.mkdir()
    for path in (*old, young, scratch / "scratch.duckdb"):
        path.write_bytes(b"a name")
    assert remains(folder.root) == sorted([*old, young])
    long_ago = time.time() - ABANDONED_SECONDS - 60
    for path in (*old, scratch / "scratch.duckdb", scratch):
        os.utime(path, (long_ago, long_ago))
    assert remains(folder.root) == sorted([*old, young, scratch])
    assert remains(folder.root, WRITTEN_SECONDS) == sorted([*old, scratch])
    with open_store(place):
        assert remains(folder.root) == [young]


def test_a_scratch_database_that_its_user_removes_while_it_is_looked_at_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "incoming" / ".scratch-at-work"
    scratch.mkdir(parents=True)
    (scratch / "scratch.duckdb").write_bytes(b"records")
    found = Path.rglob

    def removed_meanwhile(path: Path, pattern: str) -> list[Path]:
        files = list(found(path, pattern))
        shutil.rmtree(path)
        scratch.mkdir()
        return files

    monkeypatch.setattr(Path, "rglob", removed_meanwhile)
    monkeypatch.setattr(Path, "exists", lambda _: True)
    assert remains(tmp_path) == []


def test_a_folder_store_lets_go_of_a_killed_scratch_database_at_once(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s") as store:
        incoming = store.folder.incoming()
        with scratch_database(incoming, "1GB"):
            (left,) = incoming.glob(".scratch-*")
            copy = left.with_name(".scratch-killed")
            copy.mkdir()
    assert copy.exists()
    with Store.open(tmp_path / "s"):
        assert not copy.exists()


def test_a_file_that_somebody_writes_while_the_store_is_verified_is_not_called_left_over(
    place: StorePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    part = place.folder / "frozen" / ".0123456789abcdef.part"
    part.write_bytes(b"half of it")
    said = here("store", "verify", "--lang", "en")
    assert (said.code, part.name in said.out) == (0, False)
    long_ago = time.time() - WRITTEN_SECONDS - 60
    os.utime(part, (long_ago, long_ago))
    assert part.name in here("store", "verify", "--lang", "en").out
