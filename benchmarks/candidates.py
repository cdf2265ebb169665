"""How long a reviewer's questions take among 300 locked applications: ``python -m benchmarks.candidates``.

A demonstration store with invented candidates beside its own, until 300 are locked. Each service alone, then the pages
as the browser asks for them.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.common.ws_driver import Visit, drive
from benchmarks.page import COOKIE, serving
from kpi import tables
from kpi.access.roles import whole_programme
from kpi.benchmark.sealed_record import seal
from kpi.catalogue.names import check_digit
from kpi.model.application import Application
from kpi.model.viewer import SYSTEM, Viewer
from kpi.services.evaluation import evaluation_context, full_evaluations
from kpi.services.operation.authentication import SignedIn, viewer_of
from kpi.services.operation.demonstration import ensure_demonstration, take_role
from kpi.services.operation.demonstration_applications import demonstration_applications
from kpi.services.reviewer.candidate_list import own_candidates
from kpi.services.reviewer.candidates import candidate_evaluation, side_by_side
from kpi.services.reviewer.conflicts import candidates_to_declare_on, state_conflicts
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store

LOCKED = 300
TIMES = 20
AUTHORITY = Viewer("authority", "authority", "administrator", ())
# Of each page an element that the sign-in has not.
PAGES = {"candidates": "page_link", "candidate": "plotly_chart", "compare": "plotly_chart"}


def main() -> None:
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores; {LOCKED} locked applications")
    with tempfile.TemporaryDirectory() as folder:
        token = furnished(Path(folder) / "store")
        with serving(Path(folder) / "store") as port:
            for page, draws in PAGES.items():
                seconds = drive(Visit(port, page, f"{COOKIE}={token}", draws, reruns=TIMES, think=0.1), 1).reruns
                print(f"page {page}: {_said(seconds)}")
    print(f"load after: {os.getloadavg()[0]:.2f}")


def furnished(root: Path) -> str:
    """A store with that many locked; the services are timed on the way. The token of the reviewer's sign-in."""
    with Store.open(root) as store:
        ensure_demonstration(store)
        _lock_more(store)
        signed_in = take_role(store, "reviewer")
        assert isinstance(signed_in, SignedIn)
        viewer = viewer_of(store, signed_in.token)
        assert viewer is not None
        # What the pages ask before they show anything.
        state_conflicts(store, viewer, [record.key for record in candidates_to_declare_on(store, viewer)])
        _services(store, viewer)
        return signed_in.token


def _services(store: Store, viewer: Viewer) -> None:
    listed = own_candidates(store, viewer)
    first = listed[0].record
    eight = [candidate.record.credit_code for candidate in listed if candidate.record.industry == first.industry][:8]
    print(f"{len(listed)} in the reviewer's reach")
    questions: dict[str, Callable[[], object]] = {
        "conflicts to state": lambda: candidates_to_declare_on(store, viewer),
        "list": lambda: own_candidates(store, viewer),
        "one candidate": lambda: candidate_evaluation(store, viewer, first.credit_code, first.year),
        "eight side by side": lambda: side_by_side(store, viewer, eight, first.year),
    }
    for name, question in questions.items():
        question()
        print(f"{name}: {_said([_seconds(question) for _ in range(TIMES)])}; CPU {_cpu(question) * 1000:.0f} ms")


def _lock_more(store: Store) -> None:
    """The demonstration's candidates again and again under other codes, until there are enough."""
    with unit_of_work(store, SYSTEM) as change:
        cursor = change.cursor
        there = len(tables.applications.locked_applications(cursor, whole_programme(AUTHORITY)))
        shown = demonstration_applications()
        more = [_again(shown[number % len(shown)], number) for number in range(LOCKED - there)]
        on = evaluation_context(cursor, shown[0].year)
        for answer in full_evaluations(cursor, more, on):
            record, sha256 = seal(answer)
            upload = "0" * 32
            tables.applications.add_locked_application(
                cursor, answer.application, upload, "benchmark", change.at, on.baseline.name, record, sha256
            )
        change.audit("demonstration_made", "benchmark", after={"locked": LOCKED})


def _again(application: Application, number: int) -> Application:
    first17 = f"91000000MA{5_000_000 + number:07d}"
    return replace(application, facts={**application.facts, "credit_code": first17 + check_digit(first17)})


def _seconds(question: Callable[[], object]) -> float:
    begun = time.perf_counter()
    question()
    return time.perf_counter() - begun


def _cpu(question: Callable[[], object]) -> float:
    begun = time.process_time()
    for _ in range(TIMES):
        question()
    return (time.process_time() - begun) / TIMES


def _said(seconds: list[float]) -> str:
    centiles = statistics.quantiles(seconds, n=20, method="inclusive")
    return f"p50 {statistics.median(seconds) * 1000:.0f} ms, p95 {centiles[18] * 1000:.0f} ms"


if __name__ == "__main__":
    main()
