"""The programs that the tests drive, which no Python package brings: found by ``scripts/programs.sh``."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "programs.sh"


@cache
def found(name: str) -> str | None:
    """Where the program is; None where it is not. ``chromium`` is the one named by CHROMIUM, else the first usable."""
    return _said("find", name).strip() or None


def needed(name: str) -> str:
    """Where the program is. Without it a test skips, and fails where CI is set."""
    path = found(name)
    if path is None:
        reason = f"no {name}: scripts/programs.sh names its package"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return path


def missing(environment: Mapping[str, str] | None = None) -> list[str]:
    """A sentence each for what is not there, as ``make test`` ends with."""
    return _said("missing", environment=environment).splitlines()


def _said(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    asked = subprocess.run(
        ["/bin/sh", str(SCRIPT), *arguments], capture_output=True, text=True, check=False, env=environment
    )
    assert not asked.stderr, asked.stderr
    return asked.stdout
