"""Calling the command line: within this process where that is enough, as a process where it is the point."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kpi.cli.call import CallSession
from kpi.cli.main import run
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.store import Store
from tests.either_store import addressed, place_of

ROOT = Path(__file__).resolve().parents[2]
WORKBOOK = ROOT / "data" / "samples" / "example-application.xlsx"
TABLE = ROOT / "data" / "samples" / "example-application.csv"
PANEL = ROOT / "data" / "baselines" / "illustrative-2025.csv"
OF_A_PROBLEM = {"severity", "code", "file", "sheet", "row", "column", "value", "message", "remedy"}


@dataclass(frozen=True, slots=True)
class Call:
    """What a call said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on stdout; NaN and Infinity, which are no JSON, are refused."""
        return json.loads(self.out, parse_constant=_refuse)

    @property
    def faults(self) -> list[str]:
        """The codes in the place of the answer, each in the form of a file's problem, as far as it was asked for."""
        if not self.out:
            return []
        [name] = self.json
        assert name == "problems"
        assert all(set(item) == OF_A_PROBLEM for item in self.json["problems"])
        assert all(f"{item['message']}\n{item['remedy']}\n" in self.err for item in self.json["problems"])
        return [item["code"] for item in self.json["problems"]]


def _refuse(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


def here(*arguments: object, cwd: Path = ROOT) -> Call:
    """The call in this process. Anything that would be a traceback is raised."""
    session = CallSession(cwd=cwd)
    words, around = addressed(arguments, cwd)
    with pytest.MonkeyPatch.context() as patched:
        for name, value in around.items():
            patched.setenv(name, value)
        run(words, session)
    return Call(session.code, "".join(session.out), "".join(session.err))


def made(folder: Path) -> Path:
    """A store with the shipped baseline alone."""
    with Store.open(folder) as store:
        ensure_baseline(store)
    return folder


def process(*arguments: object, cwd: Path = ROOT, **env: str) -> Call:
    """The call as ``python -m kpi``: no KPI_STORE and no UTF-8 terminal unless ``env`` says so; never a traceback."""
    around = {name: value for name, value in os.environ.items() if name not in ("KPI_STORE", "PORT", "PYTHONUTF8")}
    words, files = addressed(arguments, cwd)
    if "://" not in env.get("KPI_STORE", "://"):  # a folder, not a database's address
        env |= place_of(cwd / env["KPI_STORE"]).environment
    paths = f"{os.environ['PYTHONPATH']}:{ROOT}"
    ended = subprocess.run(
        [sys.executable, "-m", "kpi", *words],
        cwd=cwd,
        env={**around, **files, "PYTHONPATH": paths, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", **env},
        capture_output=True,
        timeout=240,
        check=False,
    )
    call = Call(ended.returncode, ended.stdout.decode("utf-8"), ended.stderr.decode("utf-8"))
    assert "Traceback" not in call.err, call.err
    return call


def content(folder: Path) -> dict[str, str]:
    """Every file below ``folder`` and its hash: equal before and after is unchanged."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
