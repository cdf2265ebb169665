"""Which release of the program this is."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


@cache
def program_version() -> str:
    """As the project names it."""
    return str(tomllib.loads(PROJECT.read_text("utf-8"))["project"]["version"])
