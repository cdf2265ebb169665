"""Loading what the first visitors would otherwise wait for: libraries, checked data, words, a first figure."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pkgutil import walk_packages
from typing import get_args

from kpi import logs
from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.store.cache import snapshot
from pages import widgets
from pages.server.api_mount import loaded_interface
from pages.server.request_log import LATEST_REQUEST
from pages.session.app_store import app_store
from pages.session.streamlit_internals import spare_the_first_page

COLLECTED_AFTER = (10_000, 5, 5)
"""New objects until the youngest are collected, where Python counts 700; and as many times until the next older are."""
FOR_A_FIRST_PAGE = (
    "pages.server.app_frame",
    "kpi.stats",
    "pages.widgets.downloads",
    "pages.widgets.pictures",
    "pages.widgets.kpi_detail",
    "pages.widgets.kpi_detail",
    "kpi.services.enterprise.lock",
    "kpi.services.enterprise.sheets",
)
"""What takes longest to import of what nearly every page asks for."""
QUIET_SECONDS = 2.0
"""How long nobody may have asked for anything before the next part is loaded: a first page is drawn by then."""
PATIENCE_SECONDS = 5.0
"""How long all parts together wait for that: a probe that asks ten times a second is no reason to load nothing."""


class WarmUp(threading.Thread):
    """Loads what pages share, and goes the longest way once for nothing: read a file, place it, draw it.

    What the first page waits for comes first, what few ask for last. A bug is logged.

    Beside the server, which answers meanwhile; a daemon, so that an end need not wait until all is loaded. What the
    first page itself would import is imported while its browser reads the app's files. All else would take turns with
    it, and a core from a browser on the same machine: so each further part waits until nobody asks.
    """

    def __init__(self) -> None:
        super().__init__(name="warm-up", daemon=True)
        self._reading = threading.Lock()
        self._over = False
        self._patience = PATIENCE_SECONDS

    def run(self) -> None:
        try:
            for part in _parts_of_first_page():
                part()
            for part in _parts_of_pages():
                self._give_way()
                part()
            self._give_way()
            with self._reading:
                answer = None if self._over else _example()
            if answer:
                self._give_way()
                _draw(answer)
            self._give_way()
            _load_the_rest()
        except Exception as bug:  # pages load by themselves what they need, and say what is wrong with it
            logs.error(bug)
        # Streamlit collects garbage after each run; what is loaded now will never be garbage (100 ms a run saved).
        gc.collect()
        gc.freeze()
        # Of what a page makes, nearly all is gone when its run ends: looked for later, little of it is left to look at.
        gc.set_threshold(*COLLECTED_AFTER)

    def _give_way(self) -> None:
        while (wait := QUIET_SECONDS - LATEST_REQUEST.seconds_ago()) > 0 and self._patience > 0:
            self._patience -= wait
            time.sleep(wait)

    def end(self) -> None:
        """The store is read no more from now on."""
        with self._reading:
            self._over = True


# Imports stand here and not above: they take seconds, and the server answers meanwhile.


def _parts_of_first_page() -> Iterator[Callable[[], object]]:
    from kpi import i18n

    for language in get_args(Lang):
        yield partial(i18n.text, "page.language", language)
    yield spare_the_first_page
    for name in FOR_A_FIRST_PAGE:
        yield partial(import_module, name)
    from kpi.reports.fonts import fonts

    yield fonts


def _parts_of_pages() -> Iterator[Callable[[], object]]:
    for module in walk_packages(widgets.__path__, f"{widgets.__name__}."):
        yield partial(import_module, module.name)


def _load_the_rest() -> None:
    from kpi import stats

    stats.p_leading(1, 1, 0.5, population=1)  # the test for industries of known size
    loaded_interface()


def _example() -> Evaluation:
    from kpi import tables
    from kpi.benchmark.evaluation import evaluate
    from kpi.intake.read import read
    from kpi.services.evaluation import evaluation_context
    from kpi.services.operation.demonstration import SAMPLES

    example = SAMPLES / "example-application.csv"
    application = read(example.name, example.read_bytes()).applications[0]
    with snapshot(app_store().cache), app_store().cursor() as cursor:  # which reads the baseline into memory
        on = evaluation_context(cursor, application.year)
        tables.accounts.signed_in(cursor, "", datetime.now(UTC))
        return evaluate(cursor, application, on.baseline, on.policy, on.as_of)


def _draw(answer: Evaluation) -> None:
    from kpi.charts.strip import position_strip

    position_strip(answer, "zh").figure.to_json()
