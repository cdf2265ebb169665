"""What a process spills to disk is gone with it, by the next process where it was killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from kpi.errors import StoreUnavailable
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.database import STORE_MEMORY, in_words
from kpi.store.folder import ABANDONED_SECONDS, PART, SPILLED, remains
from kpi.store.shared.frozen_files import PREFIX, SpillFolder
from kpi.store.store import Store

HOLDER = """
import sys
from kpi.store.shared.frozen_files import SpillFolder
print(SpillFolder().path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_killed_process_leaves_nothing_that_the_next_does_not_remove(folders: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"TMPDIR": str(folders)},
    )
    assert holder.stdout is not None
    try:
        spilled = Path(holder.stdout.readline().strip())
        assert spilled.parent == folders
        (spilled / "block").write_bytes(b"records")
        while_it_lives = SpillFolder()
        assert (spilled / "block").exists()
        holder.kill()
        holder.wait()
        after_it = SpillFolder()
        assert sorted(folders.iterdir()) == sorted([while_it_lives.path, after_it.path])
    finally:
        holder.kill()
        holder.communicate()
    while_it_lives.remove()
    after_it.remove()
    after_it.remove()
    assert list(folders.iterdir()) == []


def test_what_is_no_folder_of_a_process_stays(folders: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "kept").touch()
    (folders / f"{PREFIX}link").symlink_to(elsewhere)
    (folders / f"{PREFIX}file").touch()
    SpillFolder().remove()
    assert (elsewhere / "kept").exists()
    assert sorted(path.name for path in folders.iterdir()) == [f"{PREFIX}file", f"{PREFIX}link"]


def test_one_that_is_taken_for_abandoned_before_it_is_locked_is_made_again(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes that start at once: the other one looks between the making of the folder and its opening."""
    make, taken = tempfile.mkdtemp, list[str]()

    def made_and_taken(prefix: str) -> str:
        path = make(prefix=prefix)
        if not taken:
            taken.append(path)
            Path(path).rmdir()
        return path

    monkeypatch.setattr(tempfile, "mkdtemp", made_and_taken)
    spilled = SpillFolder()
    assert [str(spilled.path)] != taken
    assert list(folders.iterdir()) == [spilled.path]
    spilled.remove()


@pytest.mark.folder_store("a shared store lays nothing out in its folder")
def test_who_only_reads_lays_out_in_a_folder_of_its_own(tmp_path: Path) -> None:
    Store.open(tmp_path / "s").close()
    places: list[str] = []
    for _ in range(2):
        with Store.open_to_read(tmp_path / "s") as store, store.cursor() as cursor:
            ((place,),) = cursor.execute("select current_setting('temp_directory')").fetchall()
            places.append(place)
    assert all(Path(place).parent == tmp_path / "s" and Path(place).name.startswith(SPILLED) for place in places)
    assert len(set(places)) == 2


@pytest.mark.campaign
@pytest.mark.parametrize(("memory", "said"), [(STORE_MEMORY, "1.8 GiB"), ("300MB", "286.1 MiB")])
def test_whoever_has_a_store_open_takes_no_more_memory_than_is_said(
    memory: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB by itself takes most of the machine's. The answer is the same, whatever it may take."""
    with Store.open(tmp_path / "s") as store:
        ensure_baseline(store)
        answer = asked(store)[1:]
    monkeypatch.setattr("kpi.store.database.STORE_MEMORY", memory)
    for opened in (Store.open, Store.open_to_read):
        with opened(tmp_path / "s") as store:
            assert asked(store) == (said, *answer)


def test_what_needs_more_memory_than_there_may_be_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(tmp_path / "s") as store:
        ensure_baseline(store)
    monkeypatch.setattr("kpi.store.database.STORE_MEMORY", "4MB")
    for opened in (Store.open, Store.open_to_read):
        with (
            opened(tmp_path / "s") as store,
            pytest.raises(StoreUnavailable) as refused,
            in_words(tmp_path / "s"),
            store.cursor() as cursor,
        ):
            cursor.execute("select list(value), list(credit_code) from observation, range(500)").fetchall()
        assert refused.value.code == "store_memory"


def asked(store: Store) -> tuple[object, ...]:
    """The limit of the database that has the records, and an answer from all of them."""
    with store.cursor() as cursor:
        (answer,) = cursor.execute(
            """select current_setting('memory_limit'), count(*), count(distinct own_group), fsum(value), median(value)
               from observation"""
        ).fetchall()
    return tuple(answer)


def test_what_an_open_store_has_laid_out_is_no_remainder_however_long_it_rests(tmp_path: Path) -> None:
    long_ago = time.time() - ABANDONED_SECONDS - 60
    with Store.open(tmp_path / "s") as store:
        own, killed = store.folder.spilled(), store.folder.root / f"{SPILLED}1-0123abcd{PART}"
        for path in (own, killed):
            path.mkdir()
            assert not remains(store.folder.root)
            os.utime(path, (long_ago, long_ago))
        assert remains(store.folder.root) == [killed]
    Store.open(tmp_path / "s").close()
    assert not list(store.folder.root.glob(f"{SPILLED}*"))
