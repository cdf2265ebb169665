"""How long the server works on every page of every role: ``python -m benchmarks.pages [address ...]``.

A demonstration store of its own, a server of its own, and one visitor of each role who asks for each of its pages again
and again. CPU is that of the whole server, sending included.

``--before CHECKOUT`` first: an older checkout that opens the same store serves a copy of it, and both are asked in turn
without a pause, so that the two columns of CPU hold for the same minutes: medians of a few rounds.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, get_args

from benchmarks.common.ws_driver import Visit, drive
from benchmarks.page import COOKIE, ROOT, cpu_seconds, locked, served
from kpi import i18n
from kpi.access.roles import allows
from kpi.model.viewer import Role, Viewer
from kpi.services.operation.authentication import SignedIn
from kpi.services.operation.demonstration import take_role
from kpi.store.store import Store
from pages.session.context import PAGES, PageSpec

RERUNS = 20
RERUNS_IN_TURN, ROUNDS = 40, 3
THINK = 0.1
PATIENCE = 10.0
"""Seconds for what is loaded beside the server after its start."""


def main(*arguments: str) -> None:
    before = Path(arguments[1]).resolve() if arguments[:1] == ("--before",) else None
    addresses = arguments[2:] if before else arguments
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores")
    print("  | page | CPU of a run before | now |" if before else "  | page | by the clock p50 / p95 | CPU of a run |")
    print("  | --- | ---: | ---: |")
    found: list[_Measured] = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        store = Path(folder) / "store"
        locked(store)
        cookies = {role: _cookie(store, role) for role in get_args(Role)}
        served_now = (store, ROOT)
        served_before = [(shutil.copytree(store, Path(folder) / "before"), before)] if before else []
        states = [servers.enter_context(served(*state)) for state in (*served_before, served_now)]
        for port, _ in states:
            drive(Visit(port, "my-account", cookies["enterprise"], "heading", reruns=1, think=PATIENCE), 1)
        for page in PAGES:
            role = _first_reader(page)
            if role and (not addresses or page.address in addresses):
                visits = [Visit(port, page.address, cookies[role], _title(page), 2, THINK) for port, _ in states]
                for visit in visits:
                    drive(visit, 1)
                pids = [process.pid for _, process in states]
                if before:
                    print(_compared(visits, pids), flush=True)
                else:
                    found.append(_measured(visits[0], pids[0]))
                    print(found[-1].row(), flush=True)
    if found:
        print(_in_all(found))
    print(f"load after: {os.getloadavg()[0]:.2f}")


def _compared(visits: Sequence[Visit], pids: Sequence[int]) -> str:
    spent: list[list[float]] = [[] for _ in visits]
    for number in range(ROUNDS):
        for state in range(len(visits)) if number % 2 else reversed(range(len(visits))):
            begun = cpu_seconds(pids[state])
            drive(replace(visits[state], reruns=RERUNS_IN_TURN, think=0.0), 1)
            spent[state].append((cpu_seconds(pids[state]) - begun) / (RERUNS_IN_TURN + 1))
    return f"  | {visits[0].page} | " + " | ".join(f"{statistics.median(item) * 1000:.1f} ms" for item in spent) + " |"


class _Measured(NamedTuple):
    """A page's seconds: by the clock, half and 95 of 100 runs within; of CPU, a run."""

    page: str
    p50: float
    p95: float
    cpu: float

    def row(self) -> str:
        return f"  | {self.page} | {self.p50 * 1000:.0f} / {self.p95 * 1000:.0f} ms | {self.cpu * 1000:.0f} ms |"


def _in_all(found: Sequence[_Measured]) -> str:
    """From the quickest page to the slowest, and which these are."""
    _, *figures = zip(*found, strict=True)
    names = ("p50", "p95", "CPU of a run")
    spans = [
        f"{name} {min(each) * 1000:.0f} to {max(each) * 1000:.0f} ms" for name, each in zip(names, figures, strict=True)
    ]
    slowest = ", ".join(
        f"{item.page} {item.p50 * 1000:.0f} ms" for item in sorted(found, key=lambda item: -item.p50)[:5]
    )
    return f"{len(found)} pages: {', '.join(spans)}; slowest: {slowest}"


def _measured(visit: Visit, pid: int) -> _Measured:
    visit = replace(visit, reruns=RERUNS, think=THINK)
    begun = cpu_seconds(pid)
    timings = drive(visit, 1)
    cpu = (cpu_seconds(pid) - begun) / (RERUNS + 1)
    centiles = statistics.quantiles(timings.reruns, n=20, method="inclusive")
    return _Measured(visit.page, statistics.median(timings.reruns), centiles[18], cpu)


def _first_reader(page: PageSpec) -> Role | None:
    roles: tuple[Role, ...] = get_args(Role)
    return next(
        (role for role in roles if page.permission and allows(Viewer("x", "x", role, ("x",)), page.permission)), None
    )


def _title(page: PageSpec) -> str:
    return i18n.text(f"page.title.{page.title}", "zh")


def _cookie(store: Path, role: Role) -> str:
    with Store.open(store) as opened:
        signed_in = take_role(opened, role)
    assert isinstance(signed_in, SignedIn)
    return f"{COOKIE}={signed_in.token}"


if __name__ == "__main__":
    main(*sys.argv[1:])
