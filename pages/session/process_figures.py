"""What this process has done since its start, in numbers without persons: page runs and events of the log."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import get_args

import streamlit as st
from prometheus_client import CollectorRegistry, Counter, Histogram

from kpi import logs

SLOW_SECONDS = 1.0
BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, SLOW_SECONDS, 2.5, 5.0, 10.0)
FIGURES = CollectorRegistry()
RUNS = Histogram(
    "duibiao_page_run_seconds",
    "Seconds from the start of a page's run to its end, its wait for a place among the runs included.",
    ["page"],
    buckets=BUCKETS,
    registry=FIGURES,
)
EVENTS = Counter("duibiao_events", "Events of the log since the start.", ["event"], registry=FIGURES)

# There from the start: what first appears at 1 has not grown, and no alert fires.
for _event in get_args(logs.Event):
    EVENTS.labels(_event)
logs.on_event(lambda event: EVENTS.labels(event).inc())


@contextmanager
def run_timed() -> Iterator[None]:
    """The run inside counts for its page, however it ends: a rerun ends by an exception."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        RUNS.labels(st.session_state.get("address", "")).observe(time.perf_counter() - begun)


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """Since the start: page runs, their mean in seconds, those over ``SLOW_SECONDS``, errors; the machine's load now.

    ``mean_seconds`` is NaN before the first run.
    """

    runs: int
    mean_seconds: float
    slow: int
    errors: int
    load: float
    processors: int


def process_figures() -> ProcessFigures:
    """As they are now."""
    samples = [sample for metric in RUNS.collect() for sample in metric.samples]
    total = {end: sum(item.value for item in samples if item.name.endswith(end)) for end in ("_count", "_sum")}
    fast = sum(item.value for item in samples if item.labels.get("le") == str(SLOW_SECONDS))
    runs = int(total["_count"])
    return ProcessFigures(
        runs=runs,
        mean_seconds=total["_sum"] / runs if runs else float("nan"),
        slow=runs - int(fast),
        errors=int(FIGURES.get_sample_value("duibiao_events_total", {"event": "error"}) or 0),
        load=os.getloadavg()[0],
        processors=os.cpu_count() or 1,
    )
