"""How many pages are worked out at the same moment.

Python works at one thing at a time: a hundred threads that all want to go on keep each other, and whatever answers
whether the server is alive, waiting for seconds. A few at a time are done no later, and the others wait asleep.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pages.server.limits import limits

_FREE = threading.BoundedSemaphore(limits().runs)


@contextmanager
def run_slot() -> Iterator[None]:
    """Wait for one of the places, and give it back at the end however that comes: a rerun ends by an exception."""
    with _FREE:
        yield


def finish_runs(seconds: float) -> bool:
    """Wait until the pages being worked out are done, and begin no other; False where one takes longer than that.

    Streamlit's threads end with the process, in the middle of whatever they do.
    """
    deadline = time.monotonic() + seconds
    return all(_FREE.acquire(timeout=max(deadline - time.monotonic(), 0)) for _ in range(limits().runs))
