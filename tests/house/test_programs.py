"""Programs that are not on the machine are looked for by their own name, and said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import programs

TOOLS = ("cat", "dirname", "env", "grep", "id", "ls", "readlink", "sh", "sort", "tr")
NEEDED = {"chromium", "font", "ip", "pdftotext", "initdb", "nginx", "curl", "openssl", "strace", "rsyslogd", "promtool"}


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder of programs that holds no more than a shell's own tools."""
    for tool in TOOLS:
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))
    return tmp_path


def _missing(folder: Path) -> set[str]:
    lines = programs.missing({"PATH": str(folder), "PROGRAM_FOLDERS": ""})
    assert all(line.startswith("Missing: ") and "Install" in line for line in lines)
    return {line.removeprefix("Missing: ").partition(",")[0] for line in lines}


def test_a_bare_machine_misses_every_program_in_a_line_of_its_own(bare: Path) -> None:
    assert _missing(bare) == NEEDED


@pytest.mark.parametrize("name", sorted(NEEDED - {"font"}))
def test_a_program_that_is_there_is_found(bare: Path, name: str) -> None:
    program = bare / name
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    assert _missing(bare) == NEEDED - {name}


def test_a_browser_that_was_named_and_does_not_start_is_named(bare: Path) -> None:
    named = str(bare / "no such browser")
    [first, *_] = programs.missing({"PATH": str(bare), "PROGRAM_FOLDERS": "", "CHROMIUM": named})
    assert named in first
