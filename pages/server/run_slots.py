"""How many pages are worked out at the same moment.

Python works at one thing at a time: a hundred threads that all want to go on keep each other, and whatever answers
whether the server is alive, waiting for seconds. So quick pages go one after another, in the order in which they were
asked for; a few slow ones, which freeze a panel or make a report, go on beside them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pages.server.limits import limits

_FREE = threading.BoundedSemaphore(limits().runs)
PATIENCE_SECONDS = 0.05
"""How long one page is waited for: more than a quick one takes that does not wait for anything itself."""


class _Turn:
    """Of one page: that it has begun, and that it has ended."""

    def __init__(self) -> None:
        self.begun, self.ended = threading.Event(), threading.Event()


class Turns:
    """One after another; a turn that lasts longer than ``patience`` seconds goes on, and the next begins beside it."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._last = _Turn()
        self._last.begun.set()
        self._last.ended.set()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the one before, and end the turn however the block is left."""
        mine = _Turn()
        with self._lock:
            before, self._last = self._last, mine
        try:
            before.begun.wait()
            before.ended.wait(self._patience)
            mine.begun.set()
            yield
        finally:
            mine.begun.set()
            mine.ended.set()


_TURNS = Turns(PATIENCE_SECONDS)


@contextmanager
def run_slot() -> Iterator[None]:
    """Wait for a turn and one of the places, and give both back however that comes: a rerun ends by an exception."""
    with _TURNS.turn(), _FREE:
        yield


def finish_runs(seconds: float) -> bool:
    """Wait until the pages being worked out are done, and begin no other; False where one takes longer than that.

    Streamlit's threads end with the process, in the middle of whatever they do.
    """
    deadline = time.monotonic() + seconds
    return all(_FREE.acquire(timeout=max(deadline - time.monotonic(), 0)) for _ in range(limits().runs))
