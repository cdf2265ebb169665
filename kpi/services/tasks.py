"""Where long work is done: here, or in a process of its own that leaves the pages of others alone and can be ended."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, TypeVar

from kpi.catalogue.catalogue import catalogue
from kpi.services.preparation import Report, Stage

Result = TypeVar("Result", covariant=True)
_PROJECT = Path(__file__).resolve().parents[2]


class Task(Protocol[Result]):
    """Long work that writes nothing."""

    def run(self, report: Report) -> Result: ...


class Stopped(Exception):
    """Somebody stopped it, and nothing is left."""


def _unheard(_: Stage, __: float) -> None:
    """The progress of what nobody watches."""


class TaskRunner:
    """Runs tasks here."""

    def __init__(self, report: Report = _unheard) -> None:
        self.report = report

    def run(self, task: Task[Result]) -> Result:
        return task.run(self.report)


HERE = TaskRunner()


class ProcessRunner(TaskRunner):
    """Runs tasks in processes of their own, one after the other."""

    def __init__(self, report: Report = _unheard) -> None:
        super().__init__(report)
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._lock = Lock()

    def run(self, task: Task[Result]) -> Result:
        """What the task gives or raises.

        Raises:
            Stopped: by ``stop``.
        """
        with self._lock:
            if self._stopped:
                raise Stopped
            # A session of its own: what the task starts ends with it.
            self._process = process = subprocess.Popen(
                [sys.executable, "-m", "kpi.services.task_worker"],
                cwd=_PROJECT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )
        try:
            return self._answer(process, task)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError) as lost:
            if self._stopped:
                raise Stopped from lost
            raise RuntimeError(f"the process of a task ended with {process.wait()}") from lost
        finally:
            self._end(process)

    def stop(self) -> None:
        """End what runs; nothing is run any more."""
        with self._lock:
            self._stopped = True
            if self._process:
                self._kill(self._process)

    def _answer(self, process: subprocess.Popen[bytes], task: Task[Result]) -> Result:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a process without pipes")
        pickle.dump((catalogue(), task), process.stdin, protocol=5)
        process.stdin.close()
        while True:
            # What comes is from our own module, not from a file that somebody sent.
            kind, said = pickle.load(process.stdout)  # noqa: S301 - see above
            if kind == "progress":
                self.report(*said)
            elif kind == "raised":
                raise said
            else:
                result: Any = said
                return result  # type: ignore[no-any-return]

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        self._kill(process)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
