"""Everybody at once: ``python -m benchmarks.rush``.

A demonstration store of its own, served on a free port of the loopback address. Measured are how long the health answer
takes while a hundred pages run, and the pages themselves.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.page import ACCOUNTS, HOST, locked, serving
from benchmarks.ws_driver import Timings, Visit, visits
from kpi.services.operation.authentication import SignInRefused, sign_in
from kpi.store.store import Store

PAGES = 100
HEALTH = ("/_stcore/health", "/livez", "/readyz")


def main() -> None:
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        locked(store)
        health(store)
    print(f"load after: {os.getloadavg()[0]:.2f}")


def health(store: Path) -> None:
    """A hundred pages of a reviewer run again and again; the health answers are timed meanwhile."""
    account = next(account for account in ACCOUNTS if account.role == "reviewer")
    with Store.open(store) as opened:
        signed_in = sign_in(opened, account.name, account.password)
        assert not isinstance(signed_in, SignInRefused)
    os.environ["KPI_LIMIT_SOCKETS_PER_ACCOUNT"] = str(PAGES)
    with serving(store) as port, ThreadPoolExecutor(1) as beside:
        visit = Visit(port, "candidate", f"duibiao={signed_in.token}", "plotly_chart", reruns=0, think=0.0)
        running = beside.submit(asyncio.run, visits(visit, PAGES))
        seconds: dict[str, list[float]] = {path: [] for path in HEALTH}
        while not running.done():
            for path in HEALTH:
                seconds[path].append(_asked(port, path))
            time.sleep(0.1)
        timings: Timings = running.result()
    for path, times in seconds.items():
        print(f"{path} while {PAGES} pages run: {_said(times)}")
    print(f"pages: first {_said(timings.first)}")


def _asked(port: int, path: str) -> float:
    begun = time.perf_counter()
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=60) as answer:
            answer.read()
    except urllib.error.HTTPError as refused:
        refused.read()
    return time.perf_counter() - begun


def _said(seconds: Sequence[float]) -> str:
    centiles = statistics.quantiles(seconds, n=20, method="inclusive")
    return (
        f"{len(seconds)} p50 {statistics.median(seconds):.2f} s, p95 {centiles[18]:.2f} s, longest {max(seconds):.2f} s"
    )


if __name__ == "__main__":
    main()
