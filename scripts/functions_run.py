"""Which functions of the product each test runs, recorded once: ``pytest -p scripts.functions_run --functions FOLDER``.

What runs in other processes is not seen. Only calls are traced, not lines: a run takes about twice as long.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import TextIO

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = tuple(f"{ROOT}{os.sep}{room}{os.sep}" for room in ("kpi", "pages"))


class Recorder:
    """One JSON line a test: its name, the seconds it took, and ``path:line`` of each function that it called, by its
    first decorator.
    """

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.called: set[CodeType] = set()

    def trace(self, frame: FrameType, event: str, arg: object) -> None:  # noqa: ARG002 - as Python calls it
        self.called.add(frame.f_code)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.called.clear()
        begun = time.monotonic()
        threading.settrace(self.trace)
        sys.settrace(self.trace)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            functions = sorted(
                f"{Path(code.co_filename).relative_to(ROOT)}:{code.co_firstlineno}"
                for code in list(self.called)
                if code.co_filename.startswith(ROOMS)
            )
            seconds = round(time.monotonic() - begun, 3)
            self.out.write(json.dumps({"test": item.nodeid, "seconds": seconds, "functions": functions}) + "\n")
            self.out.flush()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--functions", metavar="FOLDER", help="record which functions each test runs, into FOLDER")


def pytest_configure(config: pytest.Config) -> None:
    if folder := config.getoption("--functions"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        out = Path(folder, f"{worker}.jsonl").open("w", encoding="utf-8")  # noqa: SIM115 - to the end of the run
        config.pluginmanager.register(Recorder(out), "functions")
