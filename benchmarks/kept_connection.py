"""What an answer takes over a connection that is kept: ``python -m benchmarks.kept_connection [CHECKOUT]``.

A browser asks for some ten of a first page's files over each of its connections, and a program of the HTTP interface
sends all it has over one. All files of a first page over as many connections as a browser has are the last row, with
the server's CPU. ``CHECKOUT`` is another state of the project, served in its place.
"""

from __future__ import annotations

import http.client
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.common.ws_driver import HOST
from benchmarks.page import ROOT, cpu_seconds, locked, served

ANSWERS = 40
CONNECTIONS = 6
"""Of a browser to one server."""


def main(checkout: Path = ROOT) -> None:
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores; medians of {ANSWERS}")
    print("| asked for | kB | ms by the clock |")
    print("| --- | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        locked(store)
        with served(store, checkout) as (port, process):
            connection = http.client.HTTPConnection(HOST, port)
            _, page = _asked(connection, "/")
            scripts = re.findall(rb'(?:src|href)="\.?(/static/js/[^"]+)"', page)
            sizes = {script.decode(): len(_asked(connection, script.decode())[1]) for script in scripts}
            for path in (min(sizes, key=lambda size: sizes[size]), max(sizes, key=lambda size: sizes[size]), "/livez"):
                taken, answers = zip(*(_asked(connection, path) for _ in range(ANSWERS)), strict=True)
                print(f"| `{path}` | {len(answers[0]) / 1000:.1f} | {statistics.median(taken) * 1000:.1f} |")
            files = [hit.decode() for hit in re.findall(rb'(?:src|href)="\.?(/static/(?:js|css)/[^"]+)"', page)]
            _print_whole_page(port, process.pid, [file for file in files if "/PlotlyChart." not in file])


def _print_whole_page(port: int, pid: int, files: Sequence[str]) -> None:
    """All but the code of pictures, which not every page asks for."""
    begun = cpu_seconds(pid)
    taken, sizes = zip(*(_together(port, files) for _ in range(ANSWERS)), strict=True)
    cpu = (cpu_seconds(pid) - begun) / ANSWERS
    said = f"{statistics.median(taken) * 1000:.1f}, {cpu * 1000:.1f} of the server's CPU"
    print(f"| {len(files)} files of a first page, over {CONNECTIONS} connections | {sizes[0] / 1000:.0f} | {said} |")


def _together(port: int, files: Sequence[str]) -> tuple[float, int]:
    """Seconds until the last is there, and how many bytes they have."""

    def asked(share: Sequence[str]) -> int:
        connection = http.client.HTTPConnection(HOST, port)
        return sum(len(_asked(connection, item)[1]) for item in share)

    begun = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as connections:
        size = sum(connections.map(asked, [files[first::CONNECTIONS] for first in range(CONNECTIONS)]))
    return time.perf_counter() - begun, size


def _asked(connection: http.client.HTTPConnection, path: str) -> tuple[float, bytes]:
    """Seconds until the answer is there, and what it holds."""
    begun = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse().read()
    return time.perf_counter() - begun, answer


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
