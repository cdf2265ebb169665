"""How long the server works on every page of every role: ``python -m benchmarks.pages [address ...]``.

A demonstration store of its own, a server of its own, and one visitor of each role who asks for each of its pages again
and again. CPU is that of the whole server, sending included.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import get_args

from benchmarks.page import COOKIE, cpu_seconds, locked, served
from benchmarks.ws_driver import Visit, drive
from kpi import i18n
from kpi.access.roles import allows
from kpi.model.viewer import Role, Viewer
from kpi.services.operation.authentication import SignInRefused
from kpi.services.operation.demonstration import take_role
from kpi.store.store import Store
from pages.session.page_registry import PAGES, PageSpec

RERUNS = 20
THINK = 0.1
PATIENCE = 10.0
"""Seconds for what is loaded beside the server after its start."""


def main(*addresses: str) -> None:
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores")
    print("| page | by the clock p50 / p95 | CPU of a run |")
    print("| --- | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        locked(store)
        cookies = {role: _cookie(store, role) for role in get_args(Role)}
        with served(store) as (port, process):
            warm = Visit(port, "my-account", cookies["enterprise"], "heading", reruns=1, think=PATIENCE)
            drive(warm, 1)
            for page in PAGES:
                role = _first_reader(page)
                if role and (not addresses or page.address in addresses):
                    visit = Visit(port, page.address, cookies[role], _title(page), reruns=2, think=THINK)
                    drive(visit, 1)
                    print(_measured(visit, process.pid), flush=True)
    print(f"load after: {os.getloadavg()[0]:.2f}")


def _measured(visit: Visit, pid: int) -> str:
    visit = Visit(visit.port, visit.page, visit.cookie, visit.draws, reruns=RERUNS, think=THINK)
    begun = cpu_seconds(pid)
    timings = drive(visit, 1)
    cpu = (cpu_seconds(pid) - begun) / (RERUNS + 1)
    centiles = statistics.quantiles(timings.reruns, n=20, method="inclusive")
    p50 = statistics.median(timings.reruns)
    return f"| {visit.page} | {p50 * 1000:.0f} / {centiles[18] * 1000:.0f} ms | {cpu * 1000:.0f} ms |"


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
    assert not isinstance(signed_in, SignInRefused)
    return f"{COOKIE}={signed_in.token}"


if __name__ == "__main__":
    main(*sys.argv[1:])
