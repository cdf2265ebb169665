"""A preview or a freezing that goes on while its page stays usable: with progress, and an end at any moment.

The page asks again and again how far it is. When nobody asks any more, because the page was closed, it is stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic
from typing import Generic, TypeVar

from kpi import logs
from kpi.errors import UserError
from kpi.services.baseline_preparation import Stage
from kpi.services.task_runner import ProcessRunner, Stopped, TaskRunner

Result = TypeVar("Result")
UNWATCHED_SECONDS = 60.0
"""So long nobody asks how far it is: a page that is open asks every second."""
_LOOK_SECONDS = 1.0


class ImportJob(Generic[Result]):
    """Runs ``act`` in a thread, what it computes in a process. ``result`` or ``error`` once ``done``; neither where it
    was stopped.
    """

    def __init__(self, act: Callable[[TaskRunner], Result], unwatched: float = UNWATCHED_SECONDS) -> None:
        self.stage: Stage = "reading"
        self.share = 0.0
        self.result: Result | None = None
        self.error: Exception | None = None
        self._act = act
        self._unwatched = unwatched
        self._runner = ProcessRunner(self._report)
        self._stopped, self._ended = Event(), Event()
        self._seen = monotonic()
        Thread(target=self._work, daemon=True).start()
        Thread(target=self._watch, daemon=True).start()

    @property
    def done(self) -> bool:
        """It has ended, in whatever way."""
        self._seen = monotonic()
        return self._ended.is_set()

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()

    def stop(self) -> None:
        """End it, unless it is being written already."""
        self._stopped.set()
        self._runner.stop()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within so many seconds."""
        return self._ended.wait(seconds)

    def _report(self, stage: Stage, share: float) -> None:
        # The last moment: from here on it is written, whole.
        if stage == "writing" and not share and self.stopped:
            raise Stopped
        self.stage, self.share = stage, share

    def _work(self) -> None:
        try:
            self.result = self._act(self._runner)
        except Stopped:
            self._stopped.set()
        except UserError as error:
            self.error = error
        except Exception as error:  # the page says so; a thread's own traceback reaches nobody
            logs.error(error)
            self.error = error
        finally:
            self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            if monotonic() - self._seen > self._unwatched:
                self.stop()
                return
