"""Reading hostile files apart from the tests: each in a process of its own, its memory measured and its time bounded.

A reader starts once, with everything imported, and forks for every file: what a file costs is what its fork grew by.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 90
"""Until a file counts as one that hangs. Generous: nothing here is a measurement of speed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one file ended: problem codes, how many applications or records, and bytes more than before.

    ``died`` says how the process ended where it did not answer; ``fenced`` is what its parser's own process
    took more than that of faultless files: an interpreter and the largest of its libraries.
    """

    codes: tuple[str, ...] = ()
    found: int = 0
    grown: int = 0
    fenced: int = 0
    died: str = ""


class Apart:
    """The reader, as long as it is open."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.subprocesses"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self, path: Path, panel: bool = False) -> Outcome:
        """``read`` or ``read_panel`` on the file at ``path``."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([str(path), panel]) + "\n")
        self.process.stdin.flush()
        reported = json.loads(self.process.stdout.readline())
        return Outcome(**reported | {"codes": tuple(reported.get("codes", ()))})

    def close(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait(60)


def _serve() -> None:
    from kpi.baseline.panel import read_panel
    from kpi.intake.read import read
    from tests.hostile.containers import CONTAINERS
    from tests.intake.sample_files import rows

    for make in CONTAINERS.values():
        read("warm", make(rows()))
    read_panel("warm.csv", b"credit_code\n", "")
    usual = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    for line in sys.stdin:
        path, panel = json.loads(line)
        print(json.dumps(_forked(path, panel, usual)), flush=True)


def _forked(path: str, panel: bool, usual: int) -> dict[str, Any]:
    out, into = os.pipe()
    child = os.fork()
    if not child:
        os.close(out)
        os.setsid()
        os.write(into, json.dumps(_told(path, panel, usual)).encode())
        os._exit(0)
    os.close(into)
    ready = select.select([out], [], [], SECONDS)[0]
    reported = os.read(out, 1_000_000) if ready else b""
    os.close(out)
    if not reported and not ready:
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if reported:
        return dict(json.loads(reported))
    return {"died": f"no answer in {SECONDS} s" if not ready else f"status {status}"}


def _told(path: str, panel: bool, usual: int) -> dict[str, Any]:
    from kpi.baseline.panel import read_panel
    from kpi.intake.read import read

    try:
        data = Path(path).read_bytes()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if panel:
            table = read_panel(Path(path).name, data, "上海市")
            problems, found = table.problems, len(table.records)
        else:
            reading = read(Path(path).name, data)
            problems, found = reading.problems, len(reading.applications)
    except BaseException as fault:
        return {"died": f"{type(fault).__name__}: {fault}"[:500]}
    return {
        "codes": [problem.code for problem in problems][:100],
        "found": found,
        "grown": 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before),
        "fenced": 1024 * (resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss - usual),
    }


if __name__ == "__main__":
    _serve()
