"""What a process spills to disk is gone with it, by the next process where it was killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kpi.store.shared.spill_folder import PREFIX, SpillFolder

HOLDER = """
import sys
from kpi.store.shared.spill_folder import SpillFolder
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
