"""How long the server works on the enterprise's result page: ``python -m benchmarks.page``.

A demonstration store of its own with a hundred enterprises that have locked values of their own, a server of its own on
a free port, and visitors who speak the browser's protocol, each an enterprise of its own: one, twenty, fifty and a
hundred who think five seconds between clicks, what each further visitor costs (the slope of a straight line through
these), then eight who do not think: so many pages a second one process makes.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.common.enterprises import EXAMPLE, with_drafts
from benchmarks.common.ws_driver import HOST, Timings, Visit, drive
from kpi.services.enterprise.before_lock import lock_outlook
from kpi.services.enterprise.lock import lock_application
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.authentication import SignedIn, sign_in, viewer_of
from kpi.services.operation.demonstration import demonstration_roles, ensure_demonstration
from kpi.store.store import Store

ROOT = Path(__file__).resolve().parents[1]
COOKIE = "duibiao"
PAGE = "result"
READY_WITHIN = 60
# What the result page has and the sign-in has not: counting elements does not tell them apart (34 and 9).
DRAWS = "plotly_chart"
VISITORS = (1, 20, 50, 100)
AT_ONCE = 8


def main() -> None:
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        locked(store)
        cookies = [f"{COOKIE}={token}" for token in with_drafts(store, VISITORS[-1], locked=True)]
        with served(store) as (port, process):
            visit = Visit(port, PAGE, cookies[0], DRAWS, reruns=40, think=0.25)
            waited = []
            for visitors in VISITORS:
                cpu = cpu_seconds(process.pid)
                timings = drive(visit, cookies[:visitors])
                runs = len(timings.first) + len(timings.reruns)
                used = cpu_seconds(process.pid) - cpu
                waited.append(_p50_p95(timings))
                print(f"{_said(visit, visitors, timings)}; CPU {used / runs * 1000:.0f} ms a run", flush=True)
                visit = replace(visit, reruns=8, think=5.0)
            p50, p95 = (statistics.linear_regression(VISITORS, seconds).slope for seconds in zip(*waited, strict=True))
            print(f"each further visitor adds {p50 * 1e6:.0f} µs to p50, {p95 * 1e6:.0f} µs to p95")
            visit = replace(visit, reruns=40, think=0.0)
            begun = time.perf_counter()
            timings = drive(visit, cookies[:AT_ONCE])
            took = time.perf_counter() - begun
            print(f"{AT_ONCE} without a pause: {(len(timings.first) + len(timings.reruns)) / took:.0f} runs a second")
    print(f"load after: {os.getloadavg()[0]:.2f}")


def locked(root: Path) -> str:
    """A demonstration store at ``root`` whose enterprise has sent and locked the example; a sign-in's token."""
    account = next(account for account in demonstration_roles() if account.role == "enterprise")
    with Store.open(root) as store:
        ensure_demonstration(store)
        signed_in = sign_in(store, account.name, account.password)
        assert isinstance(signed_in, SignedIn)
        token = signed_in.token
        viewer = viewer_of(store, token)
        assert viewer is not None
        application = accept_application(store, viewer, receive_file(store, viewer, EXAMPLE.name, EXAMPLE.read_bytes()))
        points = lock_outlook(store, viewer, application.credit_code, application.year).points
        lock_application(store, viewer, application.credit_code, application.year, points)
    return token


@contextmanager
def serving(store: Path) -> Iterator[int]:
    """As ``served``, for who needs the port alone."""
    with served(store) as (port, _):
        yield port


@contextmanager
def served(store: Path, program: Path = ROOT) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A server of that store until the block is left; yields its port and process once it is healthy.

    ``program`` is the checkout whose code serves.

    Raises:
        TimeoutError: not healthy in time.
    """
    port = free_port()
    call = [sys.executable, "-m", "kpi", "serve", "--demo", "--store", str(store), "--port", str(port)]
    server = subprocess.Popen(call, cwd=program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_healthy(port)
        yield port, server
    finally:
        server.terminate()
        server.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
    return port


def _wait_until_healthy(port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError("the server did not become healthy")


def cpu_seconds(pid: int) -> float:
    """Of a process and what it was before: ``kpi serve`` becomes the server under the same number."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _p50_p95(timings: Timings) -> tuple[float, float]:
    return statistics.median(timings.reruns), statistics.quantiles(timings.reruns, n=20, method="inclusive")[18]


def _said(visit: Visit, visitors: int, timings: Timings) -> str:
    first, (p50, p95) = statistics.median(timings.first), _p50_p95(timings)
    return (
        f"{visitors} visitors, {visit.think:g} s between clicks: first run {first * 1000:.0f} ms; "
        f"{len(timings.reruns)} reruns p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()
