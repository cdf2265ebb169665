"""``kpi serve`` as an operator starts it: on a store and a port that the test chooses, ended and started again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT, _wait

SERVE = ("-m", "kpi", "serve", "--demo")


@contextmanager
def serving(store: Path, port: int, program: Sequence[str] = SERVE) -> Iterator[subprocess.Popen[bytes]]:
    """The server once it answers; killed at the end, unless it has ended before."""
    log = store.parent / f"{store.name}.log"
    with log.open("ab") as out:
        command = [sys.executable, *program, "--store", str(store), "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)
        try:
            _wait(f"http://127.0.0.1:{port}", process, log)
            yield process
        finally:
            process.kill()
            process.wait()
