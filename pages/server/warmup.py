"""Loading what the first visitor would otherwise wait for, beside the server, which answers meanwhile."""

from __future__ import annotations

import gc
import threading
from importlib import import_module

from kpi import logs

COLLECTED_AFTER = (10_000, 5, 5)
"""New objects until the youngest are collected, where Python counts 700; and as many times until the next older are."""
SLOW_TO_IMPORT = (
    "pages.server.app_frame",
    "kpi.stats",
    "kpi.reports.fonts",
    "kpi.services.enterprise.lock",
    "kpi.services.enterprise.sheets",
    "pages.widgets.kpi_detail",
    "pages.widgets.downloads",
    "kpi.api.application",
)


def start_warm_up() -> None:
    """In a daemon thread: an end of the process need not wait until all is loaded."""
    threading.Thread(target=_load, name="warm-up", daemon=True).start()


def _load() -> None:
    try:
        for name in SLOW_TO_IMPORT:
            import_module(name)
    except Exception as bug:  # pages import by themselves what they need, and say what is wrong with it
        logs.error(bug)
    # Streamlit collects garbage after each run; what is loaded now will never be garbage (100 ms a run saved).
    gc.collect()
    gc.freeze()
    # Of what a page makes, nearly all is gone when its run ends: looked for later, little of it is left to look at.
    gc.set_threshold(*COLLECTED_AFTER)
