"""Another release and back, each by one command, with the program as it was before the newest tables."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.campaign, pytest.mark.folder_store("a script for a store in a folder")]


def git(*words: str, cwd: Path = ROOT) -> str:
    done = subprocess.run(["git", *words], capture_output=True, text=True, check=False, cwd=cwd)
    if done.returncode:
        pytest.skip(f"no history here: {done.stderr}")
    return done.stdout.strip()


class Installation:
    """A clone at the release before, its store, and a service manager that only notes what it was asked."""

    def __init__(self, folder: Path, release: str) -> None:
        self.clone, self.store, self.asked = folder / "clone", folder / "store", folder / "asked"
        self.as_owner = folder / "as-owner"
        git("clone", "--quiet", "--no-checkout", str(ROOT), str(self.clone))
        git("checkout", "--quiet", "--detach", release, cwd=self.clone)
        (self.clone / ".venv").mkdir()
        (self.clone / ".venv" / "bin").mkdir()
        # What is installed is the same: its lock is not tried here.
        python = self.clone / ".venv" / "bin" / "python"
        python.write_text(f'#!/bin/sh\ncase "$*" in *"-m pip"*) exit 0 ;; esac\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        self.programs = folder / "bin"
        self.programs.mkdir()
        self.program("systemctl", f'echo "$1" >>"{self.asked}"')
        # Who calls is another user than the store's, as root is of an installation.
        self.program("id", "echo caller")
        self.program("runuser", f'echo "$1 $2 $7 $8" >>"{self.as_owner}"\nshift 3\nexec "$@"')
        self.around = os.environ | {"KPI_STORE": str(self.store), "PATH": f"{self.programs}:{os.environ['PATH']}"}

    def program(self, name: str, does: str) -> None:
        """In the place of one of the system's."""
        (self.programs / name).write_text(f"#!/bin/sh\n{does}\n")
        (self.programs / name).chmod(0o755)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, capture_output=True, text=True, check=False, cwd=self.clone, env=self.around)

    def kpi(self, *words: str) -> str:
        done = self.run(".venv/bin/python", "-m", "kpi", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def release(self, *words: str) -> subprocess.CompletedProcess[str]:
        """By the script of today, which the release before may not have."""
        script = self.clone / ".git" / "release.sh"
        script.write_text((ROOT / "deploy" / "release.sh").read_text("utf-8"), "utf-8")
        return self.run("sh", str(script), *words)

    @property
    def services(self) -> list[str]:
        return self.asked.read_text().split() if self.asked.exists() else []


def before_the_newest_tables() -> str:
    """The last state whose stores the newest upgrade brings forward: this was the first script of the next versions."""
    newest = git("log", "-1", "--diff-filter=A", "--format=%H", "--", "kpi/store/migrations/0023_file_answers.sql")
    return git("rev-parse", f"{newest}^")


@pytest.fixture
def installed(tmp_path: Path) -> Installation:
    made = Installation(tmp_path, before_the_newest_tables())
    made.kpi("account", "add", "chief", "--role", "administrator", "--display", "管理员")
    return made


def test_there_and_back(installed: Installation) -> None:
    before = git("rev-parse", "HEAD", cwd=installed.clone)
    there = git("rev-parse", "HEAD")
    done = installed.release("to", there)
    assert (done.returncode, installed.services) == (0, ["stop", "start"]), done.stderr
    assert git("rev-parse", "HEAD", cwd=installed.clone) == there
    assert "chief" in installed.kpi("account", "list")
    installed.kpi("account", "add", "later", "--role", "administrator", "--display", "管理员")
    done = installed.release("back")
    assert (done.returncode, installed.services) == (0, ["stop", "start"] * 2), done.stderr
    assert git("rev-parse", "HEAD", cwd=installed.clone) == before
    listed = installed.kpi("account", "list")
    assert ("chief" in listed, "later" in listed) == (True, False)
    assert "已丢失" in done.stdout, "what was done since is named"
    owner = installed.store.owner()
    done_as = [f"-u {owner} store {what}" for what in ("upgrade", "restore")]
    assert installed.as_owner.read_text().splitlines() == done_as, "root's files would lock the service out"
    installed.kpi("store", "verify")


def test_an_upgrade_that_fails_leaves_the_release_before(installed: Installation) -> None:
    before = git("rev-parse", "HEAD", cwd=installed.clone)
    (installed.store / "secret").write_bytes(bytes(32))
    done = installed.release("to", git("rev-parse", "HEAD"))
    assert (done.returncode, installed.services) == (3, ["stop", "start"])
    assert git("rev-parse", "HEAD", cwd=installed.clone) == before


def test_a_release_that_is_not_there_stops_nothing(installed: Installation) -> None:
    done = installed.release("to", "v99")
    assert (done.returncode, installed.services) == (2, [])
    assert installed.release("back").returncode == 2
