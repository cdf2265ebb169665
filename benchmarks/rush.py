"""Everybody at once: ``python -m benchmarks.rush [health] [lock] [restart]``, all three without a word.

A demonstration store of its own, served on a free port of the loopback address.

``health``: how long the health answers take while a hundred pages run, and the pages themselves.
``lock``: fifty enterprises lock at the same moment, each timed from its click to its receipt.
``restart``: from the start of ``kpi serve`` to the first good answers and the first result page, which is asked for as
soon as the server is alive; after an end by SIGTERM and by SIGKILL.
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from benchmarks.common.enterprises import with_drafts
from benchmarks.common.lock_driver import locks
from benchmarks.common.ws_driver import HOST, Timings, Visit, drive, visits
from benchmarks.page import COOKIE, DRAWS, PAGE, READY_WITHIN, ROOT, cpu_seconds, free_port, locked, serving
from kpi import tables
from kpi.model.viewer import Role
from kpi.services.operation.authentication import SignedIn, sign_in
from kpi.services.operation.demonstration import demonstration_roles
from kpi.store.store import Store

PAGES = 100
HEALTH = ("/_stcore/health", "/livez", "/readyz")
LOCKS = 50
ROUNDS = 3
RESTARTS = 5
ANSWERS = ("/livez", "/readyz")


def main(*forms: str) -> None:
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores")
    for form in forms or FORMS:
        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder) / "store"
            locked(store)
            FORMS[form](store)
    print(f"load after: {os.getloadavg()[0]:.2f}")


def health(store: Path) -> None:
    """A hundred pages of a reviewer run again and again; the health answers are timed meanwhile."""
    cookie = _cookie(store, "reviewer")
    os.environ["KPI_LIMIT_SOCKETS_PER_ACCOUNT"] = str(PAGES)
    with serving(store) as port, ThreadPoolExecutor(1) as beside:
        visit = Visit(port, "candidate", cookie, "plotly_chart", reruns=0, think=0.0)
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


def _cookie(store: Path, role: Role) -> str:
    account = next(account for account in demonstration_roles() if account.role == role)
    with Store.open(store) as opened:
        signed_in = sign_in(opened, account.name, account.password)
    assert isinstance(signed_in, SignedIn)
    return f"{COOKIE}={signed_in.token}"


def lock(store: Path) -> None:
    """Rounds of fifty enterprises of their own, each with a draft of its own, that lock at the same moment."""
    rounds = [with_drafts(store, LOCKS, number * LOCKS) for number in range(ROUNDS)]
    with serving(store) as port:
        for tokens in rounds:
            begun = time.perf_counter()
            seconds = asyncio.run(locks(port, tokens))
            print(f"{len(tokens)} lock at once: {_said(seconds)} (with opening and ticking {_since(begun)})")
    with Store.open(store) as opened, opened.cursor() as cursor:
        kept = len(tables.applications.sealed_records(cursor))
    print(f"locked before and now: {kept}")


def restart(store: Path) -> None:
    """A served store is ended and served again, several times each way."""
    port, cookie = free_port(), _cookie(store, "enterprise")
    process = _serve(store, port)
    _first_answers(process, port, cookie)
    for ending in (signal.SIGTERM, signal.SIGKILL):
        ended, answers = list[float](), dict[str, list[float]]()
        for _ in range(RESTARTS):
            begun = time.perf_counter()
            process.send_signal(ending)
            process.wait()
            ended.append(_since(begun))
            process = _serve(store, port)
            for name, seconds in _first_answers(process, port, cookie).items():
                answers.setdefault(name, []).append(seconds)
        said = "; ".join(f"{name} {_each(seconds)}" for name, seconds in answers.items())
        print(f"{ending.name}: ended after {_each(ended)}; started again, {said}")
    process.terminate()
    process.wait()


def _serve(store: Path, port: int) -> subprocess.Popen[bytes]:
    call = [sys.executable, "-m", "kpi", "serve", "--demo", "--store", str(store), "--port", str(port)]
    return subprocess.Popen(call, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _first_answers(process: subprocess.Popen[bytes], port: int, cookie: str) -> dict[str, float]:
    """Seconds since its start by name, those of the processor until the first answer among them."""
    begun, first = time.perf_counter(), dict[str, float]()
    while not set(ANSWERS) <= first.keys() and time.perf_counter() - begun < READY_WITHIN:
        for path in ANSWERS:
            with suppress(OSError), urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=5):
                first.setdefault(path, time.perf_counter() - begun)
                first.setdefault("CPU by then", cpu_seconds(process.pid))
        time.sleep(0.02)
    drive(Visit(port, PAGE, cookie, DRAWS, reruns=0, think=0.0), visitors=1)
    return first | {"first result page": time.perf_counter() - begun}


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


def _since(begun: float) -> float:
    return round(time.perf_counter() - begun, 2)


def _each(seconds: Sequence[float]) -> str:
    return f"{min(seconds):.2f} to {max(seconds):.2f} s"


FORMS: Mapping[str, Callable[[Path], None]] = {"health": health, "lock": lock, "restart": restart}

if __name__ == "__main__":
    main(*sys.argv[1:])
