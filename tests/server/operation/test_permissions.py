"""The store is its owner's alone, whatever the umask and however it was copied."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi.errors import StoreUnavailable
from kpi.store.store import Store
from tests.cli.command_line import TABLE
from tests.conftest import Served


@pytest.fixture
def careless() -> Iterator[None]:
    """A process that lets everybody read and write what it makes."""
    before = os.umask(0)
    yield
    os.umask(before)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _open_to_others(root: Path) -> list[str]:
    return [str(path.relative_to(root)) for path in (root, *root.rglob("*")) if _mode(path) & 0o077]


def test_a_new_store_is_private_down_from_the_first_folder_made_for_it(tmp_path: Path, careless: None) -> None:
    root = tmp_path / "made" / "for" / "store"
    with Store.open(root) as store:
        store.folder.secret()
        store.folder.keep_original(b"original")
    assert _open_to_others(root) == []
    assert [_mode(folder) for folder in (root, root.parent, root.parent.parent)] == [0o700] * 3
    assert {_mode(file) for file in root.rglob("*") if file.is_file()} == {0o600}


def test_what_the_database_makes_while_open_lies_behind_a_closed_folder(tmp_path: Path, careless: None) -> None:
    with Store.open(tmp_path / "store") as store, store.transaction() as cursor:
        cursor.execute("insert into mark values ('a', 'b')")
        assert _mode(tmp_path / "store") == 0o700


def test_a_store_that_stood_open_is_closed(tmp_path: Path) -> None:
    root = tmp_path / "store"
    with Store.open(root) as store:
        store.folder.secret()
    for path in (root, *root.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    with Store.open(root):
        assert _open_to_others(root) == []


def test_an_empty_folder_that_stands_open_is_taken_and_closed(tmp_path: Path) -> None:
    root = tmp_path / "store"
    root.mkdir()
    root.chmod(0o777)
    Store.open(root).close()
    assert _open_to_others(root) == []


def test_a_folder_of_other_things_that_stands_open_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    root = tmp_path / "home"
    root.mkdir()
    root.chmod(0o755)
    (root / "letter.txt").write_text("mine", "utf-8")
    with pytest.raises(StoreUnavailable) as refused:
        Store.open(root)
    assert refused.value.code == "store_folder_shared"
    assert [path.name for path in root.iterdir()] == ["letter.txt"]
    assert _mode(root) == 0o755
    root.chmod(0o700)
    Store.open(root).close()


def test_a_served_store_holds_nothing_that_others_may_read(served: Served) -> None:
    assert (served.store / "logs" / "duibiao.jsonl").exists()
    assert _open_to_others(served.store) == []


@pytest.mark.campaign
def test_the_command_line_tells_a_shared_folder_in_words(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "letter.txt").touch()
    words = [sys.executable, "-m", "kpi", "benchmark", str(TABLE), "--lang", "en", "--store", str(tmp_path)]
    call = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (call.returncode, call.stdout) == (3, "")
    assert "accessible to other users" in call.stderr
    assert str(tmp_path) not in call.stderr
