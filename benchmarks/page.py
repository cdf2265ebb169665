"""How long the server works on the enterprise's result page: ``python -m benchmarks.page``.

A demonstration store of its own with the example application locked, a server of its own on a free port, and visitors
who speak the browser's protocol: one alone, then twenty who think five seconds between clicks.
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
from pathlib import Path

from benchmarks.ws_driver import HOST, Timings, Visit, drive
from kpi.services.enterprise.answer_sheets import accept_application
from kpi.services.enterprise.before_lock import lock_outlook
from kpi.services.enterprise.submissions import lock_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.authentication import SignInRefused, sign_in, viewer_of
from kpi.services.operation.demonstration import ACCOUNTS, SAMPLES, ensure_demonstration
from kpi.store.store import Store

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = SAMPLES / "example-application.csv"
COOKIE = "duibiao"
PAGE = "result"
READY_WITHIN = 60
# What the result page has and the sign-in has not: counting elements does not tell them apart (34 and 9).
DRAWS = "plotly_chart"


def main() -> None:
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        cookie = f"{COOKIE}={locked(Path(folder) / 'store')}"
        with serving(Path(folder) / "store") as port:
            alone = drive(Visit(port, PAGE, cookie, DRAWS, reruns=40, think=0.25), visitors=1)
            twenty = drive(Visit(port, PAGE, cookie, DRAWS, reruns=8, think=5.0), visitors=20)
    for name, timings in (("one visitor", alone), ("twenty, 5 s between clicks", twenty)):
        print(_said(name, timings))
    print(f"load after: {os.getloadavg()[0]:.2f}")


def locked(root: Path) -> str:
    """A demonstration store at ``root`` whose enterprise has sent and locked the example; a sign-in's token."""
    account = next(account for account in ACCOUNTS if account.role == "enterprise")
    with Store.open(root) as store:
        ensure_demonstration(store)
        signed_in = sign_in(store, account.name, account.password)
        assert not isinstance(signed_in, SignInRefused)
        token = signed_in.token
        viewer = viewer_of(store, token)
        assert viewer is not None
        application = accept_application(store, viewer, receive_file(store, viewer, EXAMPLE.name, EXAMPLE.read_bytes()))
        points = lock_outlook(store, viewer, application.credit_code, application.year).points
        lock_application(store, viewer, application.credit_code, application.year, points)
    return token


@contextmanager
def serving(store: Path) -> Iterator[int]:
    """A server of that store until the block is left; yields its port once it is healthy.

    Raises:
        TimeoutError: not healthy in time.
    """
    port = free_port()
    call = [sys.executable, "-m", "kpi", "serve", "--demo", "--store", str(store), "--port", str(port)]
    server = subprocess.Popen(call, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_healthy(port)
        yield port
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


def _said(name: str, timings: Timings) -> str:
    centiles = statistics.quantiles(timings.reruns, n=20, method="inclusive")
    return (
        f"{name}: first run {timings.first[0] * 1000:.0f} ms; {len(timings.reruns)} reruns "
        f"p50 {statistics.median(timings.reruns) * 1000:.0f} ms, p95 {centiles[18] * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()
