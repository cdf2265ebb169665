"""Several processes on one shared store: ``python -m benchmarks.several [locks] [pages] [held] [visitors]``.

All four if none is named. Debian's PostgreSQL with the settings that keep what was committed, nginx as ``deploy``
configures it but for its rates, and all of it, whoever asks included, on this machine.

``locks``: applications locked a second at the service, by one process and by two.
``pages``: result pages a second, eight visitors who do not think, served by one process and by two.
``held``: as ``pages``, each process held to a third of a core, so that the rest of the machine has room for all else.
``visitors``: fifty visitors with five seconds between clicks, served by one process and by two.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.common.enterprises import with_drafts
from benchmarks.common.ws_driver import Visit, drive
from benchmarks.page import AT_ONCE, COOKIE, DRAWS, PAGE, locked
from kpi.services.operation.store_migration import migrate_store
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.open_store import open_store
from kpi.store.store_place import StorePlace
from tests.benchmark.panels import credit_code
from tests.server.replicas import MARK, Several, replicas
from tests.services.shared_locker import locker, owner
from tests.services.submitting import accepted
from tests.store.engines import server
from tests.store.shared_places import Databases, databases_of_tests

VISITORS = 50
LOCKS = 100
SHARE = 1 / 3
PERIOD = 20_000
"""Microseconds in which a process uses up its share: less than a page's run takes."""
DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "128MB",
    "autovacuum": "on",
}


def main(*forms: str) -> None:
    server.SETTINGS |= DURABLE
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores")
    for form in forms or FORMS:
        with databases_of_tests() as databases, tempfile.TemporaryDirectory() as folder:
            FORMS[form](databases, Path(folder))
        print(f"load after {form}: {os.getloadavg()[0]:.2f}", flush=True)


def locks(databases: Databases, folder: Path) -> None:
    """Different applications: what they wait for is the one lock of all."""
    place = databases.new(folder / "files", options="")
    codes = [credit_code(8_500_000 + number) for number in range(2 * LOCKS)]
    with open_store(place) as store:
        ensure_baseline(store)
        for number, code in enumerate(codes):
            accepted(store, owner(code), code, str(20 + number % 70))
    for processes, own in ((1, codes[:LOCKS]), (2, codes[LOCKS:])):
        seconds = _locked(place, [own[number::processes] for number in range(processes)])
        print(f"{LOCKS} locks by {_processes(processes)}: {LOCKS / seconds:.1f} a second", flush=True)


def _locked(place: StorePlace, shares: Sequence[Sequence[str]]) -> float:
    """Seconds until processes, one for each share, have locked all of it."""
    with ExitStack() as all_of_them:
        lockers = [all_of_them.enter_context(locker(place)) for _ in shares]
        for item, codes in zip(lockers, shares, strict=True):
            item.ask(json.dumps({"codes": codes}))
        for entry in lockers:
            entry.heard("ready")
        begun = time.perf_counter()
        for item in lockers:
            item.ask("now")
        said = [line for entry in lockers for line in entry.heard("ended")]
        seconds = time.perf_counter() - begun
    if sum(line.endswith(" locked") for line in said) != sum(map(len, shares)):
        raise RuntimeError(f"not all were locked: {said}")
    return seconds


def pages(databases: Databases, folder: Path) -> None:
    """The same visitors of the same pages, by one process and by two."""
    _rates(databases, folder, "without a pause", share=None)


def held(databases: Databases, folder: Path) -> None:
    """What a second process adds where neither takes the other's core: what is left is waiting for the database."""
    if os.geteuid() != 0:
        print("held: not measured, control groups are root's", flush=True)
        return
    _rates(databases, folder, f"without a pause, {SHARE:.0%} of a core a process", share=SHARE)


def _rates(databases: Databases, folder: Path, how: str, share: float | None) -> None:
    place, tokens = _with_results(databases, folder, AT_ONCE)
    rates = []
    for processes in (1, 2):
        with _served(place, folder, processes) as several:
            cookies = _spread(several, tokens)
            port = int(urlsplit(several.url).port or 0)
            drive(Visit(port, PAGE, "", DRAWS, reruns=4, think=0.0), cookies)  # what is loaded late is loaded
            with ExitStack() as shares:
                if share is not None:
                    for replica in several.replicas:
                        shares.enter_context(_held_to(replica.running.pid, share))
                begun = time.perf_counter()
                timings = drive(Visit(port, PAGE, "", DRAWS, reruns=40, think=0.0), cookies)
                rates.append((len(timings.first) + len(timings.reruns)) / (time.perf_counter() - begun))
        print(f"{AT_ONCE} {how}, {_processes(processes)}: {rates[-1]:.1f} runs a second", flush=True)
    print(f"two processes make {rates[1] / rates[0]:.2f} times as many as one")


@contextmanager
def _held_to(pid: int, share: float) -> Iterator[None]:
    """The process and its threads get at most that share of a core, by the kernel's control groups (as root)."""
    second = (Path("/sys/fs/cgroup") / "cgroup.controllers").is_file()
    group = Path("/sys/fs/cgroup") / ("" if second else "cpu") / f"duibiao-benchmark-{pid}"
    group.mkdir()
    try:
        limit = int(PERIOD * share)
        if second:
            (group / "cpu.max").write_text(f"{limit} {PERIOD}")
        else:
            (group / "cpu.cfs_period_us").write_text(str(PERIOD))
            (group / "cpu.cfs_quota_us").write_text(str(limit))
        (group / "cgroup.procs").write_text(str(pid))
        yield
    finally:
        (group.parent / "cgroup.procs").write_text(str(pid))
        group.rmdir()


def visitors(databases: Databases, folder: Path) -> None:
    """As people visit: most of them read."""
    place, tokens = _with_results(databases, folder, VISITORS)
    for processes in (1, 2):
        with _served(place, folder, processes) as several:
            visit = Visit(int(urlsplit(several.url).port or 0), PAGE, "", DRAWS, reruns=8, think=5.0)
            reruns = drive(visit, _spread(several, tokens)).reruns
        p50, p95 = statistics.median(reruns), statistics.quantiles(reruns, n=20, method="inclusive")[18]
        said = f"{VISITORS} visitors through nginx, {_processes(processes)}"
        print(f"{said}: p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms; load {os.getloadavg()[0]:.1f}", flush=True)


def _with_results(databases: Databases, folder: Path, count: int) -> tuple[StorePlace, list[str]]:
    """A shared store where so many enterprises have locked values of their own, and their sign-ins."""
    root, place = folder / "store", databases.new(folder / "files", options="")
    locked(root)
    tokens = with_drafts(root, count, locked=True)
    migrate_store(StorePlace(root), place)
    return place, tokens


@contextmanager
def _served(place: StorePlace, folder: Path, processes: int) -> Iterator[Several]:
    own = folder / f"processes{processes}"
    own.mkdir()
    with replicas(place, own, [{}] * processes) as several:
        for replica in several.replicas:
            replica.begin()
        for item in several.replicas:
            item.wait()
        yield several


def _spread(several: Several, tokens: Sequence[str]) -> list[str]:
    """Cookies: as many visitors for each process, so that what a draw would give is no part of the figures."""
    marks = [several.mark_for(replica) for replica in several.replicas]
    return [f"{COOKIE}={token}; {MARK}={marks[number % len(marks)]}" for number, token in enumerate(tokens)]


def _processes(count: int) -> str:
    return "one process" if count == 1 else f"{count} processes"


FORMS = {"locks": locks, "pages": pages, "held": held, "visitors": visitors}

if __name__ == "__main__":
    main(*sys.argv[1:])
