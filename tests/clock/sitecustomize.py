"""Moves the product's clock to the one day that all tests live in, in every process: by ``PYTHONPATH``.

Time goes on from ten in the morning in Shanghai, so no run comes to midnight. Waiting, and the tokens and certificates
of other programs, go by the machine's own clock.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime, time, timedelta
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

if "KPI_TEST_AHEAD" not in os.environ:
    _begun = datetime.combine(date.fromisoformat(os.environ.get("KPI_TEST_DAY", "2026-11-16")), time(2), UTC)
    os.environ["KPI_TEST_AHEAD"] = str((_begun - datetime.now(UTC)).total_seconds())  # noqa: TID251 - what it is moved from
    _paths = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, _paths))

AHEAD = timedelta(seconds=float(os.environ["KPI_TEST_AHEAD"]))
"""Of the machine's clock; the same in all processes of a run."""


def clock() -> datetime:
    return datetime.now(UTC) + AHEAD  # noqa: TID251 - the one that replaces it


def file_time(modified: float) -> datetime:
    return datetime.fromtimestamp(modified, UTC) + AHEAD


def written_at(path: Path, at: datetime) -> None:
    """Have the file be of that moment."""
    os.utime(path, ((at - AHEAD).timestamp(),) * 2)


class _Moved(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        vars(module).update(machine_clock=clock, file_time=file_time)


class _Finder(PathFinder):
    """When it is imported, from whichever copy of the product: here it is not on the path yet."""

    @classmethod
    def find_spec(cls, fullname: str, *where: Any) -> ModuleSpec | None:
        found = super().find_spec(fullname, *where) if fullname == "kpi.model.times" else None
        if found and found.origin:
            found.loader = _Moved(fullname, found.origin)
        return found


sys.meta_path.insert(0, _Finder)
