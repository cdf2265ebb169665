"""What an answer takes over a connection that is kept: ``python -m benchmarks.kept_connection [CHECKOUT]``.

A browser asks for some ten of a first page's files over each of its connections, and a program of the HTTP interface
sends all it has over one. ``CHECKOUT`` is another state of the project, served in its place.
"""

from __future__ import annotations

import http.client
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.page import ROOT, locked, served
from benchmarks.ws_driver import HOST

ANSWERS = 40


def main(checkout: Path = ROOT) -> None:
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores; medians of {ANSWERS}")
    print("| asked for | kB | ms by the clock |")
    print("| --- | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        locked(store)
        with served(store, checkout) as (port, _):
            connection = http.client.HTTPConnection(HOST, port)
            _, page = _asked(connection, "/")
            scripts = re.findall(rb'(?:src|href)="\.?(/static/js/[^"]+)"', page)
            sizes = {script.decode(): len(_asked(connection, script.decode())[1]) for script in scripts}
            for path in (min(sizes, key=lambda one: sizes[one]), max(sizes, key=lambda one: sizes[one]), "/livez"):
                taken, answers = zip(*(_asked(connection, path) for _ in range(ANSWERS)), strict=True)
                print(f"| `{path}` | {len(answers[0]) / 1000:.1f} | {statistics.median(taken) * 1000:.1f} |")


def _asked(connection: http.client.HTTPConnection, path: str) -> tuple[float, bytes]:
    """Seconds until the answer is there, and what it holds."""
    begun = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse().read()
    return time.perf_counter() - begun, answer


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
